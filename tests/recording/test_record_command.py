"""The command `genai-ports record`: scenarios, and the signing proxy."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import oci
import pytest
from click.testing import CliRunner

from fake_server import FakeServer, Settings
from genai_ports.cli import record as record_module
from genai_ports.cli.commands import commands
from genai_ports.cli.profile import write_profile
from genai_ports.recording.cassette import load_cassette
from genai_ports.recording.provenance import load_provenance
from genai_ports.recording.scenarios import FAKE_INPUTS, SCENARIOS
from genai_ports.recording.tape import Tape
from genai_ports.throwaway import credentials, public_half

COMPARTMENT = FAKE_INPUTS["compartment"]


def run(*arguments, answer=None):
    return CliRunner().invoke(commands, ["record", *map(str, arguments)], input=answer)


def inputs():
    return [word for name, text in FAKE_INPUTS.items() if name != "compartment" for word in ("--set", f"{name}={text}")]


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_scenario_is_recorded_from_a_server_of_its_own(name, tmp_path):
    path = tmp_path / "story.yaml"
    done = run("--to", path, "--seed", "7", name)
    assert done.exit_code == 0, done.output
    count = len(load_cassette(path).interactions)
    assert f"recorded {count} requests of {name}" in done.output
    known = load_provenance(path)
    assert (known.source, known.seed, known.scenario, known.region) == ("fake", "7", name, "us-chicago-1")


def test_the_same_seed_gives_the_same_recording(tmp_path):
    paths = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    bodies = []
    for path in paths:
        assert run("--to", path, "import").exit_code == 0
        bodies.append([(each.request.path, each.response.body) for each in load_cassette(path).interactions])
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("name", ["browse", "failure"])
def test_a_scenario_is_recorded_from_a_server_that_is_named(name, tmp_path):
    with FakeServer(settings=Settings(seed="mine", region="fra", pace="reads:2")) as server:
        done = run("--to", tmp_path / "one.yaml", "--endpoint", server.url, "--interval", "0.01", name)
        journal = [entry.operation for entry in server.simulator.journal]
    assert done.exit_code == 0, done.output
    recorded = load_cassette(tmp_path / "one.yaml").interactions
    assert [each.route.operation.name for each in recorded] == journal
    assert load_provenance(tmp_path / "one.yaml").seed == "mine"
    if name == "failure":
        assert any(b'"FAILED"' in each.response.body for each in recorded)


def test_the_list_has_a_line_for_each_scenario():
    lines = run("--list").output.splitlines()
    assert [line.split()[0] for line in lines] == list(SCENARIOS)
    assert len(SCENARIOS) >= 10


@contextmanager
def real(tmp_path):
    """Serve for a profile, as the real service does: the requests must be signed with its key."""
    written = write_profile(tmp_path / "profile", endpoint="http://127.0.0.1:1")
    config = oci.config.from_file(str(written.config_file))
    key_id = f"{config['tenancy']}/{config['user']}/{config['fingerprint']}"
    keys = {key_id: public_half(written.key_file.read_bytes())}
    settings = Settings(verify_signatures=True, keys=keys, pace="reads:2")
    with FakeServer(settings=settings) as server:
        options = ("--profile", "DEFAULT", "--config-file", written.config_file, "--endpoint", server.url)
        yield server, (*options, "--interval", "0.01")


def test_a_change_of_a_tenancy_is_asked_for_and_a_no_sends_nothing(tmp_path):
    with real(tmp_path) as (server, options):
        done = run(
            "--to", tmp_path / "one.yaml", *options, "--compartment", COMPARTMENT, *inputs(), "host", answer="n\n"
        )
        assert done.exit_code == 1
        assert all(part in done.output for part in ("us-chicago-1", COMPARTMENT, "hosting cluster", "an endpoint"))
        assert list(server.simulator.journal) == []
        assert not (tmp_path / "one.yaml").exists()


@pytest.mark.parametrize(("more", "answer"), [((), "y\n"), (("--yes",), None)])
def test_a_yes_plays_the_scenario(more, answer, tmp_path):
    with real(tmp_path) as (server, options):
        given = ("--compartment", COMPARTMENT, *inputs(), *more)
        done = run("--to", tmp_path / "one.yaml", *options, *given, "import", answer=answer)
        assert done.exit_code == 0, done.output
        assert ("Continue?" in done.output) == (answer is not None)
        assert {entry.status for entry in server.simulator.journal} <= {200, 201, 202, 204}
    text = (tmp_path / "one.yaml").read_text("utf-8")
    assert "signature" not in text.lower()


def test_a_scenario_that_only_reads_does_not_ask(tmp_path):
    with real(tmp_path) as (_, options):
        done = run("--to", tmp_path / "one.yaml", *options, "--compartment", COMPARTMENT, "browse")
    assert done.exit_code == 0, done.output
    assert "Continue?" not in done.output


def test_a_real_tenancy_needs_every_input(tmp_path):
    with real(tmp_path) as (server, options):
        done = run("--to", tmp_path / "one.yaml", *options, "--yes", "tags-and-move")
        assert done.exit_code == 1
        assert all(name in done.output for name in ("--compartment", "hugging-face-model", "other-compartment"))
        assert list(server.simulator.journal) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("browse",), "--to is required"),
        (("--to", "one.yaml"), "SCENARIO"),
        (("--to", "one.yaml", "--listen", "0", "browse"), "--listen"),
        (("--to", "one.yaml", "--listen", "0"), "--listen requires --profile"),
        (("--to", "one.yaml", "brows"), "did you mean browse"),
        (("--to", "one.json", "browse"), "suffix .yaml"),
        (("--to", "one.yaml", "--set", "colour", "browse"), "NAME=VALUE"),
        (("--to", "one.yaml", "--set", "colour=red", "browse"), "no input 'colour'"),
    ],
)
def test_wrong_options_are_refused_with_what_is_right(arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code in (1, 2)
    assert says in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_failed_story_cleans_up_and_writes_nothing(tmp_path, monkeypatch):
    def fail(tape):
        raise KeyboardInterrupt

    monkeypatch.setattr(Tape, "save", fail)
    with real(tmp_path) as (server, options):
        done = run("--to", tmp_path / "one.yaml", *options, "--compartment", COMPARTMENT, *inputs(), "--yes", "import")
        states = [model["lifecycleState"] for model in _imported(server)]
    assert done.exit_code == 1
    assert set(states) <= {"DELETED"}


def _imported(server):
    genai = record_module.SdkModelRepository
    from genai_ports import InMemoryModelRepository

    assert genai
    found = InMemoryModelRepository(simulator=server.simulator).list_imported_models(COMPARTMENT)
    return [{"lifecycleState": model.lifecycle_state} for model in found]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_leaves_nothing_behind(number, tmp_path):
    with FakeServer(settings=Settings(pace="0.5s")) as server:
        command = [sys.executable, "-m", "genai_ports", "record", "--to", str(tmp_path / "one.yaml")]
        process = subprocess.Popen(
            [*command, "--endpoint", server.url, "--interval", "0.1", "import"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not any(entry.operation == "create_imported_model" for entry in tuple(server.simulator.journal)):
            assert process.poll() is None
        os.kill(process.pid, number)
        out, errors = process.communicate(timeout=60)
        assert process.returncode != 0, out
        assert "not deleted" not in errors
        assert {model["lifecycleState"] for model in _imported(server)} <= {"DELETED"}
    assert not (tmp_path / "one.yaml").exists()


class Proxy:
    """The proxy as a process of its own."""

    def __init__(self, path, options, *more):
        command = [sys.executable, "-m", "genai_ports", "record", "--to", str(path), "--listen", "0"]
        self._process = subprocess.Popen(
            [*command, *map(str, options[:6]), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        line = self._process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), self._process.communicate()
        self.url = line.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()  # no test leaves it running, one that fails neither
        self._process.communicate()

    def end(self, number=signal.SIGINT):
        os.kill(self._process.pid, number)
        out, errors = self._process.communicate(timeout=30)
        return self._process.returncode, out, errors

    def plain_client(self):
        client = oci.generative_ai.GenerativeAiClient(credentials().config(), service_endpoint=self.url)
        client.base_client.session.trust_env = False
        return client

    def send(self, method, path, **headers):
        parts = urlsplit(self.url)
        connection = HTTPConnection(parts.hostname, parts.port)
        connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body


def test_the_proxy_signs_with_the_profile_and_records(tmp_path):
    path = tmp_path / "proxied.yaml"
    with real(tmp_path) as (server, options), Proxy(path, options, "--allow-changes") as proxy:
        client = proxy.plain_client()
        models = client.list_models(COMPARTMENT, vendor="meta", limit=3)
        details = oci.generative_ai.models.CreateImportedModelDetails(
            compartment_id=COMPARTMENT,
            display_name="my-model",
            data_source=oci.generative_ai.models.HuggingFaceModel(
                model_id="openai/gpt-oss-20b", access_token="hf_" + "q" * 34
            ),
        )
        made = client.create_imported_model(details)
        assert proxy.send("GET", "/eu-frankfurt-1/20231130/models?compartmentId=a%20b")[0] in (200, 400)
        code, out, errors = proxy.end()
        journal = [(entry.operation, entry.status) for entry in server.simulator.journal]
    assert (code, errors.count("\n")) == (0, 3), errors
    assert models.data.items
    assert made.status == 201
    recorded = load_cassette(path).interactions
    assert [(each.route.operation.name, each.response.status) for each in recorded] == journal
    assert "recorded 3 requests" in out
    assert load_provenance(path).source == "fake"
    for secret in ("hf_q", COMPARTMENT, "ignature", "ocid1"):
        assert secret not in errors
    assert "hf_q" not in path.read_text("utf-8")


def test_the_proxy_lets_nothing_change_by_default_and_serves_no_web_page(tmp_path):
    path = tmp_path / "proxied.yaml"
    with real(tmp_path) as (server, options), Proxy(path, options) as proxy:
        models = f"/20231130/models?compartmentId={COMPARTMENT}"
        for method in ("POST", "PUT", "DELETE"):
            status, body = proxy.send(method, "/20231130/importedModels/x")
            assert (status, json.loads(body)["code"]) == (403, "NotAllowed")
        assert proxy.send("GET", models, origin="https://example.com")[0] == 403
        assert proxy.send("GET", models, host="attacker.example.com")[0] == 403
        assert proxy.send("GET", models, host="[localhost")[0] == 403
        assert proxy.send("GET", "/_sim/health")[0] == 404
        assert proxy.send("GET", "/20231130/../20160918/users")[0] == 404
        assert proxy.send("GET", "/20231130/%2e%2e/20160918/users")[0] == 404
        assert list(server.simulator.journal) == []
        code, _, errors = proxy.end(signal.SIGTERM)
    assert code == 1
    assert "nothing was recorded" in errors
    assert not path.exists()


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "example.com:80", "::1", "70000", "x"])
def test_the_proxy_binds_to_loopback_alone(listen, tmp_path):
    done = run("--to", tmp_path / "one.yaml", "--profile", "DEFAULT", "--listen", listen)
    assert done.exit_code == 1
    assert "--listen must be a port" in done.output


def test_the_proxy_signs_with_a_session(tmp_path):
    mine = credentials()
    claims = {
        "exp": 4102444800,
        "iat": 0,
        "jwk": "{}",
        "sub": "ocid1.user.oc1..ann",
        "tenant": "ocid1.tenancy.oc1..mine",
    }
    parts = (json.dumps(each).encode() for each in ({"alg": "RS256"}, claims))
    token = ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2ln"])
    (tmp_path / "token").write_text(token)
    (tmp_path / "key.pem").write_text(mine.private_key)
    settings = {
        "tenancy": "ocid1.tenancy.oc1..mine",
        "fingerprint": mine.fingerprint,
        "key_file": tmp_path / "key.pem",
        "security_token_file": tmp_path / "token",
        "region": "us-chicago-1",
    }
    config = tmp_path / "config"
    config.write_text("[SESSION]\n" + "".join(f"{name}={text}\n" for name, text in settings.items()))
    path = tmp_path / "proxied.yaml"
    with FakeServer() as server:
        options = ("--profile", "SESSION", "--config-file", config, "--endpoint", server.url)
        with Proxy(path, options) as proxy:
            proxy.plain_client().list_models(COMPARTMENT, limit=1)
            assert proxy.end()[0] == 0
        assert server.app.worlds.get("ocid1.tenancy.oc1..mine").journal.one(operation="list_models")
    for part in token.split(".")[:2]:
        assert part not in path.read_text("utf-8")


def test_a_profile_that_cannot_be_used_is_refused_without_its_lines(tmp_path):
    config = tmp_path / "config"
    config.write_text("[DEFAULT]\nuser=ocid1.user.oc1..a\nc2VjcmV0\n")
    done = run("--to", tmp_path / "one.yaml", "--profile", "DEFAULT", "--config-file", config, "--listen", "0")
    assert done.exit_code == 1
    assert "line 3 is not a setting" in done.output
    assert "c2VjcmV0" not in done.output
