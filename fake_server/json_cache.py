"""The server's cache of the JSON of list items: lists show the same immutable values again and again."""

from __future__ import annotations

from typing import Any, Final
from weakref import ref

from genai_ports.wire.responses import dump_value

MOST_BYTES: Final = 16 * 1024 * 1024
"""How many bytes a cache keeps; it is cleared before it holds more."""
ENTRY_BYTES: Final = 300
"""What an entry takes beside its JSON."""


class JsonCache:
    """A cache of the JSON of immutable values.

    An entry goes with its value: so a cache holds nothing of a version that has changed, nor of a world that was reset
    or removed.

    Args:
        most_bytes: how many bytes it keeps.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._written: dict[int, _Written] = {}
        self.size = 0
        """How many bytes the entries take."""

    def __len__(self) -> int:
        return len(self._written)

    def dump(self, value: Any) -> bytes:
        """Return the JSON of a value, from the cache if this same object was written before."""
        known = self._written.get(id(value))
        if known is not None and known() is value:
            return known.text
        text = dump_value(value)
        self._keep(value, text)
        return text

    def forget(self, written: _Written) -> None:
        """Remove the entry of a value that is gone."""
        if self._written.get(written.key) is written:
            del self._written[written.key]
            self.size -= len(written.text) + ENTRY_BYTES

    def _keep(self, value: Any, text: bytes) -> None:
        size = len(text) + ENTRY_BYTES
        if size > self._most_bytes:
            return
        if self.size + size > self._most_bytes:
            self._written, self.size = {}, 0
        written = _Written(value, _forget)
        written.key, written.text, written.cache = id(value), text, ref(self)
        self._written[written.key] = written
        self.size += size


class _Written(ref[Any]):
    """The JSON of a value. It keeps neither the value nor its cache alive."""

    __slots__ = ("cache", "key", "text")

    key: int
    text: bytes
    cache: ref[JsonCache]


def _forget(written: _Written) -> None:
    cache = written.cache()
    if cache is not None:
        cache.forget(written)
