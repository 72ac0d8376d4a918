"""Hygiene: a test starts without the OCI configuration of its machine, and leaves nothing to the next one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from genai_ports.oci_profile import write_profile_files
from genai_ports.testing.isolation.environment import isolated_environment, recorded_variables
from genai_ports.testing.isolation.home import empty_home
from genai_ports.testing.isolation.network import only_loopback
from genai_ports.testing.isolation.sdk_state import kept_sdk_state, record_sdk_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from genai_ports.testing.isolation.network import Destination


class Hygiene:
    """What is known about an isolated test.

    Args:
        home: the directory that `~` leads to; empty at the start and removed at the end.
        refused_connections: the connections to other machines that were refused so far.
    """

    def __init__(self, home: Path, refused_connections: list[Destination]) -> None:
        self.home = home
        self.refused_connections = refused_connections

    def write_profile(self, region: str) -> Path:
        """Write a throw-away profile to `~/.oci/config`, where the OCI SDK and OCI's tools look for one.

        Args:
            region: the region's id.

        Returns:
            The path of the config file. Only the owner can read it and its key.
        """
        from genai_ports.throwaway import credentials  # noqa: PLC0415  # loads cryptography

        _, config_file = write_profile_files(self.home / ".oci", credentials(), region)
        return config_file


@contextmanager
def recorded_in(monkeypatch: Any) -> Iterator[None]:
    """Let pytest's `monkeypatch`, which may undo the patches of a test after its hygiene, leave all as before."""
    record_sdk_state(monkeypatch)
    with recorded_variables(monkeypatch):
        yield


@contextmanager
def oci_hygiene(test: str, allow_hosts: Sequence[str] = ()) -> Iterator[Hygiene]:
    """Isolate a test from the OCI configuration of its machine, from other machines, and from other tests.

    - The environment variables of OCI's tools and of proxies are removed, and so is `GENAI_PORTS_URL`.
    - `~` leads to an empty directory.
    - Connections to other machines are refused, in all threads.
    - The circuit breakers of the OCI SDK are closed.

    At the end everything is put back, whatever the test did to it. Blocks can be nested. Processes that the test starts
    have its environment, but can connect to any machine, and so can C libraries that do not use Python's `socket`.

    Args:
        test: its name, for messages.
        allow_hosts: names and addresses of other machines that can be reached; `*` and `?` are wildcards.

    Example:
        >>> from pathlib import Path
        >>> with oci_hygiene("test_settings") as hygiene:
        ...     Path("~/.oci/config").expanduser().exists(), hygiene.refused_connections
        (False, [])
    """
    with (
        empty_home() as home,
        isolated_environment(str(home)),
        only_loopback(test, allow_hosts) as refused,
        kept_sdk_state(),
    ):
        yield Hygiene(home, refused)
