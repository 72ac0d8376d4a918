"""The report of a failed test in pytest: what happened in each world that the test touched."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from shlex import quote
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Final
from unittest import TestCase
from weakref import WeakKeyDictionary

import pytest

from genai_ports.backends.connected import connected
from genai_ports.errors import missing_extra
from genai_ports.testing.report import Mark, Note, calls_since, mark, world_report
from genai_ports.testing.unused_faults import UnusedFaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genai_ports.simulator.simulator import Simulator
    from genai_ports.testing.sandbox import Sandbox

_HIDDEN: Final = "__tracebackhide__"
_WORLDS: Final = 3
"""How many worlds are shown."""
_OURS: Final = ("genai_ports", "fake_server")
_OF_CLIENTS: Final = ("oci", "circuitbreaker", "urllib3")
"""The packages of the SDK's clients, whose frames bury the line of the test in some hundred others."""
_TESTS: Final = "genai_ports.testing.contract"
"""The contract is a suite of tests: its frames are those of a test."""


@dataclass
class Touched:
    """What a test may have touched.

    Args:
        marks: how far each connected world was when the test started.
        sandbox: the sandbox of the test; None if it uses none.
    """

    marks: WeakKeyDictionary[Simulator, Mark] = field(default_factory=WeakKeyDictionary)
    sandbox: Sandbox | None = None


_CURRENT: Final = pytest.StashKey[Touched]()


def begin_test(config: pytest.Config) -> None:
    """Mark how far each connected world is."""
    touched = config.stash[_CURRENT] = Touched()
    touched.marks.update({world: mark(world) for world in connected()})


def set_sandbox(config: pytest.Config, sandbox: Sandbox) -> None:
    """Set the sandbox of the test that runs."""
    config.stash.setdefault(_CURRENT, Touched()).sandbox = sandbox


def check_faults_used(config: pytest.Config) -> None:
    """Check that each fault of the settings of the test that runs has applied to a call."""
    sandbox = config.stash.setdefault(_CURRENT, Touched()).sandbox
    try:
        if sandbox:
            sandbox.check_faults_used()
    except UnusedFaults as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def end_test(config: pytest.Config) -> list[str]:
    """Release the sandbox of the test that has ended, and return its remarks."""
    touched = config.stash.get(_CURRENT, None)
    if touched is None:
        return []
    del config.stash[_CURRENT]
    return touched.sandbox.remarks() if touched.sandbox else []


@contextmanager
def frames_hidden(item: pytest.Item, error: BaseException | None) -> Iterator[None]:
    """Hide the frames of the library from the traceback of an error, and those of the SDK from errors of the service.

    `--full-trace` and the ini option show them.

    Args:
        item: the test.
        error: what it raised; None if it passed, or if it is one of unittest, whose error is not known yet.
    """
    may_fail = error is not None or issubclass(getattr(item, "cls", None) or object, TestCase)
    without_trace = isinstance(error, pytest.fail.Exception) and not error.pytrace
    applies = may_fail and not without_trace and not item.config.getini("genai_full_trace")
    loaded = _loaded(_hidden_packages(item.config, error)) if applies else []
    hidden = [own for own in loaded if _HIDDEN not in own]
    for own in hidden:
        own[_HIDDEN] = True
    try:
        yield
    finally:
        for own in hidden:
            del own[_HIDDEN]


def _hidden_packages(config: pytest.Config, error: BaseException | None) -> tuple[str, ...]:
    touched = config.stash.get(_CURRENT, None)
    is_expected = type(error).__module__.partition(".")[0] in (*_OURS, "oci")  # others may be defects of a client
    return (*_OURS, *_OF_CLIENTS) if is_expected and touched and _touched_worlds(touched) else _OURS


def _loaded(packages: Sequence[str]) -> list[dict[str, Any]]:
    """Return the variables of each module that is loaded of some packages; one can have two names."""
    loaded = {
        module
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in packages and not f"{name}.".startswith(f"{_TESTS}.")
    }
    return [vars(module) for module in loaded if hasattr(module, "__dict__")]


def explain_missing(error: BaseException | None, report: pytest.TestReport) -> bool:
    """Replace the report of a test that failed because an extra is not installed by one line.

    Args:
        error: what the test raised; None if it is not known.
        report: its report.

    Returns:
        Whether that is the reason: a module of this library did not find a third party.
    """
    if not isinstance(error, ModuleNotFoundError) or not error.__traceback__:
        return False
    modules = [frame.f_globals["__name__"].partition(".")[0] for frame, _ in walk_tb(error.__traceback__)]
    importing = next(name for name in reversed(modules) if name != "importlib")
    if importing not in _OURS or (error.name or "").partition(".")[0] in _OURS:
        return False
    report.longrepr = f"{missing_extra(error, 'a fixture of genai_ports', 'testing')}"
    return True


def add_worlds(item: pytest.Item, error: BaseException | None, report: pytest.TestReport) -> None:
    """Add what happened in each world since the last report to the report of a failed test."""
    try:
        _add_worlds(item, error, report)
    except Exception as defect:  # noqa: BLE001  # pytest would end the run
        _add_section(report, "genai_ports: no report of the worlds", f"{type(defect).__name__}: {defect}")


def _add_worlds(item: pytest.Item, error: BaseException | None, report: pytest.TestReport) -> None:
    touched = item.config.stash.setdefault(_CURRENT, Touched())
    notes = list(Note.of_error(error))
    _summarize_without(notes, report)
    noted = {note.world() for note in notes}
    worlds = {world: start for world, start in _touched_worlds(touched).items() if world not in noted}
    busy = sum(1 for world, start in worlds.items() if calls_since(world, start))
    for world, start in list(worlds.items())[:_WORLDS]:
        sandbox, share = touched.sandbox, max(1, busy)
        if sandbox and sandbox.genai_simulator is world:
            repeat = f" (repeat: --genai-seed {quote(str(world.settings.seed))})"
            title, lines = "the world of this test", sandbox.report(start, repeat=repeat, share=share)
        else:
            title = f"another world, through {connected()[world].way}"
            lines = world_report(world, start, share=share)
        _add_section(report, f"genai_ports: {title}", "\n".join(lines))
        touched.marks[world] = mark(world)


def _summarize_without(notes: Sequence[Note], report: pytest.TestReport) -> None:
    """Leave the reports in the notes of an exception out of the summary and of JUnit's message: its text has them."""
    crash: Any = getattr(report.longrepr, "reprcrash", None)
    for note in notes if crash else ():
        crash.message = crash.message.replace(f"\n{note}", "")


def _touched_worlds(touched: Touched) -> dict[Simulator, Mark]:
    """Return the worlds with calls since their marks and those that are new, with their marks; the test's own first."""
    found: dict[Simulator, Mark] = {}
    for world, connection in connected().items():
        start = touched.marks.get(world)
        if start is None or calls_since(world, start):
            found[world] = start or Mark(None, connection.since)
    if touched.sandbox and touched.sandbox.genai_simulator in found:
        own = touched.sandbox.genai_simulator
        return {own: found.pop(own), **found}
    return found


def _add_section(report: pytest.TestReport, title: str, text: str) -> None:
    """Add a section that the terminal, JUnit XML and pytest-xdist show."""
    add_section: Any = getattr(report.longrepr, "addsection", None)
    if add_section:
        add_section(title, text)
    else:  # such as that of a failed doctest, or an unexpected success
        report.longrepr = f"{report.longrepr}\n{f' {title} ':-^80}\n{text}"
