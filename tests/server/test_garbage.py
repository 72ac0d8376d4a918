"""No request leaves reference cycles behind: they hold memory until the collector runs, which delays responses."""

from __future__ import annotations

import gc
import io
import sys
from contextlib import contextmanager, suppress
from json import dumps
from typing import TYPE_CHECKING, Any

import pytest

from fake_server import Settings, create_app
from fake_server.serve import serve
from genai_ports import (
    CreateImportedModelDetails,
    GenAiError,
    InMemoryModelRepository,
    UpdateImportedModelDetails,
    builders,
)
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY, USER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fake_server.app import App

TIMES = 5
COMPARTMENT = "ocid1.compartment.oc1..a"
SOURCE = {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"}
MODELS = "/20231130/importedModels"
LIST = f"{MODELS}?compartmentId={COMPARTMENT}"
CREATE = {"compartmentId": COMPARTMENT, "dataSource": SOURCE}


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def garbage(action: Callable[[], object]) -> list[str]:
    """Name the types of the objects that only the collector frees after an action, run several times."""
    action()  # what is loaded or cached at first use is no garbage of the action
    gc.collect()
    before = len(gc.garbage)
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in range(TIMES):
            action()
        gc.collect()
        return [type(each).__name__ for each in gc.garbage[before:]]
    finally:
        gc.set_debug(0)
        del gc.garbage[before:]


def send(app: App, method: str, path: str, body: object = None, **headers: str) -> int:
    """Call the app as a server does: without werkzeug's client, which has cycles of its own."""
    text = body if isinstance(body, bytes) else b"" if body is None else dumps(body).encode()
    path, _, query = path.partition("?")
    status = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(text)),
        "CONTENT_TYPE": "application/json",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(text),
        "wsgi.errors": sys.stderr,
        **{f"HTTP_{name.upper()}": given for name, given in headers.items()},
    }
    with suppress(OSError):  # a fault ends the connection
        for _ in app(environ, lambda line, _headers, _error=None: status.append(int(line[:3])) or (lambda _: None)):
            pass
    return status[0] if status else 0


REQUESTS: dict[str, tuple[int, tuple[Any, ...], dict[str, str]]] = {
    "get": (200, ("GET", f"{MODELS}/{{model}}"), {}),
    "head": (200, ("HEAD", f"{MODELS}/{{model}}"), {}),
    "list": (200, ("GET", LIST), {}),
    "list with a filter": (200, ("GET", f"{LIST}&displayName=x&sortBy=displayName&limit=1"), {}),
    "list of work": (200, ("GET", f"/20231130/workRequests?compartmentId={COMPARTMENT}"), {}),
    "create": (201, ("POST", MODELS, CREATE), {}),
    "repeated create": (201, ("POST", MODELS, CREATE), {"opc_retry_token": "one"}),
    "update": (202, ("PUT", f"{MODELS}/{{model}}", {"displayName": "x"}), {}),
    "delete of what is not there": (404, ("DELETE", f"{MODELS}/x"), {}),
    "not found": (404, ("GET", f"{MODELS}/x"), {}),
    "stale etag": (412, ("PUT", f"{MODELS}/{{model}}", {"displayName": "x"}), {"if_match": "x"}),
    "reused token": (409, ("POST", MODELS, {**CREATE, "displayName": "x"}), {"opc_retry_token": "one"}),
    "no route": (404, ("GET", "/nothing"), {}),
    "other method": (405, ("PATCH", MODELS), {}),
    "broken body": (400, ("POST", MODELS, b"{"), {}),
    "missing property": (400, ("POST", MODELS, {}), {}),
    "unknown property": (400, ("POST", MODELS, {"x": 1}), {}),
    "property of another type": (400, ("POST", MODELS, {**CREATE, "displayName": 5}), {}),
    "unknown parameter": (400, ("GET", f"{LIST}&x=1"), {}),
    "page token of another list": (400, ("GET", f"{LIST}&page=x"), {}),
    "malformed request id": (400, ("GET", LIST), {"opc_request_id": "a b"}),
    "not permitted": (404, ("GET", LIST), {"authorization": f'Signature keyId="{TENANCY}/{USER}/aa"'}),
    "health": (200, ("GET", "/_sim/health"), {}),
    "state": (200, ("GET", "/_sim/state"), {}),
    "journal": (200, ("GET", "/_sim/journal"), {}),
    "timeline": (200, ("GET", "/_sim/timeline?resource={model}"), {}),
    "snapshot": (200, ("GET", "/_sim/snapshot"), {}),
    "clock": (200, ("POST", "/_sim/clock", {"advance": 1}), {}),
    "unknown control path": (404, ("GET", "/_sim/x"), {}),
    "wrong mode": (400, ("PUT", "/_sim/modes", {"modes": ["x"]}), {}),
    "reset": (200, ("POST", "/_sim/reset", {}), {}),
}


def populated() -> tuple[App, str]:
    app = create_app(Settings(clock="virtual"))
    genai = InMemoryModelRepository(simulator=app.worlds.get(TENANCY))
    return app, genai.create_imported_model(details(), retry_token="one").id


def details() -> CreateImportedModelDetails:
    source = builders.hugging_face_data_source(model_id="openai/gpt-oss-20b")
    return CreateImportedModelDetails(compartment_id=COMPARTMENT, data_source=source)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_leaves_no_cycles(name: str) -> None:
    app, model = populated()
    if name == "not permitted":
        app.worlds.get(TENANCY).policies.join(USER, "Nobodies")
    status, (method, path, *body), headers = REQUESTS[name]
    assert send(app, method, path.format(model=model), *body, **headers) == status
    assert garbage(lambda: send(app, method, path.format(model=model), *body, **headers)) == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503, times="always"),
        Fault(status=500, committed=True, times="always"),
        Fault(latency=5, times="always"),
        Fault(damage="reset", times="always"),
        Fault(damage="time-out", times="always"),
        Fault(damage="cut", times="always"),
        Fault(damage="not-json", times="always"),
    ],
    ids=lambda fault: str(fault.damage or fault.status or "latency"),
)
def test_a_fault_leaves_no_cycles(fault: Fault) -> None:
    app, _ = populated()
    app.worlds.get(TENANCY).faults.add(fault)
    assert garbage(lambda: send(app, "GET", LIST)) == []


CALLS: dict[str, Callable[[InMemoryModelRepository, str], object]] = {
    "get": lambda genai, model: genai.get_imported_model(model),
    "list": lambda genai, _: list(genai.list_imported_models(COMPARTMENT)),
    "create": lambda genai, _: genai.create_imported_model(details()),
    "create and delete": lambda genai, _: genai.delete_imported_model(genai.create_imported_model(details()).id),
    "update": lambda genai, model: genai.update_imported_model(model, UpdateImportedModelDetails(display_name="x")),
    "wait": lambda genai, _: genai.wait_for_work_request(
        genai.create_imported_model(details()).response.work_request_id or ""
    ),
    "not found": lambda genai, _: genai.get_imported_model("x"),
    "refused": lambda genai, _: genai.list_imported_models("x").first(),
    "reset": lambda genai, _: genai.simulator.reset(),
    "snapshot": lambda genai, _: Simulator.restore(genai.simulator.snapshot()),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_in_memory_leaves_no_cycles(name: str) -> None:
    genai = InMemoryModelRepository()
    model = genai.create_imported_model(details()).id

    def call() -> None:
        with suppress(GenAiError):
            CALLS[name](genai, model)

    assert garbage(call) == []


def test_a_world_leaves_no_cycles() -> None:
    def use() -> None:
        genai = InMemoryModelRepository()
        genai.create_imported_model(details())
        with genai.simulator.rollback():
            genai.create_imported_model(details())

    assert garbage(use) == []


@pytest.fixture
def _usual_thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("_usual_thresholds")
def test_the_command_makes_no_full_collections_and_restores_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    @contextmanager
    def stopped(_at_once: object) -> Iterator[Callable[[], None]]:
        yield lambda: seen.append(gc.get_threshold())

    monkeypatch.setattr("fake_server.serve.stop_by_signal", stopped)
    serve("127.0.0.1", 0, Settings())
    assert seen == [(700, 10, 2**31 - 1)]
    assert gc.get_threshold() == (700, 10, 10)
