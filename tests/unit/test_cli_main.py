"""The command `genai-ports`: how it starts, and how it reports errors."""

from __future__ import annotations

import importlib
import runpy
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from click.testing import CliRunner

import genai_ports
from genai_ports.cli import main
from genai_ports.cli.commands import SUMMARIES, commands, load_command


@pytest.fixture
def command_line(monkeypatch):
    """Run `main` with command-line arguments; returns the exit status."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["genai-ports", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code

    return run


@pytest.fixture
def missing(monkeypatch):
    """Hide an installed package from the modules of the command."""

    def block(package):
        for name in list(sys.modules):
            if name.startswith("genai_ports.cli."):
                monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, package, None)

    return block


def test_help_names_the_commands(command_line, capsys):
    assert command_line("--help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: genai-ports [OPTIONS] COMMAND")
    assert all(f"\n  {name} " in shown for name in ("demo", "profile", "serve"))


def test_help_cuts_no_summary_at_80_columns(command_line, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert command_line("--help") == 0
    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]


def test_the_version_is_that_of_the_package(command_line, capsys):
    assert command_line("--version") == 0
    assert capsys.readouterr().out == f"genai-ports, version {version('genai-ports')}\n"


def test_an_unknown_command_is_refused(command_line, capsys):
    assert command_line("dmeo") == 2
    assert "No such command 'dmeo'" in capsys.readouterr().err


def test_python_can_run_it_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["genai-ports", "--version"])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(Path(genai_ports.__file__).with_name("__main__.py")), run_name="__main__")
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("genai-ports, version")


def test_importing_the_module_that_python_runs_does_nothing(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["genai-ports", "--version"])
    monkeypatch.delitem(sys.modules, "genai_ports.__main__", raising=False)
    importlib.import_module("genai_ports.__main__")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("package", "arguments"),
    [
        ("click", ["--help"]),
        ("rich", ["demo"]),
        ("waitress", ["serve"]),
        ("yaml", ["scrub", "x.yaml"]),
        ("yaml", ["record", "--list"]),
    ],
)
def test_a_missing_package_is_one_line_that_says_what_to_install(
    command_line, missing, monkeypatch, package, arguments
):
    missing(package)
    for name in [
        name
        for name in sys.modules
        if name.partition(".")[0] in ("fake_server", package) or name.startswith("genai_ports.recording")
    ]:
        if name != package:
            monkeypatch.delitem(sys.modules, name)
    assert command_line(*arguments) == (
        f"genai-ports: the package {package} is not installed: pip install 'genai-ports[cli]'"
    )


def test_the_extra_of_the_command_installs_what_recordings_need():
    [ours] = [
        each for each in requires("genai-ports") if each.endswith('extra == "cli"') and each.startswith("genai-ports")
    ]
    assert "recording" in ours


def test_a_missing_module_of_our_own_is_a_defect_and_shows_a_traceback(missing, monkeypatch):
    missing("genai_ports.cli.commands")
    with pytest.raises(ModuleNotFoundError, match=r"genai_ports\.cli\.commands"):
        main()


def test_showing_help_loads_neither_the_sdk_nor_the_server():
    slow = {"oci", "rich", "yaml", "cryptography", "waitress", "werkzeug"}
    show = "from genai_ports.cli.commands import commands; commands(['--help'], standalone_mode=False)"
    code = f"import sys; {show}; print({slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: ")
    assert done.stdout.endswith("set()\n")


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_help_of_all_commands_has_the_summary_of_each(name):
    assert load_command(name).help.splitlines()[0] == SUMMARIES[name]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["demo", "--region", "nowhere-1"], "genai-ports demo: there is no region 'nowhere-1'"),
        (
            ["profile", "--dir", "x", "--endpoint", "localhost:1"],
            "genai-ports profile: the URL of a server must be one such as",
        ),
    ],
)
def test_a_refused_option_is_an_error_of_one_line(arguments, message):
    result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
