"""Signals that end a command in order: Ctrl-C, SIGTERM, the end of the terminal, and Ctrl-Break on Windows."""

from __future__ import annotations

import signal
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_HANG_UP: Final = getattr(signal, "SIGHUP", None)
_WAKE_SECONDS: Final = 0.5
"""How long a wait lasts at most: on Windows, a signal is handled only after it."""


@contextmanager
def on_signal(act: Callable[[], object]) -> Iterator[None]:
    """Call `act` at each of these signals within the block. A hang-up that the process ignores stays ignored."""
    with _handling(lambda _: act()):
        yield


@contextmanager
def stop_by_signal(at_once: Callable[[], object] = lambda: None) -> Iterator[Callable[[], None]]:
    """Yield a function that waits for the first of these signals. The second one ends the process at once.

    Args:
        at_once: called before the process ends at once, such as to remove a file.
    """
    signals: SimpleQueue[int] = SimpleQueue()  # an Event can deadlock: its methods are not re-entrant
    received: list[int] = []

    def receive(number: int) -> None:
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
def _handling(act: Callable[[int], object]) -> Iterator[None]:
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    ignored = [number for number in numbers if number == _HANG_UP and signal.getsignal(number) is signal.SIG_IGN]
    handlers = {
        number: signal.signal(number, lambda number, _: act(number)) for number in numbers if number not in ignored
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
