"""A server that replays a recording: its calls, the few control paths that it has, and what it refuses."""

from __future__ import annotations

import pytest
from recorded_world import Recording
from werkzeug.test import Client

from fake_server import FakeServer, Settings
from genai_ports.recording.provenance import Provenance
from genai_ports.recording.saving import save_recording
from genai_ports.testing import ready
from genai_ports.wire.http import HttpResponse

LIST = f"/20231130/models?compartmentId={ready.COMPARTMENT}&limit=3"
HOST = "generativeai.eu-frankfurt-1.oci.oraclecloud.com"


@pytest.fixture(scope="module")
def cassette(tmp_path_factory):
    """One list of models in Frankfurt."""
    recording = Recording(region="fra")
    recording.genai.list_models(ready.COMPARTMENT, limit=3).first()
    file = tmp_path_factory.mktemp("replay") / "models.yaml"
    save_recording(file, recording.cassette.interactions, Provenance(source="fake", region="eu-frankfurt-1"))
    return file


@pytest.fixture
def server(cassette):
    made = FakeServer(settings=Settings(clock="virtual"), replay=cassette)
    yield made
    made.close()


@pytest.fixture
def http(server):
    return Client(server.application)


def health(http, **changes):
    """What the health path is expected to show: one recorded call that is not played yet, but for the changes."""
    known = {"status": "UP", "region": "eu-frankfurt-1", "recorded": 1, "played": 0, "unplayed": 1}
    return {**known, "time": http.get("/_sim/clock").json["time"], **changes}


@pytest.mark.parametrize("path", [LIST, f"/eu-frankfurt-1{LIST}"])
def test_a_call_gets_what_was_recorded_with_the_headers_of_this_server(server, http, path):
    assert http.get("/_sim/health").json == health(http)
    response = http.get(path, headers={"Host": HOST})
    assert (response.status_code, len(response.json["items"])) == (200, 3)
    assert {"opc-request-id", "Content-Type"} <= {*response.headers.keys()}
    assert "Date" not in response.headers
    assert http.get("/_sim/health").json == health(http, played=1, unplayed=0)
    assert server.player.played == 1


def test_a_reset_plays_it_again_and_the_clock_moves(server, http):
    http.get(LIST, headers={"Host": HOST})
    assert http.post("/_sim/reset").json == health(http)
    before = server.clock.now()
    assert http.post("/_sim/clock", json={"advance": 30}).status_code == 200
    assert (server.clock.now() - before).total_seconds() == 30
    assert server.player.clock.now() == server.clock.now()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_sim/faults"),
        ("GET", "/_sim/reset"),
        ("POST", "/_sim/health"),
        ("GET", "/_sim"),
        ("GET", "/_sim/state"),
    ],
)
def test_other_control_paths_are_refused_with_those_that_exist(http, method, path):
    refused = http.open(path, method=method)
    assert (refused.status_code, refused.headers["x-genai-ports-rule"]) == (404, "unknown-route")
    served = "it serves GET /_sim/health, POST /_sim/reset, and GET or POST /_sim/clock."
    assert refused.json["message"].endswith(served)


def test_the_health_has_no_body_for_head(http):
    response = http.head("/_sim/health")
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize(("path", "status"), [("/20231130/models/x", 501), ("/20231130/models%2Fx", 404)])
def test_what_was_not_recorded_is_refused(http, path, status):
    assert http.get(path, headers={"Host": HOST}).status_code == status


def test_a_defect_is_a_500_without_its_text(server, http, monkeypatch, capsys):
    def fail(*_):
        raise LookupError("hunter2")

    monkeypatch.setattr(server.player, "respond", fail)
    response = http.get(LIST)
    assert (response.status_code, response.json["message"]) == (500, "Internal Server Error")
    assert capsys.readouterr().err == "fake_server: internal error, LookupError\n"


def test_each_value_of_a_parameter_is_compared(server, http, monkeypatch):
    queries = []
    monkeypatch.setattr(server.player, "respond", lambda call, _: queries.append(call.query) or HttpResponse(200))
    http.get("/20231130/models?capability=CHAT&capability=TEXT_RERANK&limit=3")
    assert queries == [(("capability", "CHAT"), ("capability", "TEXT_RERANK"), ("limit", "3"))]


def test_the_headers_of_the_recorded_server_are_dropped(server, http, monkeypatch):
    recorded = HttpResponse(200, {"date": "then", "server": "theirs", "etag": "abc"}, b"{}")
    monkeypatch.setattr(server.player, "respond", lambda *_: recorded)
    assert {*http.get(LIST).headers.keys()} == {"etag", "Content-Type", "Content-Length"}
