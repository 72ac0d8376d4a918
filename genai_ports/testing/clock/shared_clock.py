"""One clock for a world and its clients: what waits in a test's own threads waits on the clock of its world.

This module reads the machine's time and sleeps, for all other threads.
"""

from __future__ import annotations

import random
import sys
import time
import uuid
from contextlib import contextmanager
from importlib import import_module
from threading import Lock, current_thread
from typing import TYPE_CHECKING, Any, Final, SupportsIndex

from genai_ports.backends import client_clock
from genai_ports.testing.clock.real_time import real_monotonic, really_sleep
from genai_ports.testing.clock.sleep_patch import SleepPatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from genai_ports.api.clock import Clock
    from genai_ports.testing.isolation.threads import OwnThreads

SDK_MODULES: Final = ("oci.base_client", "oci.waiter", "oci.retry.retry", "oci.retry.retry_sleep_utils")
"""The modules of the OCI SDK that read the time, sleep, or take from chance: how long, request ids and retry tokens."""
_WAITS_FOR_PROCESSES: Final = frozenset({"subprocess", "multiprocessing"})
"""The modules of the standard library that sleep while other processes work, which need real time."""
_MODULES: Final = (*SDK_MODULES, "oci.async_base_client", "tenacity", "tenacity.nap")

_lock: Final = Lock()
_shared: tuple[SharedClock, ...] = ()


class SharedClock:
    """A clock that the clients in the threads of one test share.

    Args:
        clock: the clock.
        threads: the threads.
        seed: of what the SDK takes from chance, such as retry tokens; None for what nobody can repeat.
        sleep: what `time.sleep` does in these threads; default: it sleeps.
    """

    def __init__(self, clock: Clock, threads: OwnThreads, seed: object = None) -> None:
        self.clock = clock
        self.threads = threads
        self._start, self._machine_start = clock.now(), real_monotonic()
        self.sleep: Callable[[float], None] = really_sleep
        self.chance = random.Random(f"{seed}") if seed is not None else random.Random()  # noqa: S311  # for retries

    def monotonic(self) -> float:
        """Return seconds that pass on the clock; they continue those of the machine, for waits that began before."""
        return self._machine_start + (self.clock.now() - self._start).total_seconds()

    @property
    def sleeps_really(self) -> bool:
        """Whether nothing has replaced `time.sleep` in these threads: neither `sleep_by`, nor the test itself."""
        return self.sleep is really_sleep and time.sleep in (really_sleep, _sleep)

    def sleep_by(self, sleep: Callable[[float], None]) -> None:
        """Set what `time.sleep` does in these threads, also for modules that have imported it by name."""
        self.sleep = sleep
        with _lock:
            _SLEEP.install()


@contextmanager
def shared(clock: SharedClock) -> Iterator[SharedClock]:
    """Let the clients of the SDK, those of `genai_ports` and tenacity go by a clock in the threads of one test.

    It applies to modules that are loaded now; `load_sdk` loads those of the SDK. Blocks can be nested, and overlap.
    """
    global _shared  # noqa: PLW0603  # one tuple, which other threads read at any time
    with _lock:
        _shared = (*_shared, clock)
        _install()
    try:
        yield clock
    finally:
        clock.sleep = really_sleep
        with _lock:
            _shared = tuple(each for each in _shared if each is not clock)
            if not _shared:
                _uninstall()


def load_sdk() -> None:
    """Load the modules of the OCI SDK that wait, and let them go by the shared clock."""
    for name in SDK_MODULES:
        import_module(name)
    with _lock:
        if _shared:
            _install()


def _of_this_thread() -> SharedClock | None:
    """Return the clock of the innermost block to whose threads this one belongs."""
    thread = current_thread()
    for each in reversed(_shared):
        if thread in each.threads:
            return each
    return None


class _Time:
    """Replaces the module `time` in modules of clients."""

    def sleep(self, seconds: float) -> None:
        shared = _of_this_thread()
        if shared is None:
            time.sleep(seconds)
            return
        shared.threads.note_call()
        shared.clock.sleep(seconds)

    def time(self) -> float:
        shared = _of_this_thread()
        if shared is None:
            return time.time()
        shared.threads.note_call()  # the retries of the SDK read the time with each call
        return shared.clock.now().timestamp()

    def monotonic(self) -> float:
        shared = _of_this_thread()
        return time.monotonic() if shared is None else shared.monotonic()

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


class _Chance:
    """Replaces the module `random` where the SDK decides how long it sleeps, and where it makes retry tokens."""

    def SystemRandom(self) -> random.Random:  # noqa: N802  # a name of the module
        shared = _of_this_thread()
        return random.SystemRandom() if shared is None else shared.chance

    def __getattr__(self, name: str) -> Any:
        shared = _of_this_thread()
        return getattr(shared.chance if shared and hasattr(shared.chance, name) else random, name)


class _Uuid:
    """Replaces the module `uuid` where the SDK makes request ids."""

    def uuid4(self) -> uuid.UUID:
        shared = _of_this_thread()
        return uuid.uuid4() if shared is None else uuid.UUID(int=shared.chance.getrandbits(128), version=4)

    def __getattr__(self, name: str) -> Any:
        return getattr(uuid, name)


_REPLACED: Final = {"time": (time, _Time()), "random": (random, _Chance()), "uuid": (uuid, _Uuid())}


def _client_clock() -> Clock:
    shared = _of_this_thread()
    return client_clock.machine() if shared is None else shared.clock


def _install() -> None:
    client_clock.clock_of_this_thread = _client_clock
    for module in _loaded():
        for name, (original, replacement) in _REPLACED.items():
            if getattr(module, name, None) is original:
                setattr(module, name, replacement)


def _uninstall() -> None:
    client_clock.clock_of_this_thread = client_clock.machine
    for module in _loaded():
        for name, (original, replacement) in _REPLACED.items():
            if getattr(module, name, None) is replacement:
                setattr(module, name, original)
    _SLEEP.uninstall()


def _loaded() -> list[ModuleType]:
    return [module for name in _MODULES if (module := sys.modules.get(name))]


def _sleep(seconds: float | SupportsIndex, /) -> None:
    """Sleep: as the test of this thread says, or really."""
    shared = _of_this_thread()
    if shared is None or _caller() in _WAITS_FOR_PROCESSES:
        really_sleep(seconds)
    else:
        shared.sleep(float(seconds))


def _caller() -> str:
    """Return the top-level name of the module that called the function that calls this."""
    return str(sys._getframe(2).f_globals.get("__name__")).partition(".")[0]  # noqa: SLF001  # as `logging` and `warnings` do


_SLEEP: Final = SleepPatch(_sleep)
