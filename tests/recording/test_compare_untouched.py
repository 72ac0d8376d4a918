"""Nothing is reported of a recording that was made from the simulator, whatever its seed, region and pace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from played import COMPARTMENT, Tape, cluster, custom, endpoint, imported

from genai_ports.recording.compare import compare_cassette
from genai_ports.recording.provenance import FAKE, Provenance
from genai_ports.recording.scrub import scrubbed
from genai_ports.simulator.faults.failing_work import FailingWork

if TYPE_CHECKING:
    from collections.abc import Callable

FROM_A_FAKE = Provenance(source=FAKE)
PACES = ("instant", "seconds", "realistic", "reads:1", "reads:3", "manual")
COLLECTIONS = ("models", "importedModels", "endpoints", "dedicatedAiClusters", "workRequests")
ELSEWHERE = "ocid1.compartment.oc1..elsewhere"


class Story:
    """Sends random requests that make sense, most of the time."""

    def __init__(self, pick: Callable[[tuple[Any, ...]], Any], tape: Tape) -> None:
        self.pick = pick
        self.tape = tape
        self.ids: dict[str, list[str]] = {name: [] for name in COLLECTIONS}
        self.etags: list[str] = []
        self.tokens = 0

    def draw(self, *choices: Any) -> Any:
        return self.pick(choices)

    def flag(self) -> bool:
        return bool(self.draw(1, 2) == 1)

    def known(self, *collections: str) -> str | None:
        found = [each for name in collections for each in self.ids[name]]
        return self.draw(*found) if found else None

    def base(self) -> str:
        page = Tape(self.tape.simulator)
        page.is_on = False
        models = [m for m in page.list("/models", capability="FINE_TUNE")["items"] if m["type"] == "BASE"]
        return str(self.draw(*[m["id"] for m in models if m["vendor"] == "meta"] or ["ocid1.generativeaimodel.oc1..x"]))

    def create(self) -> None:
        kind = self.draw("dedicatedAiClusters", "importedModels", "endpoints", "models")
        other = "a_b" if kind == "importedModels" else "ä"  # a scrubbed name no longer shows why it was refused
        name = {"displayName": self.draw("a", "b", other)} if self.flag() else {}
        if kind == "dedicatedAiClusters":
            body = cluster(**name, type=self.draw("HOSTING", "HOSTING", "FINE_TUNING"))
        elif kind == "importedModels":
            body = imported(**name)
        else:
            where = self.known("dedicatedAiClusters") or "ocid1.generativeaidedicatedaicluster.oc1..x"
            model = self.known("models", "importedModels") or self.base()
            body = endpoint(model, where, **name) if kind == "endpoints" else custom(self.base(), where, **name)
        headers = {"opc-retry-token": f"token-{self.draw(1, 2, 3)}"} if self.flag() else {}
        response = self.tape.send("POST", f"/{kind}", body, headers=headers)
        self.remember(kind, response)

    def remember(self, kind: str, response: Any) -> None:
        if response.status == 201:
            self.ids[kind].append(json.loads(response.body)["id"])
        if "opc-work-request-id" in response.headers:
            self.ids["workRequests"].append(response.headers["opc-work-request-id"])
        if "etag" in response.headers:
            self.etags.append(response.headers["etag"])

    def read(self) -> None:
        kind = self.draw(*COLLECTIONS)
        found = self.known(kind)
        if found:
            self.remember(kind, self.tape.send("GET", f"/{kind}/{found}"))

    def poll(self) -> None:
        found = self.known("workRequests")
        for _ in range(self.draw(1, 2, 4) if found else 0):
            self.tape.send("GET", f"/workRequests/{found}")
            self.tape.simulator.skip_time(self.draw(1, 60, 600))

    def rows(self) -> None:
        found = self.known("workRequests")
        if found:
            limit = {"limit": 1} if self.flag() else {}
            self.tape.send("GET", f"/workRequests/{found}/{self.draw('logs', 'errors')}", query=limit)

    def browse(self) -> None:
        kind = self.draw(*COLLECTIONS)
        query: dict[str, Any] = {"limit": self.draw(1, 2, 3)} if self.flag() else {}
        if kind != "workRequests" and self.flag():
            query["sortBy"] = "displayName"
        if kind != "workRequests" and self.draw(1, 2, 3) == 1:
            query["lifecycleState"] = self.draw("ACTIVE", "CREATING", "DELETED", "FAILED")
        pages = self.draw(1, 2, 50)
        while pages:
            response = self.tape.send("GET", f"/{kind}", query={"compartmentId": COMPARTMENT, **query})
            pages -= 1
            if "opc-next-page" not in response.headers:
                return
            query["page"] = response.headers["opc-next-page"]

    def change(self) -> None:
        kind = self.draw("models", "importedModels", "endpoints", "dedicatedAiClusters")
        found = self.known(kind)
        if not found:
            return
        headers = {"if-match": self.draw(*self.etags[-3:])} if self.etags and self.flag() else {}
        what = self.draw("PUT", "PUT", "DELETE", "DELETE", "POST")
        if what == "PUT":
            body = {"displayName": self.draw("c", "d"), "freeformTags": {"a": self.draw("1", "2")}}
            self.remember(kind, self.tape.send("PUT", f"/{kind}/{found}", body, headers=headers))
        elif what == "DELETE":
            self.remember(kind, self.tape.send("DELETE", f"/{kind}/{found}", headers=headers))
        else:
            body = {"compartmentId": self.draw(COMPARTMENT, ELSEWHERE)}
            self.tape.send("POST", f"/{kind}/{found}/actions/changeCompartment", body)

    def wait(self) -> None:
        self.tape.simulator.skip_time(self.draw(1, 100, 7200, 90_000, 1_300_000))

    def err(self) -> None:
        tape = self.tape
        self.draw(
            lambda: tape.send("GET", "/models/ocid1.generativeaimodel.oc1..unknown"),
            lambda: tape.send("GET", "/nothing"),
            lambda: tape.send("PATCH", "/models"),
            lambda: tape.send("GET", "/hostedApplications"),
            lambda: tape.send("POST", "/dedicatedAiClusters", cluster(unitShape="TINY")),
            lambda: tape.send("POST", "/dedicatedAiClusters", cluster(typo=1)),
            lambda: tape.send("POST", "/dedicatedAiClusters", b"{"),
            lambda: tape.list("/models", limit=0),
            lambda: tape.list("/models", page="forged"),
            lambda: tape.list("/models", color="red"),
            lambda: tape.send("GET", "/models"),
        )()

    def step(self) -> None:
        steps = (self.create, self.create, self.read, self.poll, self.rows, self.browse, self.change)
        self.draw(*steps, self.wait, self.err)()


def recorded_story(pick: Callable[[tuple[Any, ...]], Any], before: int, **options: Any) -> Tape:
    """Tell a random story, and record it from a step on."""
    tape = Tape(**options)
    if pick((1, 2)) == 1:
        tape.simulator.failing_work.add(FailingWork(times=2, percent=30, code="InternalError", message="it broke"))
    story = Story(pick, tape)
    tape.is_on = False
    for _ in range(before):
        story.step()
        tape.simulator.skip_time(1)  # the order of resources that are equally old cannot be seen
    story.etags.clear()
    tape.is_on = True
    for _ in range(pick(tuple(range(1, 13)))):
        story.step()
    return tape


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(
    data=st.data(),
    seed=st.integers(0, 3) | st.text(max_size=3),
    region=st.sampled_from(("us-chicago-1", "us-ashburn-1", "eu-frankfurt-2", "ap-tokyo-1")),
    pace=st.sampled_from(PACES),
    before=st.sampled_from((0, 0, 3, 8)),
)
def test_nothing_is_reported_of_a_recording_of_the_simulator(
    data: Any, seed: int | str, region: str, pace: str, before: int
) -> None:
    tape = recorded_story(
        lambda choices: data.draw(st.sampled_from(choices)), before, seed=seed, region=region, pace=pace
    )
    for cassette in (tape.cassette, scrubbed(tape.cassette, region)):
        found = compare_cassette(cassette, FROM_A_FAKE)
        assert found.differences == ()
        assert all(row.verdict is None for row in found.rows)


def test_no_interaction_is_no_difference() -> None:
    assert compare_cassette(Tape().cassette, FROM_A_FAKE).differences == ()


@pytest.mark.parametrize("pace", PACES)
def test_a_cluster_that_gets_ready_differs_at_no_pace(pace: str) -> None:
    tape = Tape(pace=pace, seed=7)
    made = tape.json("POST", "/dedicatedAiClusters", cluster())
    for _ in range(6):
        tape.send("GET", f"/dedicatedAiClusters/{made['id']}")
        tape.simulator.skip_time(300)
    assert compare_cassette(tape.cassette, FROM_A_FAKE).differences == ()
