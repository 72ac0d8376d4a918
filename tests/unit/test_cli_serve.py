"""`genai-ports serve` and `python -m fake_server`: one command with two names."""

from __future__ import annotations

import json
import logging
import re
import runpy
import signal
import ssl
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

import fake_server.serve as module
from fake_server import Settings
from fake_server.state.kept_worlds import open_worlds
from fake_server.state.settings import OF_STATE
from genai_ports.cli.commands import commands, load_command
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.world_file import save_world

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
    guard = "--allow-host fake.test --allow-host 10.0.0.7 --control-token the-token-of-a-test --log json -q".split()
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
                "state": None,
                "allow_hosts": ("fake.test", "10.0.0.7"),
                "control_token": "the-token-of-a-test",
                "log": "json",
                "level": logging.ERROR,
                "tls": tmp_path,
                "is_seed_new": False,
            },
        )
    ]
    assert (result.exit_code, result.output) == (0, "")


def test_without_options_it_serves_on_loopback_at_a_pace_of_two_seconds(served, monkeypatch):
    monkeypatch.setattr("genai_ports.cli.serve.token_hex", lambda _: "new")
    CliRunner().invoke(commands, ["serve"])
    assert served == [
        (
            ("127.0.0.1", 8080, Settings(seed="new", pace="2s")),
            {
                "port_file": None,
                "trust": (),
                "record": None,
                "replay": None,
                "state": None,
                "allow_hosts": (),
                "control_token": None,
                "log": "text",
                "level": logging.INFO,
                "tls": None,
                "is_seed_new": True,
            },
        )
    ]


def test_each_start_has_a_seed_of_its_own(served):
    for _ in range(2):
        CliRunner().invoke(commands, ["serve"])
    (first, second) = (arguments[2].seed for arguments, _ in served)
    assert first != second


def test_a_seed_that_was_generated_is_printed():
    with running(COMMANDS[0], "--port", "0") as process:
        url = process.stdout.readline().removeprefix("listening on ").strip()
        with urlopen(f"{url}/_sim/health") as response:  # noqa: S310  # ours
            seed = json.loads(response.read())["seed"]
        process.send_signal(signal.SIGTERM)
        out, log = process.communicate()
        assert (out, log[9:]) == ("", f"info: the seed is {seed}: --seed {seed} gives the same ids again\n")


@pytest.mark.parametrize("more", ["", "--host 0.0.0.0 --control-token a-token-of-this-test"])
def test_quiet_prints_only_the_address(tmp_path, more):
    arguments = f"-q --port 0 --tls --tls-dir {tmp_path} {more}"
    with running(COMMANDS[0], *arguments.split()) as process:
        assert process.stdout.readline().startswith("listening on https://")
        process.send_signal(signal.SIGTERM)
        assert process.communicate() == ("", "")


def test_all_that_is_printed_is_json_with_the_format_json(tmp_path):
    arguments = f"--log json --port 0 --tls --tls-dir {tmp_path} --host 0.0.0.0 --control-token a-token-of-this-test"
    with running(COMMANDS[0], *arguments.split()) as process:
        first = json.loads(process.stdout.readline())
        assert first["message"] == f"listening on {first['url']}"
        process.send_signal(signal.SIGTERM)
        out, log = process.communicate()
    notices = [json.loads(line) for line in log.splitlines()]
    assert out == ""
    assert [each["level"] for each in notices] == ["warning", "info", "info"]
    assert "other machines reach this server" in notices[0]["message"]
    assert [each["message"].partition(" ")[0] for each in notices[1:]] == ["clients", "the"]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_error_is_json_with_the_format_json(command):
    arguments = "--log json --port 0 --pace 9q"
    done = subprocess.run([*command, *arguments.split()], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")
    error = json.loads(done.stderr)
    assert error["level"] == "error"
    assert re.match(r"(genai-ports serve|python -m fake_server): unknown pace '9q'", error["message"])


STATE = "--region fra --seed 7 --pace 3s --clock virtual --limits strict --mode short-pages"


@pytest.fixture
def state(tmp_path):
    """A state directory that the command has made."""
    with closing(open_worlds(settings_of(STATE), tmp_path / "state")):
        return tmp_path / "state"


def settings_of(options):
    context = load_command("serve").make_context("serve", options.split())
    return Settings(**{name: item for name, item in context.params.items() if name in OF_STATE})


@pytest.mark.parametrize("options", ["", STATE, "--region eu-frankfurt-1 --mode short-pages --lenient"])
def test_an_existing_state_directory_has_its_own_settings(served, state, options):
    result = CliRunner().invoke(commands, ["serve", "--state", str(state), *options.split()])
    assert (result.exit_code, result.output) == (0, "")
    [((_, _, settings), named)] = served
    assert settings == replace(settings_of(STATE), lenient="--lenient" in options)
    assert (named["state"], named["is_seed_new"]) == (state, False)


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ("--pace instant", "pace"),
        ("--seed 0 --region us-chicago-1", "region, seed"),
        ("--mode same-names --clock real", "modes, clock"),
    ],
)
def test_an_option_that_an_existing_state_directory_contradicts_is_refused(served, state, options, refused):
    result = CliRunner().invoke(commands, ["serve", "--state", str(state), *options.split()])
    assert (result.exit_code, served) == (1, [])
    assert "has settings of its own (region eu-frankfurt-1, seed 7, pace 3s, limits strict, " in result.output
    assert f": omit {refused}, or choose another directory" in result.output


def test_a_state_directory_that_began_from_a_world_file_takes_the_same_options_again(served, tmp_path):
    file, other, state = (tmp_path / name for name in ("world.json", "other.json", "state"))
    save_world(file, Simulator(seed=3).snapshot())
    save_world(other, Simulator(seed=4).snapshot())
    options = ["serve", "--world", str(file), "--state", str(state)]
    assert CliRunner().invoke(commands, options).exit_code == 0
    open_worlds(served[0][0][2], state).close()
    for again in (options, ["serve", "--state", str(state)]):
        assert CliRunner().invoke(commands, again).exit_code == 0
        assert served[-1][0][2].seed == 3
    result = CliRunner().invoke(commands, ["serve", "--world", str(other), "--state", str(state)])
    assert (result.exit_code, result.output.endswith("omit world, or choose another directory\n")) == (1, True)


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ("--seed 0", "--seed"),
        ("--region us-chicago-1 --pace 2s --limits generous", "--region, --pace, --limits"),
        ("--mode short-pages --world w.json --lenient", "--mode, --world, --lenient"),
        ("--state directory", "--state"),
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
    with running(COMMANDS[0], "--port", "0", "--port-file", str(file), "--region", "fra", "--seed", "7") as process:
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
    typed = "genai-ports serve: " if command is COMMANDS[0] else "python -m fake_server: "
    assert done.stderr.startswith(typed)


def test_a_server_with_tls_says_which_file_its_clients_must_trust(tmp_path):
    with running(COMMANDS[0], "--port", "0", "--tls", "--tls-dir", str(tmp_path)) as process:
        url = process.stdout.readline().removeprefix("listening on ").strip()
        assert process.stderr.readline()[9:] == f"info: clients must trust the authority in {tmp_path / 'ca.pem'}\n"
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        assert urlopen(f"{url}/_sim/health", context=context).status == 200  # noqa: S310  # its own server
