"""Published worlds: which URL leads to a world of this process, and for how long."""

from __future__ import annotations

import pytest

from genai_ports import ConfigurationError, InMemoryModelRepository, Simulator, connect
from genai_ports.backends.connected import connected
from genai_ports.backends.published import published


def test_the_url_of_a_world_leads_to_it() -> None:
    first, second = Simulator(region="fra"), Simulator(region="fra")
    with published(first) as url, published(second) as other:
        assert url != other
        for each, world in ((url, first), (other, second)):
            with connect(each) as genai:
                assert isinstance(genai, InMemoryModelRepository)
                assert genai.simulator is world


def test_it_is_connected_from_the_start() -> None:
    simulator = Simulator()
    assert simulator not in connected()
    with published(simulator):
        assert connected()[simulator] == ("a sandbox", simulator.clock.now())
        simulator.clock.advance(5)
        InMemoryModelRepository(simulator=simulator)
        assert connected()[simulator] == ("a sandbox", simulator.clock.start)


def test_a_world_whose_block_has_ended_is_refused_with_the_reason() -> None:
    with published(Simulator()) as url:
        pass
    with pytest.raises(ConfigurationError) as refused:
        connect(url)
    assert str(refused.value) == (
        f"there is no world '{url.removeprefix('world:')}' in this process: the test that it belongs to has ended, or "
        "runs in another process, which needs the URL of a server: start it with the variables of the fixture "
        "oci_cli_env"
    )
