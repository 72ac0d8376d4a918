"""Servers and clients whose traffic is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from places import PLACES

from fake_server import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from places import Place

SETTINGS = Settings(seed="recorded", region="eu-frankfurt-1", clock="virtual", pace="2s")


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """The fake service, over http and over https."""
    with PLACES[request.param](tmp_path, SETTINGS) as found:
        yield found


@pytest.fixture
def plain_place(tmp_path: Path) -> Iterator[Place]:
    """The fake service over http."""
    with PLACES["http"](tmp_path, SETTINGS) as found:
        yield found


@pytest.fixture
def secure_place(tmp_path: Path) -> Iterator[Place]:
    """The fake service over https."""
    with PLACES["https"](tmp_path, SETTINGS) as found:
        yield found
