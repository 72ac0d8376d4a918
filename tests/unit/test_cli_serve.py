"""`genai-ports serve` and `python -m fake_server`: one command with two names."""

from __future__ import annotations

import runpy
import signal
import ssl
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

import fake_server.serve as module
from fake_server import Settings
from genai_ports.cli.commands import commands

SCRIPT = Path(module.__file__).with_name("__main__.py")
COMMANDS = [[sys.executable, "-m", "genai_ports", "serve"], [sys.executable, "-m", "fake_server"]]


@contextmanager
def running(command, *arguments):
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def served(monkeypatch):
    """Replace the function that serves; returns what it is called with."""
    calls = []
    monkeypatch.setattr(module, "serve", lambda *arguments, **options: calls.append((arguments, options)))
    return calls


def test_both_names_show_the_same_help_but_for_their_own_name():
    texts = [subprocess.run([*each, "-h"], capture_output=True, text=True, check=True).stdout for each in COMMANDS]
    usages, rests = zip(*(text.split("\n", 1) for text in texts), strict=True)
    assert usages == ("Usage: genai-ports serve [OPTIONS]", "Usage: python -m fake_server [OPTIONS]")
    assert rests[0] == rests[1]


def test_every_option_reaches_the_function_that_serves(served, tmp_path):
    port_file, config, tape = (tmp_path / name for name in ("port", "config", "tape.yaml"))
    arguments = "--host 127.0.0.2 --port 0 --region fra --seed 7 --pace 3s --clock virtual --limits strict".split()
    more = "--mode short-pages --mode stale-lists:9 --lenient --details --verify-signatures".split()
    files = ["--trust", str(config), "--port-file", str(port_file), "--record", str(tape)]
    guard = "--allow-host fake.test --allow-host 10.0.0.7 --control-token the-token-of-a-test".split()
    tls = ["--tls", "--tls-dir", str(tmp_path)]
    result = CliRunner().invoke(commands, ["serve", *arguments, *more, *files, *guard, *tls])
    settings = Settings(
        region="fra",
        seed="7",
        pace="3s",
        clock="virtual",
        limits="strict",
        modes=("short-pages", "stale-lists:9"),
        lenient=True,
        details=True,
        verify_signatures=True,
    )
    assert served == [
        (
            ("127.0.0.2", 0, settings),
            {
                "port_file": port_file,
                "trust": (config,),
                "record": tape,
                "replay": None,
                "allow_hosts": ("fake.test", "10.0.0.7"),
                "control_token": "the-token-of-a-test",
                "tls": tmp_path,
            },
        )
    ]
    assert (result.exit_code, result.output) == (0, "")


def test_without_options_it_serves_on_loopback_at_a_pace_of_two_seconds(served):
    CliRunner().invoke(commands, ["serve"])
    assert served == [
        (
            ("127.0.0.1", 8080, Settings(seed="0", pace="2s")),
            {
                "port_file": None,
                "trust": (),
                "record": None,
                "replay": None,
                "allow_hosts": (),
                "control_token": None,
                "tls": None,
            },
        )
    ]


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ("--seed 0", "--seed"),
        ("--region us-chicago-1 --pace 2s --limits generous", "--region, --pace, --limits"),
        ("--mode short-pages --world w.json --lenient", "--mode, --world, --lenient"),
        ("--verify-signatures --trust config --clock virtual", "--verify-signatures, --trust"),
    ],
)
def test_a_replay_refuses_the_options_of_a_simulated_world_by_name(served, options, refused):
    result = CliRunner().invoke(commands, ["serve", "--replay", "a.yaml", *options.split()])
    assert (result.exit_code, served) == (2, [])
    text = " ".join(result.output.split())
    assert f"--replay serves what was recorded, without a simulated world: omit {refused}, or omit --replay" in text


def test_a_replay_takes_a_clock_an_address_and_files(served):
    arguments = "--replay a.yaml --clock virtual --host ::1 --port 0 --port-file p".split()
    result = CliRunner().invoke(commands, ["serve", *arguments])
    assert (result.exit_code, result.output) == (0, "")
    [(positional, named)] = served
    assert positional == ("::1", 0, Settings(clock="virtual"))
    assert (named["replay"], named["port_file"]) == (Path("a.yaml"), Path("p"))


def test_python_m_fake_server_passes_its_options_on(served, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["fake_server", "--port", "0"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert ended.value.code == 0
    assert [arguments[:2] for arguments, _ in served] == [("127.0.0.1", 0)]


def test_python_m_fake_server_without_click_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "genai_ports.cli.serve", raising=False)
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert ended.value.code == (
        "python -m fake_server: the package click is not installed: pip install 'genai-ports[server]'"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_its_first_line_says_where_it_listens_and_a_signal_stops_it(tmp_path, number):
    file = tmp_path / "port"
    with running(COMMANDS[0], "--port", "0", "--port-file", str(file), "--region", "fra") as process:
        first = process.stdout.readline()
        port = file.read_text().strip()
        assert first == f"listening on http://127.0.0.1:{port}\n"
        with urlopen(f"http://127.0.0.1:{port}/_sim/health") as response:
            assert b'"region":"eu-frankfurt-1"' in response.read()
        process.send_signal(number)
        assert process.communicate() == ("", "")
        assert process.returncode == 0


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("arguments", "status"), [("--pace 9q", 1), ("--clock sundial", 2)])
def test_an_option_that_is_refused_sets_the_exit_status_and_prints_nothing_on_stdout(command, arguments, status):
    done = subprocess.run(
        [*command, "--port", "0", *arguments.split()], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout) == (status, "")
    assert "Error: " in done.stderr


def test_a_server_with_tls_says_which_file_its_clients_must_trust(tmp_path):
    with running(COMMANDS[0], "--port", "0", "--tls", "--tls-dir", str(tmp_path)) as process:
        url = process.stdout.readline().removeprefix("listening on ").strip()
        assert process.stderr.readline() == f"clients must trust the authority in {tmp_path / 'ca.pem'}\n"
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        assert urlopen(f"{url}/_sim/health", context=context).status == 200  # noqa: S310  # its own server
