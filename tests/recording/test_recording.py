"""Recording in Python: clients of the SDK, plain and our own, over http and https."""

from __future__ import annotations

import importlib.metadata
import json
import logging
from threading import Thread
from typing import TYPE_CHECKING, Any

import oci
import pytest
import vcr
from oci._vendor.requests import Session
from vcr.stubs.urllib3_stubs import VCRRequestsHTTPSConnection

from fake_server import FakeServer, create_app
from genai_ports import ConfigurationError, ConnectionLost, Fault, NotFound, SdkModelRepository, builders, connect
from genai_ports.api.imported_model import CreateImportedModelDetails
from genai_ports.recording import NothingRecorded, recording
from genai_ports.recording.cassette import load_cassette
from genai_ports.recording.provenance import load_provenance, provenance_path
from genai_ports.testing.wsgi_transport import WsgiTransport

if TYPE_CHECKING:
    from pathlib import Path

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaarecorded"
IMPORT = CreateImportedModelDetails(
    compartment_id=COMPARTMENT,
    display_name="recorded",
    data_source=builders.hugging_face_data_source(model_id="openai/gpt-oss-20b"),
)
UNKNOWN = "ocid1.generativeaimodel.oc1.eu-frankfurt-1.amaaaaaaunknown"


def with_the_adapter(place: Any) -> None:
    with place.adapter() as genai:
        play(genai)


def play(genai: Any) -> None:
    assert genai.list_models(COMPARTMENT, vendor="meta", limit=2).first()
    model = genai.create_imported_model(IMPORT)
    genai.wait_for_work_request(model.response.work_request_id)
    genai.get_imported_model(model.id)
    with pytest.raises(NotFound):
        genai.get_model(UNKNOWN)
    genai.delete_imported_model(model.id)


def with_a_plain_client(place: Any) -> None:
    client = place.plain_client()
    client.list_models(COMPARTMENT, vendor="meta", limit=2)
    details = oci.generative_ai.models.CreateImportedModelDetails(
        compartment_id=COMPARTMENT,
        display_name="recorded",
        data_source=oci.generative_ai.models.HuggingFaceModel(model_id="openai/gpt-oss-20b"),
    )
    model = client.create_imported_model(details)
    place.world.clock.advance(5)
    client.get_imported_model(model.data.id)
    with pytest.raises(oci.exceptions.ServiceError):
        client.get_model(UNKNOWN)
    client.delete_imported_model(model.data.id)


def as_the_journal_has_it(world: Any) -> list[tuple[str, int]]:
    return [(entry.operation, entry.status) for entry in world.journal]


def as_recorded(path: Path) -> list[tuple[str | None, int]]:
    found = []
    for each in load_cassette(path).interactions:
        assert each.origin == "https://generativeai.eu-frankfurt-1.oci.oraclecloud.com"
        assert each.request.path.startswith("/20231130/")
        found.append((each.route and each.route.operation.name, each.response.status))
    return found


@pytest.mark.parametrize("play_story", [with_the_adapter, with_a_plain_client])
def test_what_is_recorded_is_what_the_journal_of_the_server_has(place, play_story, tmp_path):
    path = tmp_path / "story.yaml"
    with recording(path, scenario="story") as tape:
        play_story(place)
    journal = as_the_journal_has_it(place.world)
    assert as_recorded(path) == journal
    assert len(tape) == len(journal) >= 5
    known = load_provenance(path)
    assert (known.source, known.seed, known.region, known.scenario) == (
        "fake",
        "recorded",
        "eu-frankfurt-1",
        "story",
    )
    assert known.sdk == f"oci {importlib.metadata.version('oci')}"
    assert known.recorded >= "2026-01-01"


def test_a_client_that_was_made_and_used_before_is_recorded_too(place, tmp_path):
    client = place.plain_client()
    client.list_models(COMPARTMENT)
    with recording(tmp_path / "one.yaml") as tape:
        client.list_models(COMPARTMENT)
    client.list_models(COMPARTMENT)
    assert len(tape) == len(load_cassette(tmp_path / "one.yaml").interactions) == 1


def test_the_bodies_are_those_that_the_client_saw(place, tmp_path):
    with recording(tmp_path / "one.yaml"), place.adapter() as genai:
        page = next(genai.list_models(COMPARTMENT, vendor="meta", sort_by="displayName").pages())
    [recorded] = load_cassette(tmp_path / "one.yaml").interactions
    items = json.loads(recorded.response.body)["items"]
    assert [item["displayName"] for item in items] == [model.display_name for model in page.items]
    assert dict(recorded.request.query)["sortBy"] == "displayName"


def test_our_own_client_trusts_the_authority_that_the_environment_names(secure_place, tmp_path, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", secure_place.authority)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with recording(tmp_path / "one.yaml") as tape, connect(secure_place.url) as genai:
        genai.list_models(COMPARTMENT).first()
    assert len(tape) == 1


def test_vcrpy_replays_it_for_a_stock_client_of_the_real_endpoint(place, tmp_path, monkeypatch):
    with recording(tmp_path / "one.yaml"):
        place.plain_client().list_models(COMPARTMENT, vendor="meta", limit=2)
    [recorded] = load_cassette(tmp_path / "one.yaml").interactions
    asked = dict(recorded.request.query)["compartmentId"]
    client = oci.generative_ai.GenerativeAiClient(config_of("eu-frankfurt-1"))
    connections = ((oci.base_client.OCIConnectionPool, "ConnectionCls", VCRRequestsHTTPSConnection),)
    with vcr.VCR(custom_patches=connections, record_mode="none").use_cassette(str(tmp_path / "one.yaml")) as tape:
        replayed = client.list_models(asked, vendor=["meta"], limit=2)
    assert tape.play_count == 1
    assert replayed.data.items[0].vendor == "meta"


def config_of(region: str) -> dict[str, str]:
    from genai_ports.throwaway import credentials

    return credentials().config(region)


def test_nothing_recorded_is_an_error_and_no_file(tmp_path):
    with pytest.raises(NothingRecorded, match="nothing was recorded"), recording(tmp_path / "one.yaml"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_exception_leaves_nothing_behind_unless_a_part_is_wanted(tmp_path):
    def interrupted(*, keep_partial: bool) -> None:
        with (
            FakeServer() as server,
            recording(tmp_path / "one.yaml", keep_partial=keep_partial),
            SdkModelRepository(endpoint=server.url) as genai,
        ):
            genai.list_models(COMPARTMENT).first()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted(keep_partial=False)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(KeyboardInterrupt):
        interrupted(keep_partial=True)
    assert len(load_cassette(tmp_path / "one.yaml").interactions) == 1


def test_an_exception_before_the_first_request_is_not_replaced(tmp_path):
    with pytest.raises(KeyError), recording(tmp_path / "one.yaml", keep_partial=True):
        raise KeyError


@pytest.mark.parametrize("name", ["missing/one.yaml", "one.json", "."])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_sent(name, tmp_path):
    with pytest.raises(ConfigurationError, match="a recording must be"), recording(tmp_path / name):
        pytest.fail("it started")


def test_the_transport_of_the_sdk_is_as_before_afterwards(tmp_path):
    before = Session.send
    with pytest.raises(NothingRecorded), recording(tmp_path / "one.yaml"):
        assert Session.send is not before
    assert Session.send is before


def test_recordings_that_overlap_have_each_what_was_sent_while_they_ran(tmp_path):
    transport = WsgiTransport(create_app())
    genai = SdkModelRepository(endpoint="http://fake", transport=transport)
    one, two = recording(tmp_path / "one.yaml"), recording(tmp_path / "two.yaml")
    before = Session.send
    first = one.__enter__()
    genai.list_models(COMPARTMENT).first()
    second = two.__enter__()
    genai.list_endpoints(COMPARTMENT).first()
    one.__exit__(None, None, None)
    genai.list_imported_models(COMPARTMENT).first()
    two.__exit__(None, None, None)
    assert Session.send is before
    assert [each.route.operation.name for each in first.interactions] == ["list_models", "list_endpoints"]
    assert [each.route.operation.name for each in second.interactions] == ["list_endpoints", "list_imported_models"]


def test_threads_are_recorded(place, tmp_path):
    with recording(tmp_path / "one.yaml") as tape:
        threads = [Thread(target=lambda: place.plain_client().list_models(COMPARTMENT)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(tape) == 4


def test_a_response_that_is_lost_is_not_recorded(plain_place, tmp_path):
    plain_place.world.faults.add(Fault(damage="reset", operation="list_models", times=1))
    with recording(tmp_path / "one.yaml") as tape, plain_place.adapter() as genai:
        genai.list_models(COMPARTMENT, limit=1).first()
    assert [entry.operation for entry in plain_place.world.journal] == ["list_models"] * 2
    assert len(tape) == 1


def test_a_server_that_is_down_is_not_silent(tmp_path):
    with FakeServer() as server:
        url = server.url
    from genai_ports import NEVER

    with (
        pytest.raises(ConnectionLost),
        recording(tmp_path / "one.yaml"),
        SdkModelRepository(endpoint=url, retry=NEVER) as genai,
    ):
        genai.list_models(COMPARTMENT).first()


def test_requests_to_other_services_are_not_recorded(tmp_path):
    class Object(WsgiTransport):
        def __init__(self) -> None:
            super().__init__(lambda environ, start: (start("200 OK", []), [b"{}"])[1])

    session = Session()
    session.trust_env = False
    session.mount("https://", Object())
    session.mount("http://", Object())
    others = (
        "https://objectstorage.us-chicago-1.oraclecloud.com/n/names/b/bucket",
        "https://identity.us-chicago-1.oci.oraclecloud.com/20231130/users",
        "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/chat",
        "http://127.0.0.1/latest/meta-data",
    )
    with pytest.raises(NothingRecorded), recording(tmp_path / "one.yaml"):
        assert {session.get(url).status_code for url in others} == {200}


def test_a_real_endpoint_is_the_service_and_another_server_is_unstated(tmp_path):
    class Real(WsgiTransport):
        def __init__(self) -> None:
            super().__init__(create_app())

    client = oci.generative_ai.GenerativeAiClient(config_of("us-ashburn-1"))
    client.base_client.session.mount("https://", Real())
    with recording(tmp_path / "one.yaml"):
        client.list_models(COMPARTMENT)
    known = load_provenance(tmp_path / "one.yaml")
    assert (known.source, known.region, known.seed) == ("service", "us-ashburn-1", "")

    class Other(WsgiTransport):
        def __init__(self) -> None:
            super().__init__(lambda environ, start: (start("200 OK", []), [b'{"items": []}'])[1])

    session = Session()
    session.mount("http://", Other())
    with recording(tmp_path / "two.yaml"):
        session.get("http://other/eu-frankfurt-1/20231130/models?compartmentId=a")
    known = load_provenance(tmp_path / "two.yaml")
    assert (known.source, known.region) == ("unstated", "eu-frankfurt-1")


def test_no_signature_stays_in_the_file(place, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with recording(tmp_path / "one.yaml"):
        place.plain_client().list_models(COMPARTMENT)
    for path in (tmp_path / "one.yaml", provenance_path(tmp_path / "one.yaml")):
        text = path.read_text("utf-8").lower()
        assert "authorization" not in text
        assert "keyid" not in text


def test_without_the_sdk_the_message_says_what_to_install(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "oci._vendor.requests.sessions", None)
    with pytest.raises(ConfigurationError, match=r"genai-ports\[oci\]"), recording(tmp_path / "one.yaml"):
        pytest.fail("it started")
