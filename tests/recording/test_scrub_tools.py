"""The command scrub, and cassettes of vcrpy and pytest-recording, which others recorded without a scrubber."""

from __future__ import annotations

import json
import subprocess
import sys

import oci
import pytest
import vcr
from click.testing import CliRunner

from fake_server import FakeServer, Settings
from genai_ports import connect
from genai_ports.cli.commands import commands
from genai_ports.recording import UnsafeRecording, check_cassette, replaying, vcr_config
from genai_ports.recording.cassette import load_cassette
from genai_ports.recording.provenance import Provenance, load_provenance, provenance_path
from genai_ports.recording.saving import save_recording
from genai_ports.recording.scrub import SCRUBBER_VERSION
from genai_ports.throwaway import credentials

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaavcrpyvcrpyvcrpyvcrpyvcrpyvcrpyvcrpyvcrpyvcrpyvcrpya"
PRIVATE = (COMPARTMENT, "my private name", "jane@acme.example.org", "127.0.0.1", "authorization", "Oracle-PythonSDK")
ENDPOINT = "https://generativeai.us-chicago-1.oci.oraclecloud.com"


def client_of(url):
    client = oci.generative_ai.GenerativeAiClient(
        credentials().config(), service_endpoint=url, retry_strategy=oci.retry.NoneRetryStrategy()
    )
    client.base_client.session.trust_env = False
    return client


def story(client):
    """Send some requests, and return what the client sees."""
    models = client.list_models(COMPARTMENT, limit=3)
    more = client.list_models(COMPARTMENT, limit=3, page=models.headers["opc-next-page"])
    details = oci.generative_ai.models.CreateDedicatedAiClusterDetails(
        type="HOSTING",
        compartment_id=COMPARTMENT,
        unit_count=1,
        unit_shape="LARGE_COHERE",
        display_name="my private name",
        freeform_tags={"owner": "jane@acme.example.org"},
    )
    cluster = client.create_dedicated_ai_cluster(details)
    shown = client.get_dedicated_ai_cluster(cluster.data.id)
    names = [model.display_name for model in (*models.data.items, *more.data.items)]
    return names, cluster.data.id == shown.data.id, shown.data.unit_shape, cluster.status


def recorded_by_vcrpy(path, **options):
    with FakeServer(settings=Settings(seed="vcrpy")) as server, vcr.use_cassette(str(path), **options) as cassette:
        seen = story(client_of(server.url))
    assert len(cassette) == 4
    return seen


def assert_our_player_replays(path, seen):
    with replaying(path) as player:
        assert story(client_of("http://127.0.0.1:1")) == seen
        assert (player.played, player.unplayed()) == (4, [])
    with connect(f"cassette:{path}") as genai:
        assert genai.list_models(COMPARTMENT, limit=3).first().display_name == seen[0][0]


def run(*arguments):
    return CliRunner().invoke(commands, ["scrub", *map(str, arguments)])


def test_a_cassette_of_vcrpy_is_scrubbed_and_replays_as_before(tmp_path):
    path = tmp_path / "a.yaml"
    seen = recorded_by_vcrpy(path)
    assert all(private in path.read_text() for private in PRIVATE)
    assert run("--check", path).exit_code == 1

    done = run(path)

    assert (done.exit_code, done.output) == (0, f"{path}: scrubbed\n")
    assert not [private for private in PRIVATE if private in path.read_text()]
    assert load_provenance(path) == Provenance(source="unstated", scrubber=SCRUBBER_VERSION)
    assert run("--check", tmp_path).output == "1 cassettes checked, 0 places found\n"
    with vcr.use_cassette(str(path), record_mode="none", **vcr_config()) as cassette:
        assert story(client_of("http://127.0.0.1:1")) == seen
    assert cassette.play_count == 4
    assert_our_player_replays(path, seen)


def test_a_cassette_of_pytest_recording_is_scrubbed_and_replays_as_before(tmp_path):
    (tmp_path / "test_story.py").write_text(
        "import json, pathlib, pytest\n"
        f"import sys; sys.path.insert(0, {str(__file__.rpartition('/')[0])!r})\n"
        "from test_scrub_tools import FakeServer, client_of, story\n"
        "@pytest.mark.vcr\n"
        "def test_story():\n"
        "    with FakeServer() as server:\n"
        "        seen = story(client_of(server.url))\n"
        f"    pathlib.Path({str(tmp_path)!r}, 'seen.json').write_text(json.dumps(seen))\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "--record-mode=once", "-p", "no:cacheprovider", tmp_path]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    [path] = tmp_path.rglob("*.yaml")
    assert run(path.parent, "--to", tmp_path / "clean").exit_code == 0
    assert COMPARTMENT in path.read_text()
    clean = load_cassette(tmp_path / "clean" / path.name)
    assert check_cassette(clean) == ()
    assert [each.route.operation.name for each in clean.interactions] == [
        "list_models",
        "list_models",
        "create_dedicated_ai_cluster",
        "get_dedicated_ai_cluster",
    ]
    seen = tuple(json.loads((tmp_path / "seen.json").read_text()))
    with vcr.use_cassette(str(tmp_path / "clean" / path.name), record_mode="none", **vcr_config()) as cassette:
        assert story(client_of("http://127.0.0.1:1")) == seen
    assert cassette.play_count == 4
    assert_our_player_replays(tmp_path / "clean" / path.name, seen)


def test_vcrpy_with_our_settings_writes_what_passes_the_check_and_replays_it(tmp_path):
    path = tmp_path / "a.yaml"
    seen = recorded_by_vcrpy(path, **vcr_config())
    assert not [private for private in PRIVATE if private in path.read_text()]
    assert check_cassette(load_cassette(path)) == ()
    with vcr.use_cassette(str(path), record_mode="none", **vcr_config()) as cassette:
        assert story(client_of("http://127.0.0.1:1")) == seen
    assert cassette.play_count == 4


def test_vcrpy_with_our_settings_stops_at_what_looks_secret_and_ignores_other_services(tmp_path):
    settings = vcr_config()["before_record_request"]
    secret = "4f9Zk2LqXw81RbTn6YcVd3Hs"
    with pytest.raises(UnsafeRecording, match=r"request\.uri: vendor"):
        settings(vcr.request.Request("GET", f"{ENDPOINT}/20231130/models?vendor={secret}", None, {}))
    assert settings(vcr.request.Request("GET", "https://example.org/", None, {})) is None


def test_what_stays_unsafe_is_not_replaced_and_named_by_place(tmp_path):
    secret = "4f9Zk2LqXw81RbTn6YcVd3Hs"
    path = tmp_path / "a.yaml"
    recorded_by_vcrpy(path)
    before = path.read_text().replace("LARGE_COHERE", secret)
    path.write_text(before)
    done = run(path)
    assert done.exit_code == 1
    assert "interaction 3: request.body: unitShape: a long string without words" in done.output
    assert secret not in done.output
    assert path.read_text() == before
    assert not provenance_path(path).exists()


def test_a_provenance_that_is_there_is_kept(tmp_path):
    path = tmp_path / "a.yaml"
    recorded_by_vcrpy(path)
    provenance_path(path).write_text('{"source": "fake", "region": "us-ashburn-1", "seed": "vcrpy"}')
    assert run(path).exit_code == 0
    assert load_provenance(path) == Provenance(
        source="fake", region="us-ashburn-1", seed="vcrpy", scrubber=SCRUBBER_VERSION
    )
    assert {each.region for each in load_cassette(path).interactions} == {"us-ashburn-1"}


def test_a_clean_file_does_not_change(tmp_path):
    path = tmp_path / "a.yaml"
    recorded_by_vcrpy(path)
    run(path)
    before = path.read_bytes()
    assert run(path).exit_code == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.yaml"], "cannot read the cassette"),
        (["--check", "--to", "x", "a.yaml"], "--check writes nothing: omit --to"),
        (["--check", "."], "there is no cassette"),
    ],
)
def test_wrong_use_of_the_command_is_an_error(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code != 0
    assert message in done.output


def test_ids_are_the_same_across_files(tmp_path):
    for name in ("a", "b"):
        recorded_by_vcrpy(tmp_path / f"{name}.yaml")
    run(tmp_path / "a.yaml", tmp_path / "b.yaml")
    first, second = (load_cassette(tmp_path / f"{name}.yaml") for name in ("a", "b"))
    assert [each.uri for each in first.interactions] == [each.uri for each in second.interactions]
    save_recording(tmp_path / "c.yaml", first.interactions, Provenance(source="unstated"))
    assert load_cassette(tmp_path / "c.yaml") == first
