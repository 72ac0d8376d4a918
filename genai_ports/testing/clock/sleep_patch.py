"""Replacing `time.sleep` in this process, also where it was imported by name."""

from __future__ import annotations

import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from genai_ports.testing.clock.real_time import really_sleep

if TYPE_CHECKING:
    from collections.abc import Callable

_NOT_UNDER_TEST: Final = {*sys.stdlib_module_names, "genai_ports"}


class SleepPatch:
    """Replaces `time.sleep`, also in the modules that have imported it by name, and puts it back.

    Args:
        replacement: what it is replaced by.
    """

    def __init__(self, replacement: Callable[[Any], None]) -> None:
        self._replacement = replacement
        self._before: Any = really_sleep
        self._is_installed = False
        self._scanned: dict[str, int] = {}
        self._newest: tuple[int, str, int] | None = None
        self._importers: list[tuple[ref[ModuleType], str]] = []

    def install(self) -> None:
        """Replace it, also in modules that were loaded since."""
        if time.sleep is not self._replacement:
            self._before, time.sleep = time.sleep, self._replacement
        self._is_installed = True
        self._replace(really_sleep, self._replacement)

    def uninstall(self) -> None:
        """Put it back, unless something else has replaced it."""
        if not self._is_installed:
            return
        self._is_installed = False
        if time.sleep is self._replacement:
            time.sleep = self._before
        self._replace(self._replacement, really_sleep)

    def _replace(self, old: object, new: object) -> None:
        self._scan()
        for reference, name in self._importers:
            module = reference()
            if module and vars(module).get(name) is old:
                setattr(module, name, new)

    def _scan(self) -> None:
        """Find the modules that have imported the function by name, among those that were not seen before."""
        name, module = next(reversed(sys.modules.items()))
        newest = len(sys.modules), name, id(module)
        if newest == self._newest:
            return  # no module was loaded since
        self._newest = newest
        for name, module in tuple(sys.modules.items()):
            if self._scanned.get(name) == id(module):
                continue
            self._scanned[name] = id(module)
            if type(module) is ModuleType and name.partition(".")[0] not in _NOT_UNDER_TEST:
                own = tuple(vars(module).items())  # another thread may load the module now
                found = [each for each, value in own if value is really_sleep or value is self._replacement]
                self._importers.extend((ref(module), each) for each in found)
