"""A world is read and replaced over the control path `/_sim/snapshot`."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from fake_server.routes import control_headers
from fake_server.settings import MAX_BODY_BYTES
from genai_ports import InMemoryModelRepository, connect
from genai_ports.tenancy import TENANCY
from genai_ports.testing import ready


def put(url: str, data: bytes) -> bytes:
    with urlopen(Request(f"{url}/_sim/snapshot", data, control_headers(), method="PUT")) as response:  # noqa: S310
        return bytes(response.read())


def test_a_world_goes_from_one_server_to_another_also_beyond_the_size_of_other_bodies() -> None:
    settings = Settings(clock="virtual")
    with FakeServer(settings=settings) as first, FakeServer(settings=settings) as second:
        genai = InMemoryModelRepository(simulator=first.simulator)
        for number in range(1200):
            genai.create_imported_model(ready.imported_model_details(description=f"{number}" * 50))
        with urlopen(f"{first.url}/_sim/snapshot") as response:  # noqa: S310
            taken = response.read()
        assert len(taken) > MAX_BODY_BYTES
        assert json.loads(put(second.url, taken))["status"] == "UP"
        assert second.simulator.snapshot() == first.simulator.snapshot()
        with connect(second.url) as over_http:
            assert len(list(over_http.list_imported_models(ready.COMPARTMENT))) == 1200


@pytest.mark.parametrize("environ", [{}, {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}])
def test_a_snapshot_may_be_larger_than_other_bodies_on_every_server(environ: dict[str, Any]) -> None:
    app = create_app(Settings(clock="virtual"))
    snapshot = json.dumps(app.worlds.get(TENANCY).snapshot()).encode() + b" " * (2 * MAX_BODY_BYTES)
    response = Client(app).put(
        "/_sim/snapshot", data=snapshot, content_type="application/json", environ_overrides=environ
    )
    assert (response.status_code, response.json["status"]) == (200, "UP")


@pytest.mark.parametrize("body", [b"{}", b"[]", b"x", b'{"format": "genai-ports world", "version": 1}'])
def test_what_is_no_snapshot_is_refused_and_the_world_remains(body: bytes) -> None:
    with FakeServer(settings=Settings(clock="virtual")) as server:
        before = server.simulator.snapshot()
        with pytest.raises(HTTPError) as refused:
            put(server.url, body)
        refused.value.close()
        assert refused.value.code == 400
        assert server.simulator.snapshot() == before
