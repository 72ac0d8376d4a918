"""The summary of `genai-ports run`: what the program called, and which hosts it reached."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from genai_ports.simulator.state.journal import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.state.journal import Entry


def summary(seed: object, worlds: Iterable[Simulator], hosts: Mapping[tuple[str, str], int]) -> str:
    """Return what happened, in lines: the calls by operation and response, and the connections by host.

    Args:
        seed: with which the same ids are generated again.
        worlds: the worlds of the server.
        hosts: how many connections there were through the proxy, by what became of them and by host.
    """
    journals = [world.journal.entries for world in worlds]
    calls = Counter(_call(entry) for journal in journals for entry in journal)
    more = f" (of each tenancy, the last {KEPT})" if any(len(journal) >= KEPT for journal in journals) else ""
    return "\n".join(
        [
            f"genai-ports run: {_plural(calls.total(), 'call')}{more}, seed {seed}",
            *(f"  {count:5} {call}" for call, count in sorted(calls.items())),
            *(f"  {host}: {_plural(count, 'connection')} {fate}" for (fate, host), count in sorted(hosts.items())),
        ]
    )


def _call(entry: Entry) -> str:
    outcome = "no response" if entry.status is None else f"{entry.status} {entry.code or ''}".strip()
    return f"{entry.operation} in {entry.region}: {outcome}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
