"""The state machine finds a backend that differs from another, be it in what it brings or in what it remembers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from genai_ports import InMemoryModelRepository
from genai_ports.api.call import Reply
from genai_ports.api.value import replaced
from genai_ports.errors import NotFound, TooManyRequests
from genai_ports.testing.lock_step import Contender, Contenders, outcome
from genai_ports.testing.state_machine import LockStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.call import Call

BRIEF = settings(max_examples=5, stateful_step_count=20, phases=[Phase.generate])


@contextmanager
def honest(pace: str) -> Iterator[Contender]:
    with InMemoryModelRepository(seed=7, pace=pace) as genai:
        yield Contender(genai, genai.simulator)


@contextmanager
def of_another_seed(pace: str) -> Iterator[Contender]:
    with InMemoryModelRepository(seed=8, pace=pace) as genai:
        yield Contender(genai, genai.simulator)


@contextmanager
def of_another_region(pace: str) -> Iterator[Contender]:
    with InMemoryModelRepository(seed=7, pace=pace, region="eu-frankfurt-1") as genai:
        yield Contender(genai, genai.simulator)


@contextmanager
def without_etags(pace: str) -> Iterator[Contender]:
    with honest(pace) as contender:
        backend: Any = contender.repository._backend
        carry_out = backend.send

        def send(call: Call) -> Reply:
            reply = carry_out(call)
            response = replaced(reply.response, etag=None)
            value = replaced(reply.value, response=response) if reply.value is not None else None
            return Reply(value, response)

        backend.send = send
        yield contender


def test_backends_that_are_alike_pass() -> None:
    class Alike(LockStep):
        factories = (honest, honest)

    run_state_machine_as_test(Alike, settings=BRIEF)


@pytest.mark.parametrize("other", [of_another_seed, of_another_region, without_etags])
def test_a_backend_that_differs_is_found(other: Any) -> None:
    class Unlike(LockStep):
        factories = (honest, other)

    with pytest.raises(AssertionError, match="create_dedicated_ai_cluster: the first backend has"):
        run_state_machine_as_test(Unlike, settings=BRIEF)


def test_a_world_that_remembers_something_else_is_found() -> None:
    with honest("instant") as one, honest("instant") as other:
        both = Contenders([one, other])
        both.call("list_models", "ocid1.compartment.oc1..a")
        both.compare_worlds()
        list(other.repository.list_models("ocid1.compartment.oc1..a"))
        with pytest.raises(AssertionError, match="journal: the first backend has"):
            both.compare_worlds()


def test_an_error_is_compared_down_to_its_last_fact() -> None:
    def failing(error: Exception) -> Any:
        def call() -> None:
            raise error

        return outcome(call)

    assert failing(NotFound("no")) == failing(NotFound("no"))
    assert failing(NotFound("no")) != failing(NotFound("no", request_id="a"))
    assert failing(TooManyRequests("no")) != failing(TooManyRequests("no", retry_after=1))
    assert failing(NotFound("no")) != failing(TooManyRequests("no", status=404, code="NotAuthorizedOrNotFound"))
