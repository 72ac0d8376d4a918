"""Published worlds: simulated worlds of this process that `connect` finds by URL."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

from genai_ports.api.display import named
from genai_ports.backends.connected import add_connected
from genai_ports.backends.memory import InMemoryModelRepository
from genai_ports.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.simulator.simulator import Simulator

SCHEME: Final = "world"

_WORLDS: Final[dict[str, Simulator]] = {}
_NUMBERS: Final = count(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WORLDS.clear)  # what a forked process does to its copy, no test sees


@contextmanager
def published(simulator: Simulator) -> Iterator[str]:
    """Let `connect` find a world, in this process and as long as the block lasts.

    Yields:
        The URL, such as `world:1`.

    Example:
        >>> from genai_ports import Simulator, connect
        >>> with published(Simulator(region="fra")) as url, connect(url) as genai:
        ...     genai.default_region
        'eu-frankfurt-1'
    """
    name = str(next(_NUMBERS))
    _WORLDS[name] = simulator
    add_connected(simulator, "a sandbox")
    try:
        yield f"{SCHEME}:{name}"
    finally:
        _WORLDS.pop(name, None)


def connect_published(name: str) -> InMemoryModelRepository:
    """Connect to a published world.

    Raises:
        ConfigurationError: there is none with this name.
    """
    simulator = _WORLDS.get(name)
    if simulator is None:
        raise ConfigurationError(
            f"there is no world {named(name)} in this process: the test that it belongs to has ended, or runs in "
            "another process, which needs the URL of a server: start it with the variables of the fixture oci_cli_env"
        )
    return InMemoryModelRepository(simulator=simulator)
