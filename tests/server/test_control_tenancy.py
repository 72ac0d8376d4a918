"""The control paths for the tenancy: limits, the keys of its users, and policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports.errors import InvalidInput
from genai_ports.simulator.rules.limits import LIMIT_NAMES
from genai_ports.simulator.rules.unit_shapes import counted
from genai_ports.tenancy import TENANCY, USER
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from fake_server.app import App

API = "/20231130"
COMPARTMENT = "ocid1.compartment.oc1..a"
CLUSTER: dict[str, Any] = {
    "compartmentId": COMPARTMENT,
    "type": "HOSTING",
    "unitCount": 2,
    "unitShape": "LARGE_GENERIC",
}
LIMIT, _ = counted(CLUSTER["unitShape"])
LIST = f"{API}/models?compartmentId={COMPARTMENT}"
OTHER = "ocid1.tenancy.oc1..other"
ANN, BOB = "ocid1.user.oc1..ann", "ocid1.user.oc1..bob"
READING = "Allow group Readers to read generative-ai-family in tenancy"
PATHS = ("/_sim/limits", "/_sim/keys", "/_sim/policies")
VECTORS = json.loads((Path(__file__).parent / "data" / "signing_test_vectors.json").read_text(encoding="utf-8"))


@pytest.fixture
def strict() -> Client:
    """A client of a strict tenancy."""
    return Client(create_app(Settings(clock="virtual", limits="strict")))


def by(user: str, tenancy: str = TENANCY) -> dict[str, str]:
    """The header of a request that a user claims to have signed."""
    return {"Authorization": f'Signature version="1",keyId="{tenancy}/{user}/aa:bb"'}


# Limits.


def test_a_tenancy_without_limits_lists_the_names_of_limits(http: Client) -> None:
    assert http.get("/_sim/limits").json == {"default": "generous", "items": [], "names": list(LIMIT_NAMES)}
    assert http.post(f"{API}/dedicatedAiClusters", json=CLUSTER).status_code == 201


def test_a_strict_tenancy_has_no_units_until_a_limit_is_set(strict: Client, judge) -> None:
    refused = strict.post(f"{API}/dedicatedAiClusters", json=CLUSTER)
    reported = judge(refused.status_code, refused.headers, refused.get_data(), expected=(400, "LimitExceeded"))
    assert reported["message"].startswith(f"The following service limits were exceeded: {LIMIT}. ")
    shown = strict.put("/_sim/limits", json={"name": LIMIT, "most": 2, "region": "ord"}).json
    assert shown["items"] == [{"name": LIMIT, "most": 2, "region": "us-chicago-1"}]
    assert strict.get("/_sim/limits").json == shown
    assert strict.post(f"{API}/dedicatedAiClusters", json=CLUSTER).status_code == 201
    assert strict.post(f"{API}/dedicatedAiClusters", json=CLUSTER).json["code"] == "LimitExceeded"
    assert strict.post(f"/eu-frankfurt-1{API}/dedicatedAiClusters", json=CLUSTER).json["code"] == "LimitExceeded"


def test_a_limit_of_none_is_no_limit(strict: Client) -> None:
    shown = strict.put("/_sim/limits", json={"name": LIMIT, "most": None}).json
    assert shown["items"] == [{"name": LIMIT}]
    assert strict.post(f"{API}/dedicatedAiClusters", json={**CLUSTER, "unitCount": 9}).status_code == 201


def test_a_quota_is_for_one_compartment(strict: Client) -> None:
    strict.put("/_sim/limits", json={"name": LIMIT})
    strict.put("/_sim/limits", json={"name": LIMIT, "most": 1, "compartmentId": COMPARTMENT})
    refused = strict.post(f"{API}/dedicatedAiClusters", json=CLUSTER)
    assert (refused.json["code"], refused.headers["x-genai-ports-rule"]) == ("QuotaExceeded", "compartment-quota")
    elsewhere = {**CLUSTER, "compartmentId": "ocid1.compartment.oc1..b"}
    assert strict.post(f"{API}/dedicatedAiClusters", json=elsewhere).status_code == 201


# Keys.


def test_a_key_is_registered_for_a_user_and_only_its_id_is_shown(app: App, http: Client, world) -> None:
    mine = credentials()
    shown = http.post("/_sim/keys", json={"user": mine.user, "publicKey": mine.public_key})
    assert shown.json == {"items": [{"keyId": mine.key_id}]}
    assert http.get("/_sim/keys").json == shown.json
    assert world(app).keys == {mine.key_id: mine.public_key}
    assert http.delete("/_sim/keys").json == {"items": []}
    assert world(app).keys == {}


def test_a_key_is_registered_by_its_id_in_the_tenancy_that_it_names(http: Client) -> None:
    given = {"keyId": VECTORS["keyId"], "publicKey": credentials().public_key}
    theirs = {"tenancy": VECTORS["keyId"].split("/")[0]}
    assert http.post("/_sim/keys", json=given, query_string=theirs).json == {"items": [{"keyId": VECTORS["keyId"]}]}
    assert http.get("/_sim/keys", query_string=theirs).json == {"items": [{"keyId": VECTORS["keyId"]}]}
    assert http.get("/_sim/keys").json == {"items": []}


def test_a_key_of_one_tenancy_is_not_registered_in_another(http: Client) -> None:
    given = {"keyId": VECTORS["keyId"], "publicKey": credentials().public_key}
    refused = http.post("/_sim/keys", json=given)
    assert (refused.status_code, refused.headers["x-genai-ports-rule"]) == (400, "property-value")
    assert f"keyId must be of {TENANCY}, or that tenancy named by ?tenancy=" in refused.json["message"]
    assert http.get("/_sim/keys").json == {"items": []}


@pytest.mark.parametrize("more", [{"user": "ocid1.user.oc1..u"}, {"keyId": VECTORS["keyId"]}, {}])
def test_a_private_key_given_for_a_public_one_is_refused_and_never_shown(http: Client, more: dict[str, str]) -> None:
    private = credentials().private_key
    secret = private.splitlines()[1]
    refused = http.post("/_sim/keys", json={**more, "publicKey": private})
    assert refused.status_code == 400
    seen = [refused, *(http.get(f"/_sim/{path}") for path in ("keys", "journal", "state"))]
    assert not any(secret in response.get_data(as_text=True) for response in seen)
    assert http.get("/_sim/keys").json == {"items": []}


@pytest.mark.parametrize("place", ["user", "keyId"])
def test_a_private_key_given_for_an_id_is_refused_and_never_shown(http: Client, place: str) -> None:
    mine = credentials()
    refused = http.post("/_sim/keys", json={place: mine.private_key, "publicKey": mine.public_key})
    assert (refused.status_code, refused.headers["x-genai-ports-rule"]) == (400, "property-value")
    assert mine.private_key.splitlines()[1] not in refused.json["message"]


@pytest.mark.parametrize("compartment", [[], {}, [["a"]], 5, True])
def test_beside_policies_a_compartment_of_a_wrong_type_is_refused_by_its_type(http: Client, compartment: Any) -> None:
    statement = "Allow any-user to manage generative-ai-family in tenancy"
    assert http.post("/_sim/policies", json={"statements": [statement]}).status_code == 200
    made = http.post(f"{API}/dedicatedAiClusters", json=CLUSTER).json["id"]
    for path in ("models", f"dedicatedAiClusters/{made}/actions/changeCompartment"):
        refused = http.post(f"{API}/{path}", json={"compartmentId": compartment})
        assert refused.json["message"].startswith("compartmentId must be a string")


def test_of_an_id_that_is_of_another_form_the_length_is_shown(http: Client) -> None:
    refused = http.post("/_sim/keys", json={"user": "joe", "publicKey": credentials().public_key})
    assert refused.json["message"].endswith(", joined by /, not a string of 129 characters")


def test_settings_refuse_a_private_key_and_do_not_show_their_keys() -> None:
    mine = credentials()
    with pytest.raises(InvalidInput, match="not a private key") as caught:
        Settings(keys={mine.key_id: mine.private_key})
    assert mine.private_key.splitlines()[1] not in str(caught.value)
    assert mine.public_key.splitlines()[1] not in repr(Settings(keys={mine.key_id: mine.public_key}))


def test_keys_that_a_server_began_with_are_there_again_after_a_reset() -> None:
    mine = credentials()
    http = Client(create_app(Settings(clock="virtual", keys={mine.key_id: mine.public_key})))
    other = {"user": ANN, "publicKey": mine.public_key}
    assert len(http.post("/_sim/keys", json=other).json["items"]) == 2
    http.post("/_sim/reset")
    assert http.get("/_sim/keys").json == {"items": [{"keyId": mine.key_id}]}
    assert http.get("/_sim/keys", query_string={"tenancy": OTHER}).json == {"items": []}


# Policies.


def test_policies_say_what_members_of_a_group_may_do(http: Client) -> None:
    shown = http.post("/_sim/policies", json={"user": ANN, "group": "Readers", "statements": [READING]}).json
    assert shown == {"groups": {ANN: ["Readers"]}, "compartments": [], "statements": [READING]}
    assert http.get("/_sim/policies").json == shown
    assert http.get(LIST, headers=by(ANN)).status_code == 200
    refused = http.post(f"{API}/dedicatedAiClusters", json=CLUSTER, headers=by(ANN))
    assert (refused.status_code, refused.json["code"]) == (404, "NotAuthorizedOrNotFound")
    assert refused.headers["x-genai-ports-rule"] == "not-permitted"
    assert http.post(f"{API}/dedicatedAiClusters", json=CLUSTER, headers=by(BOB)).status_code == 404
    assert http.post(f"{API}/dedicatedAiClusters", json=CLUSTER).status_code == 404
    assert http.post(f"{API}/dedicatedAiClusters", json=CLUSTER, headers=by(USER)).status_code == 201


def test_policies_name_compartments(http: Client) -> None:
    named = {"id": COMPARTMENT, "name": "Models"}
    statement = "Allow group Readers to read generative-ai-family in compartment Models"
    body = {"user": ANN, "group": "Readers", "compartments": [named], "statements": [statement]}
    assert http.post("/_sim/policies", json=body).json["compartments"] == [named]
    assert http.get(LIST, headers=by(ANN)).status_code == 200
    assert http.get(LIST.replace("oc1..a", "oc1..b"), headers=by(ANN)).status_code == 404


def test_policies_are_added_to_and_forgotten_together(http: Client) -> None:
    http.post("/_sim/policies", json={"user": ANN, "group": "Readers"})
    assert http.get(LIST, headers=by(ANN)).status_code == 404
    http.post("/_sim/policies", json={"statements": [READING]})
    http.post("/_sim/policies", json={"user": ANN, "group": "Admins"})
    assert http.get("/_sim/policies").json == {
        "groups": {ANN: ["Admins", "Readers"]},
        "compartments": [],
        "statements": [READING],
    }
    assert http.get(LIST, headers=by(ANN)).status_code == 200
    assert http.delete("/_sim/policies").json == {"groups": {}, "compartments": [], "statements": []}
    assert http.post(f"{API}/dedicatedAiClusters", json=CLUSTER, headers=by(ANN)).status_code == 201


# Whose they are.


def test_limits_keys_and_policies_of_one_tenancy_are_nothing_to_another(http: Client) -> None:
    name = LIMIT_NAMES[0]
    query = {"tenancy": OTHER}
    http.put("/_sim/limits", json={"name": name, "most": 0}, query_string=query)
    http.post("/_sim/keys", json={"user": ANN, "publicKey": credentials().public_key}, query_string=query)
    http.post("/_sim/policies", json={"user": ANN, "group": "Nobodies"}, query_string=query)
    theirs = [http.get(path, query_string=query).json for path in PATHS]
    assert theirs[0]["items"] == [{"name": name, "most": 0}]
    assert theirs[1]["items"][0]["keyId"].startswith(f"{OTHER}/{ANN}/")
    assert theirs[2]["groups"] == {ANN: ["Nobodies"]}
    assert http.get(LIST, headers=by(ANN, OTHER)).status_code == 404
    assert http.get(LIST, headers=by(ANN)).status_code == 200
    for path in PATHS[1:]:
        http.delete(path)
    assert [http.get(path, query_string=query).json for path in PATHS] == theirs


# What is refused.

ELLIPTIC = ec.generate_private_key(ec.SECP256R1()).public_key()
OTHER_ALGORITHM = ELLIPTIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
PEM = credentials().public_key
REFUSED: list[tuple[str, str, Any, str, str]] = [
    ("PUT", "/_sim/limits", {}, "property-missing", "name is required"),
    ("PUT", "/_sim/limits", {"name": None}, "property-missing", "name is required"),
    ("PUT", "/_sim/limits", {"name": "units"}, "property-value", "limit 'units' does not exist"),
    (
        "PUT",
        "/_sim/limits",
        {"name": LIMIT_NAMES[0], "most": -1},
        "property-value",
        "most must be from 0 to 1000000000",
    ),
    ("PUT", "/_sim/limits", {"name": LIMIT_NAMES[0], "most": "always"}, "property-type", "most must be a whole number"),
    ("PUT", "/_sim/limits", {"name": LIMIT_NAMES[0], "most": 1.5}, "property-type", "most must be a whole number"),
    ("PUT", "/_sim/limits", {"name": LIMIT_NAMES[0], "region": "nowhere"}, "property-value", "nowhere"),
    ("PUT", "/_sim/limits", {"name": LIMIT_NAMES[0], "region": ["fra"]}, "property-type", "region must be a string"),
    (
        "PUT",
        "/_sim/limits",
        {"name": LIMIT_NAMES[0], "units": 5},
        "property-unknown",
        "(5 characters) is not a property",
    ),
    ("DELETE", "/_sim/limits", None, "method-not-allowed", "use GET, HEAD, PUT"),
    ("POST", "/_sim/keys", {}, "property-missing", "publicKey is required"),
    ("POST", "/_sim/keys", {"publicKey": PEM}, "property-missing", "user is required"),
    ("POST", "/_sim/keys", {"user": ANN}, "property-missing", "publicKey is required"),
    ("POST", "/_sim/keys", {"user": "ann", "publicKey": PEM}, "property-value", "a key's id must be the OCIDs of"),
    ("POST", "/_sim/keys", {"user": f"{ANN}/x", "publicKey": PEM}, "property-value", "a key's id must be the OCIDs of"),
    *(
        (
            "POST",
            "/_sim/keys",
            {"user": ANN + more, "publicKey": PEM},
            "property-value",
            "without commas, quotes and blanks",
        )
        for more in (",b", '"', "\u00e9", "\x7f", "\x00", " b", "\n")
    ),
    (
        "POST",
        "/_sim/keys",
        {"user": f"{ANN},b", "publicKey": PEM},
        "property-value",
        ", not a string of 147 characters",
    ),
    ("POST", "/_sim/keys", {"user": ANN, "keyId": "a/b/c", "publicKey": PEM}, "property-value", "not both"),
    ("POST", "/_sim/keys", {"user": 5, "publicKey": PEM}, "property-type", "user must be a string"),
    ("POST", "/_sim/keys", {"user": ANN, "publicKey": "x"}, "property-value", "this cannot be read as one"),
    ("POST", "/_sim/keys", {"user": ANN, "publicKey": "\ud800"}, "property-value", "this cannot be read as one"),
    ("POST", "/_sim/keys", {"user": ANN, "publicKey": ""}, "property-value", "this cannot be read as one"),
    ("POST", "/_sim/keys", {"user": ANN, "publicKey": [PEM]}, "property-type", "publicKey must be a string"),
    ("POST", "/_sim/keys", {"user": ANN, "publicKey": OTHER_ALGORITHM}, "property-value", "not one of another"),
    ("POST", "/_sim/keys", {"keyId": "a/b/c", "publicKey": PEM}, "property-value", "a key's id must be the OCIDs of"),
    ("POST", "/_sim/keys", {"user": ANN, "public_key": PEM}, "property-unknown", "publicKey"),
    ("DELETE", "/_sim/keys", {"user": ANN}, "property-unknown", "DELETE /_sim/keys, which takes none"),
    ("PUT", "/_sim/keys", {}, "method-not-allowed", "use DELETE, GET, HEAD, POST"),
    ("POST", "/_sim/policies", {"user": ANN}, "property-missing", "group is required"),
    ("POST", "/_sim/policies", {"group": "Readers"}, "property-missing", "user is required"),
    ("POST", "/_sim/policies", {"user": ANN, "group": "A, B"}, "property-value", "the name or the OCID of a group"),
    ("POST", "/_sim/policies", {"user": ANN, "group": ""}, "property-value", "the name or the OCID of a group"),
    ("POST", "/_sim/policies", {"compartments": [{"id": COMPARTMENT}]}, "property-value", "with id and name"),
    ("POST", "/_sim/policies", {"compartments": [5]}, "property-value", "an object with id and name"),
    ("POST", "/_sim/policies", {"compartments": [{"id": 5, "name": "A"}]}, "property-value", "must be a string"),
    ("POST", "/_sim/policies", {"compartments": {}}, "property-type", "an array of objects"),
    ("POST", "/_sim/policies", {"statements": READING}, "property-type", "an array of strings, not a string"),
    ("POST", "/_sim/policies", {"statements": [READING, 5]}, "property-type", "an array of strings, not an array"),
    ("POST", "/_sim/policies", {"statements": [READING, "Deny all"]}, "property-value", "must be of the form"),
    (
        "POST",
        "/_sim/policies",
        {"user": ANN, "group": "G", "statements": ["Allow group G to own generative-ai-model in tenancy"]},
        "property-value",
        "inspect, read, use, manage, not 'own'",
    ),
    (
        "POST",
        "/_sim/policies",
        {"statements": ["Allow any-user to read bucket in tenancy"]},
        "property-value",
        "generative-ai-family",
    ),
    ("PUT", "/_sim/policies", {}, "method-not-allowed", "use DELETE, GET, HEAD, POST"),
]


@pytest.mark.parametrize(("method", "path", "body", "rule", "says"), REFUSED)
def test_what_cannot_be_is_refused_and_nothing_has_changed(
    http: Client, refuse, *, method: str, path: str, body: Any, rule: str, says: str
) -> None:
    before = [http.get(each).json for each in PATHS]
    refuse(http, method, path, body, rule=rule, says=says)
    assert [http.get(each).json for each in PATHS] == before
