"""`python -m fake_server` from outside: its first line, its options, its errors, its exit status."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import oci
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from oci._vendor import requests

from fake_server.keys import keys_of_config
from fake_server.routes import TOKEN_VARIABLE, control_headers
from genai_ports import ConfigurationError, CreateImportedModelDetails, InMemoryModelRepository, builders
from genai_ports.cli.profile import write_profile
from genai_ports.cli.serve import serve
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fake_server import FakeServer, Settings

IMPORT = {
    "compartmentId": "ocid1.compartment.oc1..a",
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}


@pytest.fixture(autouse=True)
def _control_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give servers and clients the token that a server which verifies signatures requires."""
    monkeypatch.setenv(TOKEN_VARIABLE, "the-token-of-a-test")


def main(options: Sequence[str]) -> int:
    """Run the command in this process; returns the exit status."""
    with pytest.raises(SystemExit) as ended:
        serve.main(list(options), prog_name="python -m fake_server")
    assert isinstance(ended.value.code, int)
    return ended.value.code


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "fake_server", *options]


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the server on a free port; yields the process and the URL in its first line."""
    process = subprocess.Popen(
        command("--port", "0", *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        first = process.stdout.readline()
        assert first.startswith("listening on http://")
        yield process, first.removeprefix("listening on ").strip()
    finally:
        process.kill()
        process.communicate(timeout=30)


def call(url: str, document: Any = None) -> Any:
    body = None if document is None else json.dumps(document).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body, control_headers()), timeout=10) as response:  # noqa: S310  # ours
        return json.loads(response.read())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_at_the_url_of_its_first_line_until_a_signal(tmp_path: Path, number: int) -> None:
    port_file = tmp_path / "port"
    with serving("--seed", "7", "--port-file", str(port_file)) as (process, url):
        assert url == f"http://127.0.0.1:{port_file.read_text().strip()}"
        assert call(f"{url}/_sim/health")["status"] == "UP"
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=10):
            process.send_signal(number)
            rest, errors = process.communicate(timeout=30)
        assert (process.returncode, rest, errors) == (0, "", "")


def test_the_options_set_region_seed_pace_and_clock() -> None:
    with serving("--seed", "seven", "--region", "FRA", "--pace", "1s", "--clock", "virtual") as (_, url):
        created = call(f"{url}/20231130/importedModels", IMPORT)
        again = call(f"{url}/20231130/importedModels/{created['id']}")
        assert (again["lifecycleState"], again["timeCreated"]) == ("CREATING", "2026-07-15T00:00:00.000Z")
        assert call(f"{url}/_sim/clock", {"advance": 1}) == {"time": "2026-07-15T00:00:01.000Z"}
        assert call(f"{url}/20231130/importedModels/{created['id']}")["lifecycleState"] == "ACTIVE"
    in_memory = InMemoryModelRepository(seed="seven", region="eu-frankfurt-1")
    source = builders.hugging_face_data_source(model_id="openai/gpt-oss-20b")
    same = in_memory.create_imported_model(
        CreateImportedModelDetails(compartment_id=IMPORT["compartmentId"], data_source=source)
    )
    assert created["id"] == same.id
    assert ".eu-frankfurt-1." in same.id


def test_the_options_set_limits_modes_and_leniency() -> None:
    options = (
        "--limits",
        "strict",
        "--mode",
        "short-pages",
        "--mode",
        "stale-lists:9",
        "--lenient",
        "--pace",
        "instant",
    )
    with serving("--clock", "virtual", *options) as (_, url):
        assert call(f"{url}/_sim/limits")["default"] == "strict"
        assert call(f"{url}/_sim/modes")["modes"] == ["short-pages", "stale-lists:9"]
        assert call(f"{url}/20231130/importedModels?colour=red", {**IMPORT, "unread": 1})["id"]
        ignored = call(f"{url}/_sim/journal")["items"][0]["ignored"]
        assert ignored == ["parameter 1 (6 characters)", "property 3 (6 characters)"]


def sign_with(config: Path) -> oci.Signer:
    profile = oci.config.from_file(str(config))
    return oci.Signer(profile["tenancy"], profile["user"], profile["fingerprint"], profile["key_file"])


def test_only_requests_signed_with_a_trusted_key_are_served(tmp_path: Path) -> None:
    trusted, other = (
        write_profile(tmp_path / name, endpoint="http://127.0.0.1:1", region="us-chicago-1").config_file
        for name in ("trusted", "other")
    )
    with serving("--verify-signatures", "--trust", str(trusted)) as (_, url):
        target = f"{url}/20231130/models?compartmentId={IMPORT['compartmentId']}"
        responses = [
            requests.get(target, auth=auth, timeout=10) for auth in (None, sign_with(other), sign_with(trusted))
        ]
    assert [(response.status_code, response.headers.get("x-genai-ports-rule")) for response in responses] == [
        (401, "signature-missing"),
        (401, "signing-key-unknown"),
        (200, None),
    ]


def test_the_profiles_of_several_files_are_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [
        write_profile(tmp_path / name, endpoint="http://127.0.0.1:1", region="us-chicago-1").config_file
        for name in ("one", "two")
    ]
    both = tmp_path / "both"
    both.write_text("".join(file.read_text().replace("DEFAULT", file.parent.name) for file in files))
    given: list[Settings] = []

    def note(settings: Settings, **_: object) -> FakeServer:
        given.append(settings)
        raise ConfigurationError("seen")

    monkeypatch.setattr("fake_server.serve.FakeServer", note)
    assert main(["--verify-signatures", "--trust", str(files[0]), "--trust", str(files[1])]) == 1
    assert main(["--verify-signatures", "--trust", str(both)]) == 1
    both.write_text(
        "".join(file.read_text().replace("DEFAULT", name) for file, name in zip(files, ("DEFAULT", "DEV"), strict=True))
    )
    assert main(["--verify-signatures", "--trust", str(both)]) == 1
    assert given[0].keys == given[1].keys == given[2].keys
    assert len(given[0].keys) == 2
    assert not any("PRIVATE" in pem for pem in given[0].keys.values())


def test_profiles_inherit_from_the_default_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_profile(tmp_path / "one", endpoint="http://127.0.0.1:1", region="us-chicago-1").config_file
    config = file.read_text()
    user = next(line for line in config.splitlines() if line.startswith("user="))
    file.write_text(config.replace(f"{user}\n", "") + f"[DEV]\n{user}\n")
    assert [name.split("/")[1] for name in keys_of_config(file)] == [user.removeprefix("user=")]


def test_trusted_keys_without_verification_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_profile(tmp_path / "one", endpoint="http://127.0.0.1:1").config_file
    assert main(["--port", "0", "--trust", str(file)]) == 1
    assert capsys.readouterr().err == (
        "python -m fake_server: --trust requires --verify-signatures: add it, or remove --trust\n"
    )


def test_a_profile_of_a_session_is_skipped_because_it_signs_with_a_token(tmp_path: Path) -> None:
    file = write_profile(tmp_path / "one", endpoint="http://127.0.0.1:1", region="us-chicago-1").config_file
    own = keys_of_config(file)
    session = "[SESSION]\ntenancy=ocid1.tenancy.oc1..t\nkey_file=/nowhere\nsecurity_token_file=/nowhere\n"
    file.write_text(file.read_text() + session)
    assert keys_of_config(file) == own


def test_a_profile_with_a_user_beside_a_session_in_the_default_profile_is_trusted(tmp_path: Path) -> None:
    file = write_profile(tmp_path / "one", endpoint="http://127.0.0.1:1", region="us-chicago-1").config_file
    own = keys_of_config(file)
    session = "[DEFAULT]\ntenancy=ocid1.tenancy.oc1..t\nkey_file=/nowhere\nsecurity_token_file=/nowhere\n"
    file.write_text(session + file.read_text().replace("[DEFAULT]", "[API]"))
    assert keys_of_config(file) == own


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("", "the profile DEFAULT of "),
        (
            "[A]\nsecurity_token_file=/nowhere\n",
            "has only profiles with a security token: add",
        ),
        ("nonsense", "cannot be read: MissingSectionHeaderError"),
        ("[A]\ntenancy=ocid1.tenancy.oc1..t\n", "the profile A of "),
        ("[A]\ntenancy=ocid1.tenancy.oc1..t\nuser=ocid1.user.oc1..u\n", "has no key_file"),
        ("[A]\ntenancy=ocid1.tenancy.oc1..t\nuser=ocid1.user.oc1..u\nkey_file={key}\n", "key.pem that "),
        ("[A]\ntenancy=t\nuser=u\nkey_file=/nowhere/key.pem\n", "/nowhere/key.pem that "),
        ("[A]\ntenancy=t\nuser=u\nkey_file=~nobody-at-all/key.pem\n", "~nobody-at-all/key.pem that "),
    ],
)
def test_a_config_without_a_key_is_an_error_of_one_line_without_secrets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: str, says: str
) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
    file = tmp_path / "config"
    file.write_text(config.format(key=tmp_path / "key.pem"))
    assert main(["--port", "0", "--verify-signatures", "--trust", str(file)]) == 1
    printed = capsys.readouterr().err
    assert says in printed
    assert len(printed.splitlines()) == 1
    assert "c2VjcmV0" not in printed


def pem_of(key: Any, pass_phrase: bytes | None = None) -> str:
    shield = serialization.BestAvailableEncryption(pass_phrase) if pass_phrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, shield).decode()


NOT_KEYS: dict[str, Callable[[], str]] = {
    "encrypted": lambda: pem_of(rsa.generate_private_key(public_exponent=65537, key_size=2048), b"sesame"),
    "of another algorithm": lambda: pem_of(ec.generate_private_key(ec.SECP256R1())),
    "on a curve that nobody knows": lambda: UNKNOWN_CURVE,
    "public": lambda: credentials().public_key,
    "no key at all": lambda: "nonsense",
}
UNKNOWN_CURVE = """-----BEGIN PRIVATE KEY-----
MGQCAQAwFAYHKoZIzj0CAQYJKyQDAwIIAQEBBEkwRwIBAQQUvXjFggVsZsRLKUnR
9D02xU0/om6hLAMqAARf5Mg5orcx32UKbHkt29kaFvNvPjHcBqxz3Dt6rfV7WV3T
5ejkKt9M
-----END PRIVATE KEY-----
"""


@pytest.mark.parametrize("kind", NOT_KEYS)
def test_a_key_file_of_another_kind_is_an_error_of_one_line_that_says_what_is_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    (tmp_path / "key.pem").write_text(NOT_KEYS[kind]())
    file = tmp_path / "config"
    file.write_text(f"[A]\ntenancy=ocid1.tenancy.oc1..t\nuser=ocid1.user.oc1..u\nkey_file={tmp_path / 'key.pem'}\n")
    assert main(["--port", "0", "--verify-signatures", "--trust", str(file)]) == 1
    printed = capsys.readouterr().err
    assert "must be an RSA private key in PEM" in printed
    assert len(printed.splitlines()) == 1


def test_a_port_in_use_is_an_error_of_one_line_and_no_hang() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(command("--port", str(port)), capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"python -m fake_server: cannot listen on 127.0.0.1:{port}: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--port", "65536"), "cannot listen on 127.0.0.1: port must be a whole number from 0 to 65535, not 65536"),
        (("--port", "0", "--host", "256.1.1.1"), "cannot listen on 256.1.1.1:0"),
        (("--port", "0", "--region", "nowhere"), "nowhere"),
        (("--port", "0", "--pace", "slowly"), "unknown pace 'slowly'"),
        (("--port", "0", "--host", ""), "cannot listen on an empty host"),
        (("--port", "0", "--port-file", "/nowhere/at/all"), "a file in a directory that exists, not /nowhere/at/all"),
        (("--port", "0", "--port-file", ""), "--port-file must name a file, not the directory ."),
        (("--port", "0", "--port-file", "."), "--port-file must name a file, not the directory ."),
        (("--port", "0", "--port-file", ".."), "--port-file must name a file, not the directory .."),
        (("--port", "0", "--port-file", "/"), "--port-file must name a file, not the directory /"),
        (("--port", "0", "--mode", "short-page"), "did you mean short-pages?"),
        (("--port", "0", "--mode", "short-pages", "--mode", "stale-lists:0"), "must be from 1 to 86400, not 0"),
        (("--port", "0", "--mode", "stale-lists:1", "--mode", "stale-lists:2"), "stale-lists is repeated, as"),
        (
            ("--port", "0", "--verify-signatures", "--trust", "/nowhere/config"),
            "/nowhere/config cannot be read: FileNotFoundError",
        ),
        (
            ("--port", "0", "--verify-signatures", "--trust", "~nobody-at-all/config"),
            "~nobody-at-all/config cannot be read: RuntimeError",
        ),
    ],
)
def test_an_option_that_is_refused_is_an_error_of_one_line(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], says: str
) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    assert main(options) == 1
    assert signal.getsignal(signal.SIGTERM) == handler
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("python -m fake_server: ")
    assert says in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.parametrize("where", ["taken", "missing/port"])
def test_a_bad_port_file_is_refused_before_the_server_listens_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def listen(**_: object) -> FakeServer:
        raise AssertionError

    monkeypatch.setattr("fake_server.serve.FakeServer", listen)
    (tmp_path / "taken").mkdir()
    assert main(["--port", "0", "--port-file", str(tmp_path / where)]) == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["taken"]


def test_a_port_file_that_cannot_be_written_leaves_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(path: Path, _: str) -> Path:
        raise PermissionError(f"permission denied: {path.name}")

    monkeypatch.setattr("fake_server.port_file.write_draft", fail)
    assert main(["--port", "0", "--port-file", str(tmp_path / "port")]) == 1
    assert capsys.readouterr().err == "python -m fake_server: permission denied: port\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options", [("--port", "http"), ("--clock", "sundial"), ("--limits", "mean"), ("--nonsense",), ("surplus",)]
)
def test_unknown_options_and_values_are_refused_with_the_way_to_the_help(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    assert main(options) == 2
    assert capsys.readouterr().err.endswith("\nFor help: python -m fake_server --help\n")


def test_the_help_names_every_option_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    for option in ("--host", "--port", "--port-file", "--region", "--seed", "--pace", "--clock", "--limits", "--mode"):
        assert f"{option} " in printed
    for option in ("--lenient", "--verify-signatures", "--trust"):
        assert option in printed
    assert "[default: 8080]" in printed


class StopAfterFirstLine(io.StringIO):
    """A stdout whose reader calls the server of the first line, reads its port file, and then sends a signal."""

    def __init__(self, port_file: Path) -> None:
        super().__init__()
        self.port_file = port_file
        self.port = ""

    def write(self, text: str) -> int:
        if text.startswith("listening on "):
            assert call(f"{text.rsplit(maxsplit=1)[-1]}/_sim/health")["status"] == "UP"
            self.port = self.port_file.read_text()
            os.kill(os.getpid(), signal.SIGTERM)
        return super().write(text)


def test_it_restores_the_signal_handlers_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port_file = tmp_path / "port"
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    printed = StopAfterFirstLine(port_file)
    monkeypatch.setattr("sys.stdout", printed)
    assert main(["--port", "0", "--port-file", str(port_file)]) == 0
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert printed.getvalue() == f"listening on http://127.0.0.1:{printed.port.strip()}\n"
    assert list(tmp_path.iterdir()) == []
