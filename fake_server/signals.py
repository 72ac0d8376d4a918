"""Signals that end a command in order: Ctrl-C, SIGTERM, the end of the terminal, and Ctrl-Break on Windows."""

from __future__ import annotations

import signal
from _thread import start_new_thread  # a thread of the module threading would take locks of its own
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import main_thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_HANG_UP: Final = getattr(signal, "SIGHUP", None)
_WAKE_SECONDS: Final = 0.5
"""How long a wait lasts at most: on Windows, a signal is handled only after it."""

_REPEAT_SECONDS: Final = 0.01


@contextmanager
def on_signal(act: Callable[[], object]) -> Iterator[None]:
    """Call `act`, which may raise, at each of these signals within the block.

    A hang-up that the process ignores stays ignored. Where an error of `act` would leave a lock held, and the clean-up
    after it would wait for the lock forever, `act` is called a moment later.
    """

    def receive(number: int, frame: FrameType | None) -> None:
        if _is_taking_lock(frame):
            start_new_thread(_repeat, (number,))
        else:
            act()

    with _handling(receive):
        yield


@contextmanager
def stop_by_signal(at_once: Callable[[], object] = lambda: None) -> Iterator[Callable[[], None]]:
    """Yield a function that waits for the first of these signals. The second one ends the process at once.

    Args:
        at_once: called before the process ends at once, such as to remove a file.
    """
    signals: SimpleQueue[int] = SimpleQueue()  # an Event can deadlock: its methods are not re-entrant
    received: list[int] = []

    def receive(number: int, _: FrameType | None) -> None:
        if received:
            at_once()
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        received.append(number)
        signals.put(number)

    def wait() -> None:
        while not received:
            with suppress(Empty):
                signals.get(timeout=_WAKE_SECONDS)

    with _handling(receive):
        yield wait


@contextmanager
def silent_interrupt() -> Iterator[None]:
    """Let Ctrl-C end the process silently within the block, as SIGTERM does, not by a traceback of what it imports."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def end_silent_interrupt() -> None:
    """Let Ctrl-C raise KeyboardInterrupt again: what a command has begun, it can then clean up."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _handling(act: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    ignored = [number for number in numbers if number == _HANG_UP and signal.getsignal(number) is signal.SIG_IGN]
    handlers = {number: signal.signal(number, act) for number in numbers if number not in ignored}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _is_taking_lock(frame: FrameType | None) -> bool:
    """Return whether a signal came while the module threading enters or leaves a block that holds a lock."""
    return (
        frame is not None
        and frame.f_globals.get("__name__") == "threading"
        and frame.f_code.co_name in ("__enter__", "__exit__")
    )


def _repeat(number: int) -> None:
    from genai_ports.backends.system_clock import SystemClock  # noqa: PLC0415  # signals are handled before this loads

    SystemClock().sleep(_REPEAT_SECONDS)
    if hasattr(signal, "pthread_kill"):
        # A signal to this thread would not end a wait of the main one.
        signal.pthread_kill(main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)
