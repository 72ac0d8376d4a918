"""`genai-ports serve`: the same as `python -m fake_server`."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

import fake_server.__main__ as module
from fake_server import Settings
from genai_ports.cli.commands import commands, serve

COMMANDS = [[sys.executable, "-m", "genai_ports", "serve"], [sys.executable, "-m", "fake_server"]]


@contextmanager
def running(command, *arguments):
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def options_of_the_module():
    actions = [action for action in module._parser()._actions if action.dest != "help"]
    return {
        action.option_strings[0]: (action.default, action.help.partition(" (default")[0], action.choices)
        for action in actions
    }


def options_of_the_command():
    return {
        option.opts[0]: (option.default, option.help.rstrip("."), getattr(option.type, "choices", None))
        for option in serve.params
    }


def test_it_takes_the_options_of_the_module_with_the_same_defaults_and_choices():
    def facts(options):
        return {name: (default, choices) for name, (default, _, choices) in options.items()}

    assert facts(options_of_the_command()) == facts(options_of_the_module())


def test_it_tells_of_every_option_in_the_words_of_the_module():
    def words(options):
        return {name: told.lower() for name, (_, told, _) in options.items()}

    assert words(options_of_the_command()) == words(options_of_the_module())


@pytest.mark.parametrize("status", [0, 1])
def test_it_hands_everything_to_the_module_and_exits_as_that_says(monkeypatch, tmp_path, status):
    given = []
    monkeypatch.setattr(module, "serve", lambda *arguments: given.append(arguments) or status)
    file = tmp_path / "port"
    arguments = "--host 127.0.0.2 --port 0 --region fra --seed 7 --pace 3s --clock virtual --limits strict".split()
    more = "--mode short-pages --mode stale-lists:9 --lenient --verify-signatures".split()
    trusted = tmp_path / "config"
    result = CliRunner().invoke(
        commands, ["serve", *arguments, *more, "--trust", str(trusted), "--port-file", str(file)]
    )
    settings = Settings(
        region="fra",
        seed="7",
        pace="3s",
        clock="virtual",
        limits="strict",
        modes=("short-pages", "stale-lists:9"),
        lenient=True,
        verify_signatures=True,
    )
    assert given == [("127.0.0.2", 0, settings, file, [trusted])]
    assert result.exit_code == status


def test_without_options_it_serves_as_the_module_does(monkeypatch):
    given = []
    monkeypatch.setattr(module, "serve", lambda *arguments: given.append(arguments) or 0)
    CliRunner().invoke(commands, ["serve"])
    module.main([])
    assert given[0] == given[1]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_its_first_line_says_where_it_listens_and_it_serves_until_it_is_told_to_stop(tmp_path, command, number):
    file = tmp_path / "port"
    with running(command, "--port", "0", "--port-file", str(file), "--region", "fra") as process:
        first = process.stdout.readline()
        port = file.read_text().strip()
        assert first == f"listening on http://127.0.0.1:{port}\n"
        with urlopen(f"http://127.0.0.1:{port}/_sim/health") as answer:
            assert b'"region":"eu-frankfurt-1"' in answer.read()
        process.send_signal(number)
        assert process.communicate() == ("", "")
        assert process.returncode == 0


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "port",
    [
        "0 --pace 9q",
        "0 --region nowhere-1",
        "70000",
        "0 --mode short-page",
        "0 --trust /nowhere/config",
        "0 --port-file=",
        "0 --host=",
    ],
)
def test_what_cannot_be_served_is_told_in_one_line(command, port):
    done = subprocess.run([*command, "--port", *port.split()], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("fake_server: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_port_that_is_taken_is_an_error_and_no_hang(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([*command, "--port", str(port)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"fake_server: cannot listen on 127.0.0.1:{port}: ")
