"""Retry tokens have a form, are valid for a day, and are dropped in steps after it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.call import Call
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidatedRetryToken, InvalidParameter
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.retry_tokens import RetryTokens
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.simulator.outcome import Outcome

CREATE = OPERATIONS["create_imported_model"]
DAY = timedelta(days=1)


def call(token: Any) -> Call:
    """Return a create with a retry token."""
    return Call(CREATE, details=ready.imported_model_details(), retry_token=token)


def keeping(count: int) -> tuple[RetryTokens, Outcome]:
    """Return the tokens 0, 1, 2..., all of the same time, and the outcome of their requests."""
    genai = InMemoryModelRepository()
    genai.create_imported_model(ready.imported_model_details(), retry_token="t")
    tokens = RetryTokens()
    outcome = genai.simulator.world.retry_tokens.find(EPOCH, RetryTokens.key("us-chicago-1", call("t")), call("t"))
    assert outcome
    for number in range(count):
        tokens.remember(EPOCH, RetryTokens.key("us-chicago-1", call(str(number))), call(str(number)), outcome)
    return tokens, outcome


@pytest.mark.parametrize("token", ["!", "~", "x" * 64])
def test_a_token_is_of_printable_characters(token: str) -> None:
    key = RetryTokens.key("us-chicago-1", call(token))
    assert key
    assert token not in key


@pytest.mark.parametrize("token", ["", " ", "\x7f", "a b", "x" * 65, "ä", 5, b"a"])
def test_other_tokens_are_refused(token: Any) -> None:
    with pytest.raises(InvalidParameter, match="opc-retry-token must be 1 to 64 printable ASCII characters without"):
        RetryTokens.key("us-chicago-1", call(token))


def test_a_call_without_a_token_has_no_key_and_is_not_kept() -> None:
    tokens, outcome = keeping(0)
    assert RetryTokens.key("us-chicago-1", call(None)) is None
    tokens.remember(EPOCH, None, call(None), outcome)
    assert (len(tokens), tokens.find(EPOCH, None, call(None))) == (0, None)


def test_a_token_is_valid_for_a_day() -> None:
    tokens, outcome = keeping(1)
    key = RetryTokens.key("us-chicago-1", call("0"))
    late = EPOCH + DAY - timedelta(milliseconds=1)
    assert tokens.find(late, key, call("0")) == outcome
    with pytest.raises(InvalidatedRetryToken):
        tokens.find(late, key, call("0")._replace(details=ready.imported_model_details(version="2")))
    assert tokens.find(EPOCH + DAY, key, call("0")) is None
    assert len(tokens) == 0


def test_a_call_drops_500_old_tokens_and_does_not_find_the_others() -> None:
    tokens, _ = keeping(600)
    new = RetryTokens.key("us-chicago-1", call("new"))
    assert tokens.find(EPOCH + DAY, new, call("new")) is None
    assert len(tokens) == 100
    last = RetryTokens.key("us-chicago-1", call("599"))
    assert tokens.find(EPOCH + DAY, last, call("599")) is None
    assert len(tokens) == 0


def test_a_token_that_is_used_again_after_a_day_stays_for_another_day() -> None:
    tokens, outcome = keeping(502)
    again = RetryTokens.key("us-chicago-1", call("500"))
    assert tokens.find(EPOCH + DAY, again, call("500")) is None
    tokens.remember(EPOCH + DAY, again, call("500"), outcome)
    times = [item["at"] for item in tokens.to_data(list)["used"]]
    assert times == [EPOCH.isoformat(), (EPOCH + DAY).isoformat()]
    assert tokens.find(EPOCH + DAY, again, call("500")) == outcome
    assert len(tokens) == 1


def test_an_old_token_is_dropped_while_a_newer_one_stays() -> None:
    tokens, outcome = keeping(1)
    newer, other = (RetryTokens.key("us-chicago-1", call(name)) for name in ("newer", "other"))
    tokens.remember(EPOCH + timedelta(hours=1), newer, call("newer"), outcome)
    assert tokens.find(EPOCH + DAY, other, call("other")) is None
    assert len(tokens) == 1
    assert tokens.find(EPOCH + DAY, newer, call("newer")) == outcome


def test_tokens_are_restored_with_their_requests_and_outcomes() -> None:
    genai = InMemoryModelRepository()
    made = genai.create_imported_model(ready.imported_model_details(), retry_token="a")
    genai.change_imported_model_compartment(made.id, ready.ELSEWHERE, retry_token="b")
    data = genai.simulator.world.retry_tokens.to_data(list)
    restored = RetryTokens.from_data(json.loads(json.dumps(data)))
    assert len(restored) == 2
    assert restored.to_data(list) == data
    outcome = restored.find(EPOCH, RetryTokens.key("us-chicago-1", call("a")), call("a"))
    assert outcome
    assert outcome.value.id == made.id


def test_new_tokens_are_counted() -> None:
    tokens = RetryTokens()
    assert [tokens.new(), tokens.new()] == ["genai-ports-1", "genai-ports-2"]
    restored = RetryTokens.from_data(tokens.to_data(list))
    assert restored.new() == "genai-ports-3"
