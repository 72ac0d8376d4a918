"""A call that uses a base model which is deprecated gets a notice in a header of the response."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.value import replaced
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.testing import ready

REGION = "us-chicago-1"


def notices(since: datetime | None) -> list[str]:
    """Create a model and an endpoint from a base model that is deprecated since a time; return the notices."""
    genai = InMemoryModelRepository()
    cluster = ready.cluster(genai)
    base = next(
        genai.get_model(each.id)
        for each in genai.list_models(ready.COMPARTMENT, capability=["FINE_TUNE"], vendor="meta")
        if "CHAT" in each.capabilities
    )
    genai.simulator.world.offer(REGION, [replaced(base, time_deprecated=since)])
    tuned = genai.create_model(ready.model_details(genai, base_model_id=base.id))
    served = genai.create_endpoint(ready.endpoint_details(genai, model_id=base.id, dedicated_ai_cluster_id=cluster.id))
    notices = (each.response.model_deprecation_info for each in (tuned, served))
    return [notice.replace(str(base.display_name), "It") for notice in notices if notice]


@pytest.mark.parametrize("days", [-30, 0])
def test_a_base_model_is_deprecated_from_its_time_on(days: int) -> None:
    day = EPOCH + timedelta(days=days)
    assert notices(day) == [f"It is deprecated since {day:%Y-%m-%d}"] * 2


@pytest.mark.parametrize("later", [None, EPOCH + timedelta(seconds=1)])
def test_before_that_there_is_no_notice(later: datetime | None) -> None:
    assert notices(later) == []


def test_an_imported_model_is_never_deprecated() -> None:
    genai = InMemoryModelRepository()
    endpoint = ready.endpoint(genai, model_id=ready.imported_model(genai).id)
    assert endpoint.response.model_deprecation_info is None
