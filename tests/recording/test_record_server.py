"""Recording at the server: what any client sends to it, and what it responds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from http.client import HTTPConnection, IncompleteRead
from typing import TYPE_CHECKING
from urllib.request import urlopen

import oci
import pytest

from fake_server import FakeServer, Settings
from genai_ports import ConfigurationError, Fault, PreconditionFailed, connect
from genai_ports.recording import NothingRecorded
from genai_ports.recording.cassette import Interaction, load_cassette
from genai_ports.recording.provenance import load_provenance
from genai_ports.simulator.faults.disrupted_response import NOT_JSON
from genai_ports.testing import ready
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from pathlib import Path

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaarecorded"
SETTINGS = Settings(seed=7, region="fra", clock="virtual")
MODEL = {"compartmentId": COMPARTMENT, "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss"}}


def recorded(path: Path) -> tuple[Interaction, ...]:
    return load_cassette(path).interactions


def fetch(url: str) -> None:
    urlopen(url).close()  # noqa: S310  # of a server of this test


def send(server: FakeServer, method: str, path: str, body: str | None = None, **headers: str) -> int:
    connection = HTTPConnection(server.host, server.port)
    connection.request(method, path, body, {"content-type": "application/json", **headers})
    status = connection.getresponse().status
    connection.close()
    return status


def test_what_is_recorded_is_what_the_journal_has_without_the_control_paths(tmp_path):
    path = tmp_path / "story.yaml"
    with FakeServer(settings=SETTINGS, record=path) as server:
        client = oci.generative_ai.GenerativeAiClient(credentials().config(), service_endpoint=server.url)
        client.base_client.session.trust_env = False
        client.list_models(COMPARTMENT)
        fetch(f"{server.url}/_sim/health")
        assert send(server, "POST", "/20231130/importedModels", json.dumps(MODEL)) == 201
        assert (
            send(server, "GET", "/uk-london-1/20231130/models?compartmentId=a%20b&capability=CHAT&capability=X") == 400
        )
        assert send(server, "GET", "/20231130/models/unknown") == 404
        assert not path.exists()
        journal = [(entry.operation, entry.status) for entry in server.simulator.journal]
    assert [(each.route.operation.name, each.response.status) for each in recorded(path)] == journal
    _, created, london, _ = recorded(path)
    assert json.loads(created.request.body)["dataSource"]["modelId"] == "openai/gpt-oss"
    assert json.loads(created.response.body)["lifecycleState"] == "CREATING"
    assert (london.origin, london.request.path) == (
        "https://generativeai.uk-london-1.oci.oraclecloud.com",
        "/20231130/models",
    )
    assert london.request.query == (("compartmentId", "a b"), ("capability", "CHAT"), ("capability", "X"))
    known = load_provenance(path)
    assert (known.source, known.seed, known.region) == ("fake", "7", "eu-frankfurt-1")
    assert known.sdk == f"oci {oci.__version__}"
    assert known.recorded >= "2026-01-01"


def test_our_own_client_is_recorded(tmp_path):
    with FakeServer(settings=SETTINGS, record=tmp_path / "one.yaml") as server, connect(server.url) as genai:
        genai.list_models(COMPARTMENT).first()
    assert len(recorded(tmp_path / "one.yaml")) == 1


def test_the_message_about_an_old_etag_has_the_pseudonym_of_the_resource(tmp_path):
    path = tmp_path / "stale.yaml"
    with FakeServer(settings=SETTINGS, record=path) as server, connect(server.url) as genai:
        model = genai.create_imported_model(ready.imported_model_details())
        genai.wait_for_work_request(model.response.work_request_id)
        with pytest.raises(PreconditionFailed):
            genai.delete_imported_model(model.id, if_match=model.response.etag)
        genai.get_imported_model(model.id)
    *_, stale, read = recorded(path)
    assert f"has the etag {read.response.headers['etag']}: read it again" in json.loads(stale.response.body)["message"]


@pytest.mark.parametrize("damage", ["reset", "cut"])
def test_a_response_that_is_lost_or_cut_is_not_recorded_and_breaks_nothing(damage, tmp_path):
    path = tmp_path / "one.yaml"
    with FakeServer(settings=SETTINGS, record=path) as server, connect(server.url) as genai:
        server.simulator.faults.add(Fault(damage=damage, operation="list_models", times=1))
        genai.list_models(COMPARTMENT).first()
        assert len(server.simulator.journal) == 2
    assert len(recorded(path)) == 1


def test_a_response_that_is_late_or_not_json_is_recorded(tmp_path):
    path = tmp_path / "one.yaml"
    with FakeServer(settings=SETTINGS, record=path) as server:
        server.simulator.faults.add(Fault(latency=5, operation="list_models", times=1))
        server.simulator.faults.add(Fault(damage=NOT_JSON, operation="list_endpoints", times=1))
        send(server, "GET", f"/20231130/models?compartmentId={COMPARTMENT}")
        send(server, "GET", f"/20231130/endpoints?compartmentId={COMPARTMENT}")
    models, endpoints = recorded(path)
    assert models.response.content_type == "application/json"
    assert endpoints.response.content_type == "text/html"


def test_nothing_recorded_is_an_error(tmp_path):
    server = FakeServer(record=tmp_path / "one.yaml")
    server.start()
    fetch(f"{server.url}/_sim/health")
    with pytest.raises(NothingRecorded):
        server.close()
    server.close()
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_ends_with_an_exception_writes_nothing(tmp_path):
    def stopped() -> None:
        with FakeServer(record=tmp_path / "one.yaml") as server:
            send(server, "GET", "/20231130/models?compartmentId=a")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stopped()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_refused_at_the_start(tmp_path):
    with pytest.raises(ConfigurationError, match="a recording must be"):
        FakeServer(record=tmp_path / "missing" / "one.yaml")


def serve(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "genai_ports", "serve", "--port", "0", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("calls", [0, 2])
def test_serve_writes_at_the_end_and_fails_if_there_is_nothing(number, calls, tmp_path):
    path = tmp_path / "one.yaml"
    process = serve("--record", str(path))
    url = process.stdout.readline().split()[-1]
    for _ in range(calls):
        fetch(f"{url}/20231130/models?compartmentId={COMPARTMENT}")
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, path.exists()) == ((0, True) if calls else (1, False))
    assert errors.count(" 200 ") == 2 if calls else "nothing was recorded" in errors
    assert not calls or len(recorded(path)) == 2


def test_serve_that_cannot_write_at_the_end_fails(tmp_path):
    path = tmp_path / "there" / "one.yaml"
    path.parent.mkdir()
    process = serve("--record", str(path))
    url = process.stdout.readline().split()[-1]
    fetch(f"{url}/20231130/models?compartmentId={COMPARTMENT}")
    path.parent.rmdir()
    process.terminate()
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "\ngenai-ports serve: " in errors
    assert "one.yaml" in errors


def test_a_request_that_is_not_http_gets_the_response_that_it_gets_without_a_recording(tmp_path):
    server = FakeServer(record=tmp_path / "one.yaml")
    server.start()
    assert send(server, "GET", "/20231130/models?compartmentId=" + "x" * 70000) == 400
    with pytest.raises(NothingRecorded):
        server.close()


@pytest.mark.parametrize("host", ["localhost", "fake_server"])
def test_a_request_with_any_host_is_served_and_recorded(host, tmp_path):
    path = tmp_path / "a.yaml"
    with FakeServer(settings=SETTINGS, record=path, allow_hosts=["fake_server"]) as server:
        assert send(server, "GET", f"/20231130/models?compartmentId={COMPARTMENT}", host=host) == 200
        assert send(server, "GET", f"/20231130/models?compartmentId={COMPARTMENT}", host="a]b:1") == 403
    assert [each.region for each in recorded(path)] == ["eu-frankfurt-1"]


def test_a_client_still_gets_the_part_of_a_response_that_is_cut(tmp_path):
    server = FakeServer(record=tmp_path / "one.yaml")
    server.start()
    server.simulator.faults.add(Fault(damage="cut", operation="list_models"))
    connection = HTTPConnection(server.host, server.port)
    connection.request("GET", f"/20231130/models?compartmentId={COMPARTMENT}")
    with pytest.raises(IncompleteRead) as part:
        connection.getresponse().read()
    connection.close()
    assert part.value.partial.startswith(b'{"items":[')
    with pytest.raises(NothingRecorded):
        server.close()
