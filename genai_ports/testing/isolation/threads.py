"""The threads of a test: which are its own, and which of them it leaves behind."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from threading import Thread, _DummyThread, current_thread
from threading import enumerate as running_threads
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

_GRACE_SECONDS: Final = 0.25
"""How long the end of a test waits for threads that still use its world."""

_WAITS_FOR_WORK: Final = frozenset({"concurrent.futures.thread", "multiprocessing.pool", "queue"})
"""The modules in which the worker of a pool waits until it gets work."""

_LEFT: Final[WeakKeyDictionary[Thread, str]] = WeakKeyDictionary()
"""The threads that outlived their tests, with the names of these."""


class LeftBehind(NamedTuple):
    """A thread that a test has left behind.

    Args:
        thread: its name.
        test: the name of the test that started it.
        place: where it was when it was noticed, such as `poller.py:12 in poll`.
    """

    thread: str
    test: str
    place: str

    def __str__(self) -> str:
        return f"thread {self.thread!r} of {self.test}, which has ended, at {self.place}"


class EndOfThread(SystemExit):
    """Ends a thread that an earlier test has left behind, when it calls a world."""


class OwnThreads:
    """The threads of one test: the one that opened its sandbox, and those that have started since.

    A thread that existed before is none of them, except a worker of a pool that had no work then.

    Args:
        test: the name of the test.
    """

    def __init__(self, test: str) -> None:
        self.test = test
        self.left_behind: tuple[LeftBehind, ...] = ()
        self._opener = current_thread()
        self._callers: set[Thread] = set()
        self._others = {each for each in running_threads() if each is not self._opener}
        if self._others:
            idle = _idle(self._others)
            self._others -= idle
            for each in idle:
                _LEFT.pop(each, None)  # it works for this test now

    def __contains__(self, thread: Thread) -> bool:
        return thread not in self._others

    @contextmanager
    def not_own(self) -> Iterator[None]:
        """Leave out the threads that start in this block, such as those of a server."""
        before = {*running_threads()}
        yield
        self._others.update(each for each in running_threads() if each not in before)

    def note_call(self) -> None:
        """Note that this thread calls the world.

        Raises:
            EndOfThread: an earlier test has left it behind.
        """
        thread = current_thread()
        if _LEFT and thread in _LEFT:
            self._name(thread, _LEFT[thread])
            end_if_left_behind()
        self._callers.add(thread)

    def has_called(self) -> bool:
        """Return whether this thread has called the world."""
        return current_thread() in self._callers

    def close(self) -> None:
        """Wait shortly for threads that have called the world, and remember those that still run."""
        remaining = self._remaining()
        if not remaining:
            return
        called = [each for each in remaining if each in self._callers]
        for each in called:
            each.join(_GRACE_SECONDS / len(called))
        for each in self._remaining():
            _LEFT[each] = self.test
            if each in self._callers:
                self._name(each, self.test)
        self._callers.clear()

    def _remaining(self) -> set[Thread]:
        """Return the own threads that still run; not the opener, this thread, and workers that have no work."""
        own = {each for each in running_threads() if each in self} - {self._opener, current_thread()}
        own -= {each for each in own if isinstance(each, _DummyThread)}  # Python did not start it, and cannot join it
        return own - _idle(own) if own else own

    def _name(self, thread: Thread, test: str) -> None:
        _report_no_error_of(thread)
        found = LeftBehind(thread.name, test, _place(_frames().get(thread.ident or 0)))
        if not any((found.thread, found.test) == (each.thread, each.test) for each in self.left_behind):
            self.left_behind = (*self.left_behind, found)


def are_left_behind() -> bool:
    """Return whether threads still run whose tests have ended."""
    return any(each.is_alive() for each in tuple(_LEFT))


def end_if_left_behind() -> None:
    """End this thread if its test has ended.

    Raises:
        EndOfThread: it has.
    """
    test = _LEFT.get(current_thread()) if _LEFT else None
    if test is not None:
        _report_no_error_of(current_thread())
        raise EndOfThread(f"{test}, which started this thread, has ended")


def _report_no_error_of(thread: Thread) -> None:
    """Let a thread end without a report of its error, which pytest would take for one of the test that runs then."""
    thread._invoke_excepthook = lambda _: None  # type: ignore[attr-defined]  # noqa: SLF001  # no other way for one thread


@contextmanager
def starts_noted() -> Iterator[None]:
    """In this block, a thread that a left-behind thread starts is left behind too."""
    if not _LEFT:
        yield
        return
    original = Thread.start

    def start(thread: Thread) -> None:
        test = _LEFT.get(current_thread())
        if test is not None:
            _LEFT[thread] = test
        original(thread)

    Thread.start = start  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        Thread.start = original  # type: ignore[method-assign]


def _idle(threads: Iterable[Thread]) -> set[Thread]:
    """Return the threads that wait for work as a worker of a pool does."""
    frames = _frames()
    return {each for each in threads if _waits_for_work(frames.get(each.ident or 0))}


def _frames() -> dict[int, FrameType]:
    """Return the innermost frame of each thread."""
    return dict(sys._current_frames())  # noqa: SLF001  # its documentation offers it for such uses


def _waits_for_work(frame: FrameType | None) -> bool:
    while frame and frame.f_globals.get("__name__") == "threading":
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__") in _WAITS_FOR_WORK


def _place(frame: FrameType | None) -> str:
    """Return the innermost place in a thread that is not in the standard library or in a package that is installed."""
    innermost = frame
    while frame:
        if _is_of_the_test(frame):
            return _shown(frame)
        frame = frame.f_back
    return _shown(innermost) if innermost else "its end"


def _is_of_the_test(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__", ""))
    known = {*sys.stdlib_module_names, "genai_ports", "fake_server", "oci"}
    return name.partition(".")[0] not in known


def _shown(frame: FrameType) -> str:
    code = frame.f_code
    return f"{code.co_filename.rpartition('/')[2]}:{frame.f_lineno} in {code.co_name}"
