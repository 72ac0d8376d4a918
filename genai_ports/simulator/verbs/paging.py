"""What the verbs that list share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.api.snapshot import Page
from genai_ports.simulator.answer import Answer
from genai_ports.simulator.lists.query import Lister, check_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.api.call import Call
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.work.operation import Work


def page_answer(items: tuple[Any, ...], token: str | None) -> Answer:
    """Put a page together."""
    return Answer(Page(items=items, next_page=token))


def list_rows(simulator: Simulator, call: Call, region: str, rows: Callable[[Work], tuple[Any, ...]]) -> Answer:
    """Cut a page out of the rows that a work request has, by their timestamps."""
    check_query(call.operation, call.query)  # type: ignore[arg-type]  # lists always have a query
    work = simulator.world.get_work(call.target or "", region).snapshot
    found, token = Lister(simulator.world.ids, call, region, simulator.modes).page_of(
        (row.timestamp, row) for row in rows(work)
    )
    return page_answer(found, token)
