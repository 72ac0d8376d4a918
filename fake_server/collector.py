"""Python's garbage collector while the command serves."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEVER: Final = 2**31 - 1


@contextmanager
def no_full_collections() -> Iterator[None]:
    """Make the collector look only at new objects.

    A full collection walks over all worlds: 0.4 s for 50,000 resources, while no request is served. It finds nothing,
    because no request, connection or world leaves a reference cycle; `tests/server/test_garbage.py` tests that. Cycles
    from elsewhere, such as an indented response, are freed while they are new.
    """
    before = gc.get_threshold()
    gc.set_threshold(*before[:2], _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
