"""Serving in this process: the response of a simulator to an HTTP request, and the refusal of what is no call."""

from __future__ import annotations

import json
from typing import Any

import pytest

from genai_ports import CreateModelDetails, Simulator
from genai_ports.serving.calls import is_well_formed
from genai_ports.serving.respond import respond
from genai_ports.serving.routes import suggest
from genai_ports.testing import ready
from genai_ports.wire import decode
from genai_ports.wire.http import HttpRequest, HttpResponse

API = "/20231130"
MODEL = "ocid1.generativeaimodel.oc1.us-chicago-1.example"
COMPARTMENT = ("compartmentId", ready.COMPARTMENT)


def request(method: str, path: str, *query: tuple[str, str], body: Any = None) -> HttpRequest:
    """Return a request; its path is below the version."""
    return HttpRequest(method, API + path, query, body=b"" if body is None else json.dumps(body).encode())


def document(response: HttpResponse) -> Any:
    """Return the JSON of a response."""
    return json.loads(response.body)


def served(simulator: Simulator, sent: HttpRequest, region: str | None = None) -> tuple[int, str | None, str | None]:
    """Return the status of a response, with the operation and the region in the journal."""
    status = respond(simulator, sent, region).status
    *_, entry = simulator.journal
    return status, entry.operation, entry.region


def test_a_request_gets_the_response_of_its_operation() -> None:
    response = respond(Simulator(), request("GET", "/models", COMPARTMENT, ("limit", "2")))
    assert response.status == 200
    assert len(document(response)["items"]) == 2


def test_a_call_that_the_world_refuses_gets_its_error() -> None:
    response = respond(Simulator(), request("GET", f"/models/{MODEL}"))
    assert (response.status, document(response)["code"]) == (404, "NotAuthorizedOrNotFound")


@pytest.mark.parametrize(("query", "status"), [((COMPARTMENT,), 200), ((("colour", "red"),), 400)])
@pytest.mark.parametrize(
    ("path", "host", "region"),
    [
        ("/20231130/models", None, "us-chicago-1"),
        ("/20231130/models", "uk-london-1", "uk-london-1"),
        ("/eu-frankfurt-1/20231130/models", "uk-london-1", "eu-frankfurt-1"),
    ],
)
def test_the_region_in_the_path_has_precedence_over_that_of_the_host(
    path: str, host: str | None, region: str, query: tuple[tuple[str, str], ...], status: int
) -> None:
    assert served(Simulator(), HttpRequest("GET", path, query), host) == (status, "list_models", region)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (
            request("GET", f"/models/{MODEL}", ("colour", "red"), ("on", "1")),
            "parameter 1 (6 characters) is not a parameter of get_model; it takes none.",
        ),
        (
            request("GET", f"/workRequests/{MODEL}/errors", ("colour", "red")),
            (
                "parameter 1 (6 characters) is not a parameter of list_work_request_errors; "
                "it takes limit, page, sortBy, sortOrder."
            ),
        ),
        (
            request("GET", f"/models/{MODEL}", body={"colour": 1}),
            "property 1 (6 characters) is not a property of get_model, which takes no body.",
        ),
        (
            request("POST", "/models", body={"colour": 1, "on": 2}),
            "property 1 (6 characters) is not a property of CreateModelDetails.",
        ),
        (request("POST", "/models", body=[]), "The body is not a JSON object: it is an array."),
        (request("GET", "/models", COMPARTMENT, ("limit", "1"), ("limit", "2")), "limit must be given once, not 2."),
    ],
)
def test_what_an_operation_does_not_take_is_refused_by_its_first_name(sent: HttpRequest, message: str) -> None:
    response = respond(Simulator(), sent)
    assert (response.status, document(response)["message"]) == (400, message)


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/20231130/models/{target}", 404, "not found: model (a string of 8 characters)"),
        ("HEAD", "/20231130/models", 200, None),
        ("PATCH", "/20231130/models", 405, "/20231130/models does not support PATCH; use GET, HEAD, POST."),
        ("GET", "/20231130/dedicatedAiClusters/", 404, "; did you mean /20231130/dedicatedAiClusters?"),
        ("GET", "/20231130/dedicatedAiClusters/allocatableGpus", 501, "exists in the real service, but is not"),
        ("HEAD", "/20231130/dedicatedAiClusters/allocatableGpus", 501, "exists in the real service, but is not"),
        ("DELETE", "/20231130/models/allocatableGpus", 404, "not found"),
        ("GET", "/20231130/apiKeys", 404, "; did you mean"),
        ("GET", "/20231130/apikeys", 501, "exists in the real service, but is not simulated."),
        ("GET", "/20231130/apikeys/a/b", 501, "exists in the real service, but is not simulated."),
        ("GET", "/20231130/apikeys/", 404, "There is no operation at GET /20231130/apikeys/; "),
        ("GET", "/nowhere-1/20231130/models", 404, "; its first part is not a region."),
        ("GET", "/nowhere-1/20231130/apikeys", 404, "; its first part is not a region."),
        ("GET", "/us-chicago-1/20231130/apikeys", 501, "exists in the real service, but is not simulated."),
        ("POST", "/20231130/actions/chat", 501, "is for the inference service."),
        ("POST", "/us-chicago-1/20231130/actions/chat", 501, "is for the inference service."),
    ],
)
def test_each_path_has_its_operation_or_a_refusal(method: str, path: str, status: int, message: str | None) -> None:
    response = respond(Simulator(), HttpRequest(method, path, (COMPARTMENT,) if path.endswith("models") else ()))
    assert response.status == status
    assert message is None or message in document(response)["message"]


LONG = "x" * 60


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (f"/20231130/models/{LONG}/action/changeCompartment", "/20231130/models/{id}/actions/changeCompartment"),
        (f"/a/20231130/models/{LONG}/actions/changeCompartment", "/20231130/models/{id}/actions/changeCompartment"),
        (f"/a/b/models/{LONG}", "/20231130/models/{id}"),
    ],
)
def test_an_id_is_known_by_the_name_before_it(path: str, hint: str) -> None:
    assert suggest(path) == f"; did you mean {hint}?"


def test_only_the_first_three_names_of_a_path_are_compared() -> None:
    assert suggest(f"/a/b/c/models/{LONG}") == "; paths begin with /20231130 or /REGION/20231130."


def test_a_body_is_well_formed_if_it_has_all_that_is_required() -> None:
    assert is_well_formed(ready.imported_model_details()) is True
    assert is_well_formed(decode(CreateModelDetails, {})) is False
