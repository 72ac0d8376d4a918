"""`genai-ports run`: run a program whose calls of Generative AI reach a simulated control plane, unchanged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import click

from fake_server.collector import no_full_collections
from fake_server.serve import with_trusted_keys
from fake_server.server import FakeServer
from fake_server.settings import Settings
from genai_ports.cli.command import HELP_OPTIONS, Command
from genai_ports.cli.run_environment import environment
from genai_ports.cli.run_summary import counted_calls, summary
from genai_ports.cli.serve import chosen_settings
from genai_ports.cli.serve import serve as serve_command
from genai_ports.cli.tunnel import Tunnel
from genai_ports.oci_profile import write_profile_files
from genai_ports.recording.tape import NothingRecorded
from genai_ports.tenancy import TENANCY
from genai_ports.throwaway import new_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    _Start = Callable[[Sequence[str], dict[str, str]], subprocess.Popen[bytes]]

_OF_WORLDS: Final = tuple(field.name for field in fields(Settings))
_OF_SERVE: Final = (*_OF_WORLDS, "trust", "control_token", "tls_dir", "record", "replay", "state")
"""The options of `serve` that `run` has too. The others are about a server for more than one program."""
_PASSED_ON: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
_OF_TERMINAL: Final = ("SIGINT", "SIGQUIT")
"""Signals that a terminal sends to all processes in its foreground, so also to the program."""
_NOT_FOUND: Final = 127
_NOT_EXECUTABLE: Final = 126
_SIGNALLED: Final = 128
_WAKE_SECONDS: Final = 0.5
"""How long a signal waits at most for its handler."""


@click.command(
    cls=Command,
    context_settings={**HELP_OPTIONS, "allow_interspersed_args": False},
    examples="""genai-ports run -- python deploy.py
    genai-ports run --pace instant --summary -- ./deploy.sh""",
)
@click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND [ARGUMENT]...")
@click.option("--offline", is_flag=True, help="Refuse connections of the program to all other machines.")
@click.option("--log", is_flag=True, help="Print to stderr a line for each request.")
@click.option("--summary", "with_summary", is_flag=True, help="At the end, print to stderr what the program called.")
def run(
    *,
    program: tuple[str, ...],
    offline: bool,
    log: bool,
    with_summary: bool,
    tls_dir: Path,
    trust: tuple[Path, ...],
    **options: Any,
) -> None:
    """Run a program, unchanged, against a simulated control plane.

    Its requests to https://generativeai.REGION.oci.oraclecloud.com end at a server that runs as long as it does. It
    reaches other hosts as usual. The exit status is that of the program.
    """
    of_worlds = {name: options.pop(name) for name in _OF_WORLDS if name in options}
    settings = chosen_settings(of_worlds, replay=options["replay"], trust=trust, state=options["state"])
    with (
        _signals_passed_on() as start,
        TemporaryDirectory(prefix="genai-ports-") as directory,
        no_full_collections(),
        counted_calls(shown=log) as calls,
    ):
        home = Path(directory)
        own = new_credentials()
        settings = with_trusted_keys(settings, trust)
        if settings.verify_signatures:
            settings = replace(settings, keys={**settings.keys, own.key_id: own.public_key})
        with (
            _line_if_nothing_recorded(),
            FakeServer(settings=settings, tls=tls_dir, log=True, **options) as server,
            Tunnel(server.port, offline=offline) as tunnel,
        ):
            made = server.app.worlds.get(TENANCY).settings
            _, config_file = write_profile_files(home, own, made.region)
            chosen = environment(os.environ, config_file, server, tunnel.url, offline=offline)
            status = _run(program, chosen, start)
            if with_summary:
                click.echo(summary(made.seed, calls, tunnel.hosts), err=True)
    sys.exit(status)


run.params = [*[each for each in serve_command.params if each.name in _OF_SERVE], *run.params]


def _run(program: Sequence[str], environment: dict[str, str], start: _Start) -> int:
    """Run a program to its end and return its exit status, as a shell shows it."""
    try:
        process = start(program, environment)
    except FileNotFoundError:
        click.echo(f"genai-ports run: there is no command {program[0]!r}", err=True)
        return _NOT_FOUND
    except OSError as error:
        click.echo(f"genai-ports run: {program[0]!r} cannot be run: {error.strerror}", err=True)
        return _NOT_EXECUTABLE
    status = _end_of(process)
    return status if status >= 0 else _SIGNALLED - status


def _end_of(process: subprocess.Popen[bytes]) -> int:
    """Return the status of a process at its end. Meanwhile, the handlers of signals run.

    They would not run within `process.wait()` if the system delivers a signal to another thread, or two at once.
    """
    waiting = Thread(target=process.wait, name="genai-ports-run", daemon=True)
    waiting.start()
    while waiting.is_alive():
        waiting.join(_WAKE_SECONDS)
    return process.wait()


@contextmanager
def _line_if_nothing_recorded() -> Iterator[None]:
    """Print a line, not an error, if there is nothing to record: the program itself says whether it succeeded."""
    try:
        yield
    except NothingRecorded as error:
        click.echo(f"genai-ports run: {error}", err=True)


@contextmanager
def _signals_passed_on() -> Iterator[_Start]:
    """Yield a function that starts a process. Signals within the block are passed on to it, also those before it."""
    started: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def pass_on(number: int, _: object) -> None:
        if not started:
            early.append(number)
        elif not (signal.Signals(number).name in _OF_TERMINAL and _has_terminal()):
            with suppress(ProcessLookupError):
                started[0].send_signal(number)

    def start(program: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([*program], env=environment))  # noqa: S603  # the user's own command
        for number in early:
            started[0].send_signal(number)
        return started[0]

    numbers = [getattr(signal, name) for name in _PASSED_ON if hasattr(signal, name)]
    handlers = {
        number: signal.signal(number, pass_on) for number in numbers if signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield start
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _has_terminal() -> bool:
    """Return whether this process is in the foreground of a terminal, as the program is then too."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except (AttributeError, OSError):  # no terminal, or Windows, where Ctrl-C reaches every process of the console
        return os.name == "nt"
