"""List: a page of resources, or of work requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.simulator.lists.query import Lister, check_query
from genai_ports.simulator.verbs.paging import page_answer
from genai_ports.simulator.work.work_request_view import work_request_summary

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.answer import Answer
    from genai_ports.simulator.simulator import Simulator


def carry_out(simulator: Simulator, call: Call, region: str) -> Answer:
    """Cut out the page that is asked for."""
    check_query(call.operation, call.query)  # type: ignore[arg-type]  # lists always have a query
    lister = Lister(simulator.world.ids, call, region, simulator.modes)
    compartment: str = call.query.compartment_id  # type: ignore[union-attr, assignment]  # checked just above
    if call.operation.kind is WORK_REQUEST:
        works, token = lister.page(simulator.world.works.partition(region, compartment).index(lister.sort_key))
        now = simulator.clock.now()
        return page_answer(tuple([work_request_summary(work, now) for work in works]), token)
    table = simulator.world.tables[call.operation.kind.name]
    return page_answer(*lister.page(table.partition(region, compartment).index(lister.sort_key)))
