"""The comparison finds every change that is made to a recording of the simulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from played import COMPARTMENT, Tape, cluster, custom, endpoint, imported

from genai_ports.recording.cassette import Cassette, Interaction
from genai_ports.recording.compare import compare_cassette
from genai_ports.recording.provenance import FAKE, Provenance
from genai_ports.simulator.faults.failing_work import FailingWork

if TYPE_CHECKING:
    from collections.abc import Callable

FROM_A_FAKE = Provenance(source=FAKE)
Edit = "Callable[[Any], Any]"


def recorded() -> tuple[list[str], list[Interaction]]:
    """Return a recording with all that the mutations change, and a name for each interaction."""
    tape = Tape(seed=7, pace="reads:2")
    names: list[str] = []

    def send(name: str, *args: Any, **options: Any) -> Any:
        names.append(name)
        response = tape.send(*args, **options)
        tape.simulator.skip_time(1)
        return json.loads(response.body) if response.body else dict(response.headers)

    here = {"compartmentId": COMPARTMENT}
    bases = send("base models", "GET", "/models", query={**here, "capability": "CHAT"})["items"]
    hosting = send("create cluster", "POST", "/dedicatedAiClusters", cluster(displayName="hosting"))
    work = tape.interactions[-1].response.headers["opc-work-request-id"]
    send("work accepted", "GET", f"/workRequests/{work}")
    send("cluster creating", "GET", f"/dedicatedAiClusters/{hosting['id']}")
    send("cluster active", "GET", f"/dedicatedAiClusters/{hosting['id']}")
    send("work succeeded", "GET", f"/workRequests/{work}")
    send("logs", "GET", f"/workRequests/{work}/logs")
    send("work requests", "GET", "/workRequests", query=here)
    model = send("import", "POST", "/importedModels", imported(displayName="b", freeformTags={"team": "a"}))
    for _ in range(3):
        send("imported", "GET", f"/importedModels/{model['id']}")
    second = send("import again", "POST", "/importedModels", imported())
    third = send("import third", "POST", "/importedModels", imported(displayName="a"))
    for each in (second, third) * 3:
        send("other imports", "GET", f"/importedModels/{each['id']}")
    send("list", "GET", "/importedModels", query=here)
    first = send("page 1", "GET", "/importedModels", query={**here, "limit": 2, "sortBy": "displayName"})
    token = tape.interactions[-1].response.headers["opc-next-page"]
    assert len(first["items"]) == 2
    send("page 2", "GET", "/importedModels", query={**here, "limit": 2, "sortBy": "displayName", "page": token})
    served = send("create endpoint", "POST", "/endpoints", endpoint(model["id"], hosting["id"]))
    for _ in range(3):
        send("endpoint", "GET", f"/endpoints/{served['id']}")
    send("in use", "DELETE", f"/dedicatedAiClusters/{hosting['id']}")
    send("update", "PUT", f"/importedModels/{model['id']}", {"displayName": "new"})
    send("busy", "DELETE", f"/importedModels/{model['id']}")
    send("not found", "GET", "/models/ocid1.generativeaimodel.oc1..unknown")
    send("bad limit", "GET", "/models", query={**here, "limit": 0})
    send("unknown path", "GET", "/nothing")
    send("not simulated", "GET", "/hostedApplications")
    send("move", "POST", f"/importedModels/{second['id']}/actions/changeCompartment", {"compartmentId": COMPARTMENT})
    send("delete", "DELETE", f"/importedModels/{third['id']}")
    for _ in range(3):
        send("deleted", "GET", f"/importedModels/{third['id']}")
    tuning = send("tuning cluster", "POST", "/dedicatedAiClusters", cluster(type="FINE_TUNING"))
    for _ in range(3):
        send("tuning cluster ready", "GET", f"/dedicatedAiClusters/{tuning['id']}")
    base = next(each for each in bases if "FINE_TUNE" in each["capabilities"] and each["vendor"] == "meta")
    tuned = send("fine-tune", "POST", "/models", custom(base["id"], tuning["id"]))
    for _ in range(3):
        send("fine-tuned", "GET", f"/models/{tuned['id']}")
    tape.simulator.failing_work.add(FailingWork(percent=90, code="InternalError", message="it broke"))
    send("failing import", "POST", "/importedModels", imported(displayName="c"))
    work = tape.interactions[-1].response.headers["opc-work-request-id"]
    for _ in range(3):
        send("failing work", "GET", f"/workRequests/{work}")
    send("errors", "GET", f"/workRequests/{work}/errors")
    return names, tape.interactions


NAMES, RECORDED = recorded()
REFUSED = {"in use", "busy", "not found", "bad limit", "unknown path", "not simulated"}


def place(name: str, last: int = 1) -> int:
    """Return the number of the interaction of a name; of several, the last but so many."""
    found = [number for number, each in enumerate(NAMES) if each == name]
    return found[-last]


def response(name: str, edit: Callable[[Any], Any], last: int = 1) -> Callable[[], list[Interaction]]:
    """Change the body of a response; `edit` changes it in place, or returns another one."""

    def changed() -> list[Interaction]:
        number = place(name, last)
        each = RECORDED[number]
        document = json.loads(each.response.body)
        document = edit(document) or document
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return replaced(number, each._replace(response=each.response._replace(body=body)))

    return changed


def headers(name: str, remove: str = "", **add: str) -> Callable[[], list[Interaction]]:
    """Change the headers of a response."""

    def changed() -> list[Interaction]:
        number = place(name)
        each = RECORDED[number]
        kept = {key: text for key, text in each.response.headers.items() if key != remove}
        new = kept | {key.replace("_", "-"): text for key, text in add.items()}
        return replaced(number, each._replace(response=each.response._replace(headers=new)))

    return changed


def status(name: str, code: int) -> Callable[[], list[Interaction]]:
    """Change the status of a response."""

    def changed() -> list[Interaction]:
        number = place(name)
        each = RECORDED[number]
        return replaced(number, each._replace(response=each.response._replace(status=code)))

    return changed


def swapped(name: str, first: int, second: int) -> Callable[[], list[Interaction]]:
    """Exchange the responses of two interactions of one name."""

    def changed() -> list[Interaction]:
        one, two = place(name, first), place(name, second)
        new = list(RECORDED)
        new[one] = RECORDED[one]._replace(response=RECORDED[two].response)
        new[two] = RECORDED[two]._replace(response=RECORDED[one].response)
        return new

    return changed


def replaced(number: int, each: Interaction) -> list[Interaction]:
    return [*RECORDED[:number], each, *RECORDED[number + 1 :]]


def put(**changes: Any) -> Callable[[Any], Any]:
    return lambda document: document.update(changes)


def drop(name: str) -> Callable[[Any], Any]:
    return lambda document: {key: part for key, part in document.items() if key != name}


def first_item(edit: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda document: document.update(
        items=[edit(document["items"][0]) or document["items"][0], *document["items"][1:]]
    )


def reverse(document: Any) -> Any:
    document["items"].reverse()


MUTATIONS: dict[str, tuple[Callable[[], list[Interaction]], str]] = {
    "status of a create": (status("create cluster", 200), "status"),
    "status of an update": (status("update", 200), "status"),
    "status of a delete": (status("delete", 204), "status"),
    "status of a move": (status("move", 200), "status"),
    "status of a get": (status("cluster active", 202), "status"),
    "status of a list": (status("list", 206), "status"),
    "status of an error": (status("not found", 400), "status"),
    "status of a refused delete": (status("in use", 403), "status"),
    "code of a refused delete": (response("in use", put(code="IncorrectState")), "code"),
    "code of a busy resource": (response("busy", put(code="NoEtagMatch")), "code"),
    "code of what is not found": (response("not found", put(code="NotFound")), "code"),
    "code of a bad limit": (response("bad limit", put(code="MissingParameter")), "code"),
    "code of an unknown path": (response("unknown path", put(code="NotAuthorizedOrNotFound")), "code"),
    "code of an operation that is not simulated": (response("not simulated", put(code="NotFound")), "code"),
    "code of an error is a number": (response("not found", put(code=404)), "type"),
    "message of an error is missing": (response("not found", drop("message")), "property"),
    "error has another property": (response("not found", put(target="x")), "property"),
    "error is not JSON": (response("not found", lambda _: b"<html>"), "body"),
    "body of a create is empty": (response("create cluster", lambda _: b" "), "body"),
    "required property removed": (response("cluster active", drop("unitShape")), "property"),
    "optional property removed": (response("import", drop("version")), "property"),
    "property removed from an item": (response("list", first_item(drop("displayName"))), "property"),
    "property added": (response("cluster active", put(colour="red")), "property"),
    "unknown property added to an item": (response("base models", first_item(put(isImportModel=False))), "property"),
    "property is null": (response("import", put(description=None)), "null"),
    "number becomes a string": (response("cluster active", put(unitCount="1")), "type"),
    "boolean becomes a string": (response("base models", first_item(put(isLongTermSupported="true"))), "type"),
    "list becomes a string": (response("imported", put(capabilities="TEXT_TO_TEXT")), "type"),
    "object becomes a list": (response("imported", put(freeformTags=[])), "type"),
    "items are no list": (response("list", put(items={})), "type"),
    "page has another property": (response("list", put(total=3)), "property"),
    "enumeration value of a state": (response("cluster active", put(lifecycleState="READY")), "enum"),
    "enumeration value of a capability": (response("imported", put(capabilities=["GUARD"])), "enum"),
    "enumeration value of a work request": (response("work succeeded", put(operationType="MAKE_CLUSTER")), "enum"),
    "another known value": (response("base models", first_item(put(type="CUSTOM"))), ""),
    "state order of a cluster": (swapped("imported", 1, 3), "state"),
    "state after the end": (response("deleted", put(lifecycleState="ACTIVE")), "state"),
    "state order of a work request": (swapped("failing work", 1, 3), "state"),
    "work request waits": (response("work accepted", put(status="WAITING")), "state"),
    "order of a list": (response("list", reverse), "order"),
    "order of a sorted page": (response("page 1", reverse), "order"),
    "order of a log": (response("logs", reverse), "order"),
    "order of work requests' resources": (
        response("work succeeded", lambda d: d["resources"].append(d["resources"][0])),
        "value",
    ),
    "item missing": (response("list", lambda d: d.update(items=d["items"][:-1])), "items"),
    "item twice removed from a page": (response("page 2", put(items=[])), "items"),
    "line of a log missing": (response("logs", lambda d: d.update(items=d["items"][1:])), "items"),
    "error of a work request missing": (response("errors", put(items=[])), "items"),
    "code of the error of a work request is missing": (response("errors", first_item(drop("code"))), "property"),
    "etag missing": (headers("cluster active", "etag"), "header"),
    "etag of a list": (headers("list", etag="x"), "header"),
    "etag does not change": (
        headers("cluster active", etag=RECORDED[place("cluster creating")].response.headers["etag"]),
        "identity",
    ),
    "work request id of a create missing": (headers("create cluster", "opc-work-request-id"), "header"),
    "work request id of a move": (
        headers("move", opc_work_request_id="ocid1.generativeaiworkrequest.oc1..x"),
        "header",
    ),
    "request id missing": (headers("list", "opc-request-id"), "header"),
    "request id of another form": (headers("list", opc_request_id="a-b-c"), "form"),
    "next page missing": (headers("page 1", "opc-next-page"), "header"),
    "next page of the last page": (headers("page 2", "opc-next-page", etag="x"), "header"),
    "retry-after missing": (headers("work accepted", "retry-after"), "header"),
    "retry-after is a date": (headers("work accepted", retry_after="Fri, 27 Nov 2026 00:00:00 GMT"), "form"),
    "header added": (headers("list", opc_total_items="3"), "header"),
    "time without milliseconds": (response("cluster active", put(timeCreated="2026-07-15T00:00:01Z")), "form"),
    "time with an offset": (response("create cluster", put(timeCreated="2026-07-15T00:00:01.000+00:00")), "form"),
    "entity type": (
        response("work succeeded", lambda d: d["resources"][0].update(entityType="DEDICATED_AI_CLUSTER")),
        "value",
    ),
    "identifier of another resource": (
        response("work succeeded", lambda d: d["resources"][0].update(identifier=f"{d['id'][:-1]}x")),
        "identity",
    ),
    "percent that is not whole": (response("failing work", put(percentComplete=12.5), last=3), "value"),
    "name that was sent": (response("import", put(displayName="other")), "value"),
    "generated name": (response("import again", put(displayName="my-model")), "value"),
    "tag that was sent": (response("imported", put(freeformTags={"team": "b"})), "value"),
    "capacity": (response("cluster active", lambda d: d["capacity"].update(totalEndpointCapacity=10)), "value"),
    "lifecycle details": (response("cluster creating", put(lifecycleDetails="Provisioning")), "value"),
    "metrics missing": (response("fine-tuned", drop("modelMetrics")), "property"),
    "base model that the catalogue lacks": (
        response("base models", first_item(put(id="ocid1.generativeaimodel.oc1..new", displayName="acme.new"))),
        "base-models",
    ),
    "base model that the recording lacks": (
        response("base models", lambda d: d.update(items=d["items"][1:])),
        "base-models",
    ),
    "OCID of another form": (response("create endpoint", put(id="ocid1.generativeaiendpoint.oc1..short")), "form"),
    "vendor in upper case": (
        response("base models", first_item(lambda d: d.update(vendor=d["vendor"].upper()))),
        "value",
    ),
}


def test_there_are_many_mutations_and_the_recording_itself_has_no_difference() -> None:
    assert len(MUTATIONS) >= 40
    assert {name for name, each in zip(NAMES, RECORDED, strict=True) if each.response.status >= 400} == REFUSED
    assert compare_cassette(Cassette(tuple(RECORDED)), FROM_A_FAKE).differences == ()


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_found(name: str) -> None:
    mutate, kind = MUTATIONS[name]
    mutated = mutate()
    changed = [number for number, pair in enumerate(zip(RECORDED, mutated, strict=True), 1) if pair[0] != pair[1]]
    assert changed
    found = compare_cassette(Cassette(tuple(mutated)), FROM_A_FAKE).differences
    assert found
    assert not kind or kind in {each.kind for each in found}, found
    assert any(each.place.startswith(f"interaction {number}:") for each in found for number in changed)
    assert all(each.row for each in found)


@pytest.mark.parametrize(
    "junk", [None, 0, "x", [], {}, {"id": 1}, {"id": "x", "items": [{"id": "y", "resources": "z"}]}]
)
def test_responses_of_any_form_are_compared(junk: Any) -> None:
    body = json.dumps(junk).encode()
    broken = [each._replace(response=each.response._replace(body=body)) for each in RECORDED]
    assert compare_cassette(Cassette(tuple(broken)), FROM_A_FAKE).differences
