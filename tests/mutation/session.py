"""A session of pytest that has collected all tests. For each mutant, a fork of it runs some of them."""

from __future__ import annotations

import gc
import os
import signal
from contextlib import contextmanager, suppress
from mmap import mmap
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, NoReturn

import pytest
from patching import loaded_functions, patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import FunctionType

    from mutants import Mutant

OLD: Final = 946_684_800
"""The time of unchanged files, so that Python never takes a changed file for its compiled form."""
NOTICED: Final = "noticed"
SURVIVES: Final = "survives"
AT_IMPORT: Final = "runs at the import, which is over"
_PASSED, _UNPATCHED, _FAILED = 0, 77, 78
_STEP: Final = 0.005
_NUMBER: Final = 4
"""The bytes of the number of a test."""


class Session:
    """A plugin for pytest: instead of all tests once, it runs the tests of each mutant.

    Args:
        tree: the copy of the project that is imported.
        mutants: each with the ids of its tests, in the order in which they run.
        seconds: the longest time for one mutant. What is noticed later survives.
        report: gets each mutant with what became of it.
    """

    def __init__(
        self,
        tree: Path,
        mutants: Iterable[tuple[Mutant, list[str]]],
        seconds: float,
        report: Callable[[Mutant, str], None],
    ) -> None:
        self._tree = tree
        self._mutants = mutants
        self._seconds = seconds
        self._report = report
        self._loaded: list[FunctionType] = []
        self._sound: dict[str, bool] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mutants."""
        items: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            items.setdefault(item.nodeid.partition("[")[0], []).append(item)
        gc.collect()
        self._loaded = loaded_functions()
        gc.freeze()  # a fork that does not look at them shares their memory
        for mutant, tests in self._mutants:
            self._report(mutant, self._try(mutant, [item for test in tests for item in items.get(test, ())]))
        return True

    def _try(self, mutant: Mutant, items: list[pytest.Item]) -> str:
        path = self._tree / mutant.file
        original = path.read_bytes()
        changed = mutant.apply(original)
        while True:
            with changed_file(path, original, changed):
                status, failed = _run(items, self._seconds, lambda: patch(self._loaded, path, original, changed))
            if status == _PASSED:
                return SURVIVES
            if status == _UNPATCHED:
                return AT_IMPORT
            if failed is None or self._is_sound(failed):
                return NOTICED
            items = [item for item in items if item is not failed]

    def _is_sound(self, item: pytest.Item) -> bool:
        """Tell whether a test passes without any change. What fails anyway notices nothing."""
        if item.nodeid not in self._sound:
            self._sound[item.nodeid] = _run([item], self._seconds, lambda: True)[0] == _PASSED
        return self._sound[item.nodeid]


@contextmanager
def changed_file(path: Path, original: bytes, changed: bytes) -> Iterator[None]:
    """Have a changed file on the disk for a while, for the processes that tests start."""
    path.write_bytes(changed)
    try:
        yield
    finally:
        path.write_bytes(original)
        os.utime(path, (OLD, OLD))


def ends(child: int, seconds: float) -> int | None:
    """Wait for a process that leads its group, and end all of the group.

    Returns:
        Its exit status, negative for a signal; None if it took longer.
    """
    deadline = monotonic() + seconds
    status = None
    while status is None and monotonic() < deadline:
        done, raw = os.waitpid(child, os.WNOHANG)
        if done:
            status = os.waitstatus_to_exitcode(raw)
        else:
            sleep(_STEP)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if status is None:
        os.waitpid(child, 0)
    return status


def _run(items: list[pytest.Item], seconds: float, prepare: Callable[[], bool]) -> tuple[int, pytest.Item | None]:
    """Run tests in a fork until one fails; return how it ended, and the last test."""
    with mmap(-1, _NUMBER) as last:  # shared with the fork
        child = os.fork()
        if child == 0:
            _become(items, prepare, last)
        status = ends(child, seconds) or _PASSED
        if status in {_PASSED, _UNPATCHED} or not items:
            return status, None
        return status, items[int.from_bytes(last[:])]


def _become(items: list[pytest.Item], prepare: Callable[[], bool], last: mmap) -> NoReturn:
    status = _UNPATCHED
    try:
        os.setsid()
        if prepare():
            status = _FAILED
            status = _outcome(items, last)
    finally:
        os._exit(status)


def _outcome(items: list[pytest.Item], last: mmap) -> int:
    for number, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True)):
        last[:] = number.to_bytes(_NUMBER)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            item.config.hook.pytest_sessionfinish(session=item.session, exitstatus=pytest.ExitCode.TESTS_FAILED)
            return _FAILED
    return _PASSED
