"""Sizes: the limits of the server are those that the documents state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_server import json_cache, limits, settings

if TYPE_CHECKING:
    from werkzeug.test import Client


@pytest.mark.parametrize(("size", "status"), [(1_048_576, 400), (1_048_577, 413)])
def test_a_body_has_up_to_1_mib(http: Client, size: int, status: int) -> None:
    assert http.post("/20231130/importedModels", data=b" " * size).status_code == status


def test_a_snapshot_has_up_to_64_mib() -> None:
    assert settings.MAX_SNAPSHOT_BYTES == 67_108_864


def test_what_a_server_holds_has_the_documented_bounds() -> None:
    assert json_cache.MOST_BYTES == 16_777_216
    assert limits.MOST_INCOMPLETE == 33_554_432
    assert limits.SMALL_REQUEST == 32_768
    assert (limits.HEAD_SECONDS, limits.BODY_SECONDS, limits.IDLE_SECONDS) == (30, 60, 120)
    assert (limits.MOST_UNSENT, limits.MOST_WHOLE, limits.MOST_WHOLE_CONTROL) == (262_144, 1_048_576, 65_536)
    assert settings.Settings().max_tenancies == 1000
