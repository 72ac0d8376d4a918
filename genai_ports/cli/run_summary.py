"""The summary of `genai-ports run`: what the program called, and which hosts it reached."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fake_server.log import LOG, LoggedRequest, logging_to
from fake_server.routes import is_control
from genai_ports.wire.routes import find_route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def counted_calls(*, shown: bool) -> Iterator[Counter[str]]:
    """Yield the counts of the calls within the block, by operation and response; notices go to stderr.

    Args:
        shown: whether a line for each call goes there too.
    """
    calls: Counter[str] = Counter()

    def count(record: logging.LogRecord) -> bool:
        request = record.msg
        if not isinstance(request, LoggedRequest):
            return True
        if is_control(request.path):
            return False
        calls[_call(request)] += 1
        return shown

    LOG.addFilter(count)
    try:
        with logging_to(sys.stderr, level=logging.DEBUG):
            yield calls
    finally:
        LOG.removeFilter(count)


def summary(seed: object, calls: Counter[str], hosts: Mapping[tuple[str, str], int]) -> str:
    """Return what happened, in lines.

    Args:
        seed: with which the same ids are generated again.
        calls: how many calls there were, by operation and response.
        hosts: how many connections there were through the proxy, by what became of them and by host.
    """
    return "\n".join(
        [
            f"genai-ports run: {_plural(calls.total(), 'call')}, seed {seed}",
            *(f"  {count:5} {call}" for call, count in sorted(calls.items())),
            *(f"  {host}: {_plural(count, 'connection')} {fate}" for (fate, host), count in sorted(hosts.items())),
        ]
    )


def _call(request: LoggedRequest) -> str:
    route = find_route(request.method, request.path)
    name = route.operation.name if route else f"{request.method} {request.path}"
    where = f" in {request.region}" if request.region else ""
    outcome = request.status or "no response"
    return f"{name}{where}: {outcome}{f' {request.rule}' if request.rule else ''}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
