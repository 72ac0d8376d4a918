"""Every rule can refuse a request over HTTP, as the registry and `/_sim/rules` say."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from signing import Client as Signing
from signing import clients, headers_of, public_pem
from werkzeug.test import Client

from fake_server import Settings, create_app
from fake_server.app import App
from fake_server.guard import Guard
from fake_server.settings import MAX_BODY_BYTES
from fake_server.state.kept_worlds import open_worlds
from genai_ports.simulator.rules.dedicated_ai_cluster import ENDPOINTS_A_CLUSTER
from genai_ports.simulator.rules.refusals import REFUSALS
from genai_ports.simulator.rules.unit_shapes import counted
from genai_ports.tenancy import TENANCY, USER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

API = "/20231130"
COMPARTMENT = "ocid1.compartment.oc1..a"
MODELS, IMPORTS, ENDPOINTS, CLUSTERS = (
    f"{API}/{collection}" for collection in ("models", "importedModels", "endpoints", "dedicatedAiClusters")
)
LIST = f"{MODELS}?compartmentId={COMPARTMENT}"
IMPORT = {
    "compartmentId": COMPARTMENT,
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}
CLUSTER: dict[str, Any] = {
    "compartmentId": COMPARTMENT,
    "type": "HOSTING",
    "unitCount": 1,
    "unitShape": "LARGE_GENERIC",
}
MINE, STRANGER = clients()


class Scene:
    """A world with one of everything in it, and a client of it."""

    def __init__(self, world: Any, populate: Any) -> None:
        self._world, self._populate = world, populate
        self.begin()

    def begin(self, **settings: Any) -> Scene:
        """Begin anew, as the settings say."""
        app = create_app(Settings(clock="virtual", **settings))
        self.http = Client(app)
        self.guarded = Client(Guard(app, control_token="a-token-of-a-test"))
        self.simulator = self._world(app)
        self.ids: dict[str, str] = {} if settings else self._populate(self.simulator)
        return self

    def get(self, path: str, **options: Any) -> Any:
        return self.http.get(path.format(**self.ids), **options)

    def post(self, path: str, body: Any, **options: Any) -> Any:
        return self.http.post(path.format(**self.ids), json=body, **options)

    def put(self, path: str, body: Any) -> Any:
        return self.http.put(path.format(**self.ids), json=body)

    def delete(self, path: str, **headers: str) -> Any:
        return self.http.delete(path.format(**self.ids), headers=headers)

    def tuning(self, **changes: Any) -> dict[str, Any]:
        dataset = {"datasetType": "OBJECT_STORAGE", "namespaceName": "ns", "bucketName": "b", "objectName": "o"}
        tune = {"trainingDataset": dataset, "dedicatedAiClusterId": self.ids["training_cluster"]}
        body = {"compartmentId": COMPARTMENT, "baseModelId": self.ids["base_model"], "fineTuneDetails": tune}
        return {**body, **changes}

    def deploying(self, **changes: Any) -> dict[str, Any]:
        body = {"modelId": self.ids["model"], "dedicatedAiClusterId": self.ids["dedicated_ai_cluster"]}
        return {"compartmentId": COMPARTMENT, **body, **changes}

    def cluster(self, **changes: Any) -> str:
        """Make a cluster that is ready, and return its OCID."""
        identifier: str = self.post(CLUSTERS, {**CLUSTER, **changes}).json["id"]
        self.get(f"{CLUSTERS}/{identifier}")
        return identifier

    def verifying(
        self, method: str, target: str, *, who: Signing = MINE, at: datetime | None = None, **changed: Any
    ) -> Any:
        """Send a request that is signed, and then changed, to a server that verifies."""
        self.begin(verify_signatures=True, keys={MINE.key_id: public_pem(MINE.key)})
        body = json.dumps(IMPORT).encode() if method == "POST" else None
        request = who.sign(
            method, target, headers_of(at or datetime.now(UTC), body), body or b"", changed.pop("names", ())
        )
        headers = {**request.headers, **changed.pop("headers", {})}
        return self.http.open(target, method=method, headers=headers, data=changed.pop("body", body))


def busy(scene: Scene) -> Any:
    created = scene.begin(pace="manual").post(IMPORTS, IMPORT).json["id"]
    return scene.delete(f"{IMPORTS}/{created}")


def failed(scene: Scene) -> Any:
    scene.post("/_sim/failing-work", {"percent": 0})
    created = scene.post(IMPORTS, IMPORT).json["id"]
    return scene.put(f"{IMPORTS}/{created}", {"vendor": "me"})


def hidden(scene: Scene) -> Any:
    scene.put("/_sim/modes", {"modes": ["hidden-after-create"]})
    return scene.get(f"{IMPORTS}/{scene.post(IMPORTS, IMPORT).json['id']}")


def unpermitted(scene: Scene) -> Any:
    scene.post("/_sim/policies", {"user": USER, "group": "Nobodies"})
    return scene.get(LIST, headers={"Authorization": f'Signature keyId="{TENANCY}/{USER}/aa"'})


def attention(scene: Scene) -> Any:
    scene.post("/_sim/work", {"id": scene.ids["dedicated_ai_cluster"], "action": "needs-attention"})
    return scene.post(ENDPOINTS, scene.deploying())


def token_reused(scene: Scene) -> Any:
    token = {"opc-retry-token": "mine"}
    scene.post(IMPORTS, IMPORT, headers=token)
    return scene.post(IMPORTS, {**IMPORT, "displayName": "another"}, headers=token)


def token_gone(scene: Scene) -> Any:
    token = {"opc-retry-token": "mine"}
    created = scene.post(IMPORTS, IMPORT, headers=token).json["id"]
    scene.get(f"{IMPORTS}/{created}")
    scene.delete(f"{IMPORTS}/{created}")
    scene.get(f"{IMPORTS}/{created}")
    return scene.post(IMPORTS, IMPORT, headers=token)


def in_use_not_allowed(scene: Scene) -> Any:
    scene.put("/_sim/modes", {"modes": ["in-use-not-allowed"]})
    return scene.delete(f"{MODELS}/{{model}}")


def full(scene: Scene) -> Any:
    for _ in range(ENDPOINTS_A_CLUSTER - 1):
        assert scene.post(ENDPOINTS, scene.deploying()).status_code == 201
    return scene.post(ENDPOINTS, scene.deploying())


def over_quota(scene: Scene) -> Any:
    name, _ = counted(CLUSTER["unitShape"])
    scene.put("/_sim/limits", {"name": name, "most": 0, "compartmentId": COMPARTMENT})
    return scene.post(CLUSTERS, CLUSTER)


def wrong_method(scene: Scene) -> Any:
    body = scene.tuning()
    body["fineTuneDetails"]["trainingConfig"] = {"trainingConfigType": "VANILLA_TRAINING_CONFIG"}
    return scene.post(MODELS, body)


def wrong_cluster(scene: Scene) -> Any:
    return scene.post(ENDPOINTS, scene.deploying(dedicatedAiClusterId=scene.ids["training_cluster"]))


def wrong_shape(scene: Scene) -> Any:
    return scene.post(ENDPOINTS, scene.deploying(dedicatedAiClusterId=scene.cluster(unitShape="LARGE_COHERE")))


def private_endpoint(scene: Scene) -> Any:
    private = {"modelId": scene.ids["imported_model"], "generativeAiPrivateEndpointId": "ocid1.x"}
    return scene.post(ENDPOINTS, scene.deploying(**private))


def not_tunable(scene: Scene) -> Any:
    return scene.post(MODELS, scene.tuning(baseModelId=scene.ids["model"]))


def one_tenancy_too_many(scene: Scene) -> Any:
    scene.begin(max_tenancies=1)
    scene.post(IMPORTS, IMPORT, headers=headers_signed_in("first"))
    return scene.get(LIST, headers=headers_signed_in("second"))


def state_not_written(scene: Scene) -> Any:
    with TemporaryDirectory() as path, closing(open_worlds(Settings(), path)) as worlds:
        worlds._directory._log.execute("PRAGMA query_only = ON")
        scene.http = Client(App(Settings(), worlds))
        return scene.post(IMPORTS, IMPORT)


def headers_signed_in(tenancy: str) -> dict[str, str]:
    key = f"ocid1.tenancy.oc1..{tenancy}/{USER}/aa:bb"
    return {"authorization": f'Signature version="1",keyId="{key}",algorithm="rsa-sha256",headers="date",signature="x"'}


FIRES: Mapping[str, Callable[[Scene], Any]] = {
    "property-missing": lambda s: s.post(IMPORTS, {}),
    "property-type": lambda s: s.post(CLUSTERS, {**CLUSTER, "unitCount": "1"}),
    "property-unknown": lambda s: s.post(CLUSTERS, {**CLUSTER, "colour": "red"}),
    "property-value": lambda s: s.post(CLUSTERS, {**CLUSTER, "unitCount": 0}),
    "body-not-json": lambda s: s.http.post(IMPORTS, data=b"{"),
    "not-http": lambda s: s.http.get(LIST, environ_overrides={"QUERY_STRING": "displayName=\xff"}),
    "body-too-large": lambda s: s.http.post(IMPORTS, data=b" " * (MAX_BODY_BYTES + 1)),
    "query-unknown": lambda s: s.get(f"{LIST}&colour=red"),
    "query-missing": lambda s: s.get(MODELS),
    "query-value": lambda s: s.get(f"{LIST}&limit=0"),
    "page-token": lambda s: s.get(f"{LIST}&page=x"),
    "header-value": lambda s: s.get(LIST, headers={"opc-request-id": "a b"}),
    "unknown-route": lambda s: s.get(f"{API}/nothing"),
    "method-not-allowed": lambda s: s.http.patch(MODELS),
    "not-simulated": lambda s: s.get(f"{API}/apikeys"),
    "not-found": lambda s: s.get(f"{MODELS}/ocid1.nothing"),
    "not-yet-visible": hidden,
    "not-permitted": unpermitted,
    "related-not-found": lambda s: s.post(ENDPOINTS, s.deploying(modelId="ocid1.nothing")),
    "stale-etag": lambda s: s.delete(f"{IMPORTS}/{{imported_model}}", **{"if-match": "stale"}),
    "retry-token-reused": token_reused,
    "retry-token-gone": token_gone,
    "state-will-pass": busy,
    "state-is-final": failed,
    "cluster-needs-attention": attention,
    "in-use": lambda s: s.delete(f"{MODELS}/{{model}}"),
    "in-use-not-allowed": in_use_not_allowed,
    "base-model-is-oracles": lambda s: s.delete(f"{MODELS}/{{base_model}}"),
    "not-fine-tunable": not_tunable,
    "training-method": wrong_method,
    "cluster-type": wrong_cluster,
    "shape-does-not-fit": wrong_shape,
    "service-limit": lambda s: s.begin(limits="strict").post(CLUSTERS, CLUSTER),
    "compartment-quota": over_quota,
    "cluster-full": full,
    "one-capability": lambda s: s.post(IMPORTS, {**IMPORT, "capabilities": ["TEXT_TO_TEXT", "EMBEDDING"]}),
    "name-characters": lambda s: s.post(IMPORTS, {**IMPORT, "displayName": "Qwen3.6-35B-A3B"}),
    "no-private-endpoint": private_endpoint,
    "inference-not-served": lambda s: s.post("/eu-frankfurt-1/20231130/actions/chat", {}),
    "tenancies-limit": one_tenancy_too_many,
    "state-not-written": state_not_written,
    "signature-missing": lambda s: s.begin(verify_signatures=True).get(LIST),
    "signature-malformed": lambda s: s.verifying("GET", LIST, headers={"authorization": "Signature x"}),
    "signing-key-unknown": lambda s: s.verifying("GET", LIST, who=Signing(STRANGER.key_id + ":00", STRANGER.key)),
    "token-key-unknown": lambda s: s.verifying("GET", LIST, who=Signing("ST$e30.e30.x", STRANGER.key)),
    "signed-headers": lambda s: s.verifying("GET", LIST, names=("date", "host")),
    "request-date": lambda s: s.verifying("GET", LIST, at=datetime.now(UTC) - timedelta(hours=1)),
    "body-digest": lambda s: s.verifying("POST", IMPORTS, body=b"{}"),
    "signature-wrong": lambda s: s.verifying("GET", LIST, headers={"host": "another"}),
    "host-not-allowed": lambda s: s.guarded.get(LIST, headers={"host": "attacker.example"}),
    "origin-not-allowed": lambda s: s.guarded.get(LIST, headers={"origin": "http://attacker.example"}),
    "cross-site": lambda s: s.guarded.get(LIST, headers={"sec-fetch-site": "cross-site"}),
    "control-body-type": lambda s: s.guarded.post("/_sim/reset", data="{}", content_type="text/plain"),
    "control-token": lambda s: s.guarded.post("/_sim/reset"),
}
"""For each rule a request that it refuses; a rule that is not here, or that nothing here fires, fails a test."""


@pytest.fixture
def scene(world, populate) -> Scene:
    return Scene(world, populate)


def test_there_is_a_request_for_every_rule_and_a_rule_for_every_request() -> None:
    assert sorted(FIRES) == sorted(REFUSALS)


@pytest.mark.parametrize("name", list(FIRES))
def test_each_rule_refuses_as_the_registry_says(scene: Scene, judge, name: str) -> None:
    response = FIRES[name](scene)
    rule = REFUSALS[name]
    expected = (rule.error.default_status, rule.error.default_code)
    judge(response.status_code, response.headers, response.get_data(), expected=expected)
    assert response.headers["x-genai-ports-rule"] == name
    [reported] = [each for each in scene.http.get("/_sim/rules").json["items"] if each["name"] == name]
    assert (reported["status"], reported["code"], reported["text"]) == (*expected, rule.text)
    assert (reported["evidence"], reported["source"]) == (rule.evidence, rule.source)
    [*_, noted] = scene.http.get("/_sim/journal").json["items"]
    assert (noted["status"], noted["code"], noted["rule"]) == (*expected, name)
