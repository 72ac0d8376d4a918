"""The file of a snapshot: what is written is read, with long lists in pieces; what is damaged is noticed."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_server.state import snapshot_file
from fake_server.state.snapshot_file import DAMAGED, Long, SavedWorld, read_worlds, write_worlds

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LISTS = st.lists(st.integers(), max_size=7)
JSON = st.dictionaries(st.sampled_from("abc"), st.one_of(LISTS, st.text(), st.dictionaries(st.text(), LISTS)))


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(snapshot_file, "_PIECE", 3)


def written(worlds: list[dict[str, Any]]) -> bytes:
    file = BytesIO()
    write_worlds(file, [SavedWorld(f"tenancy {number}", NOW, data) for number, data in enumerate(worlds)])
    return file.getvalue()


def read(content: bytes) -> list[SavedWorld]:
    return [world._replace(data=whole(world.data)) for world in read_worlds(BytesIO(content))]


def whole(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: whole(part) for name, part in data.items()}
    return list(data) if isinstance(data, Long) else data


@given(st.lists(st.tuples(JSON, LISTS, LISTS), max_size=3))
def test_what_is_written_is_read(parts):
    expected = [{**data, "long": {"one": one, "other": other}} for data, one, other in parts]
    worlds = [{**data, "long": {"one": Long(one), "other": Long(other)}} for data, one, other in parts]
    assert read(written(worlds)) == [SavedWorld(f"tenancy {number}", NOW, data) for number, data in enumerate(expected)]


CONTENT = written([{"before": 1, "long": Long(range(20))}, {"long": Long(range(5))}])


@pytest.mark.parametrize("end", range(1, len(CONTENT)))
def test_a_file_that_ends_early_is_noticed(end):
    with pytest.raises(DAMAGED):
        read(CONTENT[:end])


LINES = gzip.decompress(written([{"long": Long(range(20))}])).splitlines(keepends=True)


@pytest.mark.parametrize("number", range(1, len(LINES)))
@pytest.mark.parametrize("line", [b"", b"nothing\n", b'["another", [1]]\n', b"5\n", b"[1,2,3]\n", b'["long", 5]\n'])
@pytest.mark.parametrize("ends", [True, False])
def test_a_line_that_is_no_piece_of_the_list_is_noticed(number, line, ends):
    rest = [] if ends or not line else LINES[number + 1 :]
    with pytest.raises(DAMAGED):
        read(gzip.compress(b"".join([*LINES[:number], line, *rest])))


def test_lists_must_be_read_in_their_order():
    world = next(read_worlds(BytesIO(written([{"one": Long([1]), "other": Long([2])}]))))
    with pytest.raises(DAMAGED):
        list(world.data["other"])


def test_a_file_is_compressed():
    assert len(written([{"text": "x" * 10_000}])) < 1000
