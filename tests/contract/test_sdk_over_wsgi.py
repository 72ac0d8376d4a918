"""The contract through the OCI SDK, over a WSGI app without a socket."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from fake_server import Settings, create_app
from genai_ports import SdkModelRepository
from genai_ports.tenancy import TENANCY
from genai_ports.testing.contract import Contract, Harness
from genai_ports.testing.wsgi_transport import WsgiTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.testing.contract import OpenHarness


class TestSdkOverWsgi(Contract):
    @pytest.fixture
    def open_harness(self) -> Iterator[OpenHarness]:
        with ExitStack() as opened:

            def open_one(*, region: str = "us-chicago-1", **settings: Any) -> Harness:
                app = create_app(Settings(clock="virtual", region=region, **settings))
                world = app.worlds.get(TENANCY)
                genai = SdkModelRepository(
                    endpoint="http://fake", region=region, transport=WsgiTransport(app), clock=world.clock
                )
                return Harness(genai=opened.enter_context(genai), simulator=world)

            yield open_one
