"""The contract through the OCI SDK, over a fake server's socket."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from fake_server import FakeServer, Settings
from genai_ports import SdkModelRepository
from genai_ports.testing.contract import Contract, Harness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.testing.contract import OpenHarness


class TestSdkOverSocket(Contract):
    @pytest.fixture
    def open_harness(self) -> Iterator[OpenHarness]:
        with ExitStack() as opened:

            def open_one(*, region: str = "us-chicago-1", **settings: Any) -> Harness:
                server = opened.enter_context(FakeServer(settings=Settings(clock="virtual", region=region, **settings)))
                genai = SdkModelRepository(endpoint=server.url, region=region, clock=server.clock)
                return Harness(genai=opened.enter_context(genai), simulator=server.simulator)

            yield open_one
