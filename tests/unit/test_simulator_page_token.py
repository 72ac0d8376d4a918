"""A page token is read where it was written, for the same list, and nowhere else."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.errors import InvalidParameter
from genai_ports.simulator.lists.page_token import read_token, write_token
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.ids import IdFactory
from genai_ports.testing.ready import COMPARTMENT

if TYPE_CHECKING:
    from genai_ports.simulator.state.record import Position

IDS = IdFactory(7)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= ."
POSITIONS = [(EPOCH, 1), (EPOCH + timedelta(milliseconds=1), -3), ("a name", 22), ('"ä\ud800]', 333), ("", 4444)]


def is_time(position: tuple[Any, int]) -> bool:
    return not isinstance(position[0], str)


@pytest.mark.parametrize("position", POSITIONS)
def test_what_was_written_is_read(position: tuple[Any, int]) -> None:
    token = write_token(IDS, "list", position)
    assert read_token(IDS, "list", token, as_time=is_time(position)) == (position, 0)


@pytest.mark.parametrize("position", [None, *POSITIONS])
@pytest.mark.parametrize("empty", [1, 2, 10**6])
def test_a_token_remembers_how_many_empty_pages_came_before(position: Position | None, empty: int) -> None:
    token = write_token(IDS, "list", position, after_empty=empty)
    assert read_token(IDS, "list", token, as_time=position is None or is_time(position)) == (position, empty)


@pytest.mark.parametrize(
    ("modes", "counts"),
    [(["endless-list"], [1, 2, 3]), (["empty-pages"], [1]), (["empty-pages", "endless-list"], [1, 2, 3])],
    ids=str,
)
def test_the_token_after_an_empty_page_holds_the_number_of_them(modes: list[str], counts: list[int]) -> None:
    pages = InMemoryModelRepository(modes=modes).list_imported_models(COMPARTMENT).pages()
    tokens = [page.next_page or "" for _, page in zip(counts, pages, strict=False)]
    payloads = [base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[12:] for token in tokens]
    assert [json.loads(payload) for payload in payloads] == [[None, None, count] for count in counts]


@pytest.mark.parametrize("position", POSITIONS)
def test_a_token_needs_no_escaping_in_a_query(position: tuple[Any, int]) -> None:
    assert set(write_token(IDS, "list", position)) <= set(ALPHABET[:64])


@pytest.mark.parametrize(("ids", "scope"), [(IDS, "another"), (IdFactory(8), "list")], ids=["list", "seed"])
def test_a_token_is_for_one_list_of_one_seed(ids: IdFactory, scope: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read_token(ids, scope, write_token(IDS, "list", POSITIONS[0]), as_time=True)
    assert refused.value.rule == "page-token"


@pytest.mark.parametrize("position", POSITIONS)
def test_a_token_in_which_one_character_is_another_is_none(position: tuple[Any, int]) -> None:
    token = write_token(IDS, "list", position)
    for at, character in enumerate(token):
        for other in ALPHABET.replace(character, ""):
            with pytest.raises(InvalidParameter):
                read_token(IDS, "list", token[:at] + other + token[at + 1 :], as_time=is_time(position))


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("ending", ["=", "==", "A", "\n", " "])
def test_a_token_with_something_behind_it_is_none(position: tuple[Any, int], ending: str) -> None:
    with pytest.raises(InvalidParameter):
        read_token(IDS, "list", write_token(IDS, "list", position) + ending, as_time=is_time(position))


@pytest.mark.parametrize(
    "text",
    ["", "=", "a", "a=", "====", "ä", "\ud800", "a b", base64.b64encode(b"x" * 12 + b'["a", 1]').decode(), "A" * 16],
)
def test_other_text_is_no_token(text: str) -> None:
    with pytest.raises(InvalidParameter, match="page is not a valid token for this list"):
        read_token(IDS, "list", text, as_time=False)
