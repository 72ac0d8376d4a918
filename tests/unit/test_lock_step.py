"""The state machine finds a backend with different results or a different world."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from genai_ports import CreateDedicatedAiClusterDetails, InMemoryModelRepository, Page, ResponseMetadata
from genai_ports.api.call import Reply
from genai_ports.api.value import replaced
from genai_ports.errors import NotFound, TooManyRequests
from genai_ports.testing.lock_step import BackendComparison, ComparedBackend, Difference, outcome
from genai_ports.testing.state_machine import LockStep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from genai_ports.api.call import Call

CLUSTER = CreateDedicatedAiClusterDetails(
    compartment_id="ocid1.compartment.oc1..a", type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
)
BRIEF = settings(max_examples=5, stateful_step_count=20, phases=[Phase.generate])


@contextmanager
def plain(pace: str) -> Iterator[ComparedBackend]:
    with InMemoryModelRepository(seed=7, pace=pace) as genai:
        yield ComparedBackend(genai, genai.simulator)


@contextmanager
def of_another_seed(pace: str) -> Iterator[ComparedBackend]:
    with InMemoryModelRepository(seed=8, pace=pace) as genai:
        yield ComparedBackend(genai, genai.simulator)


@contextmanager
def of_another_region(pace: str) -> Iterator[ComparedBackend]:
    with InMemoryModelRepository(seed=7, pace=pace, region="eu-frankfurt-1") as genai:
        yield ComparedBackend(genai, genai.simulator)


def without_etags(pace: str) -> AbstractContextManager[ComparedBackend]:
    return dropping_etags(pace, "")


def without_poll_etags(pace: str) -> AbstractContextManager[ComparedBackend]:
    return dropping_etags(pace, "get_work_request")


@contextmanager
def dropping_etags(pace: str, operation: str) -> Iterator[ComparedBackend]:
    """Drop the etag of every response, or of those of one operation."""
    with plain(pace) as compared:
        backend: Any = compared.repository._backend
        carry_out = backend.send

        def send(call: Call) -> Reply:
            reply: Reply = carry_out(call)
            if operation not in ("", call.operation.name):
                return reply
            response = replaced(reply.response, etag=None)
            value = replaced(reply.value, response=response) if reply.value is not None else None
            return Reply(value, response)

        backend.send = send
        yield compared


def test_equal_backends_pass() -> None:
    class Equal(LockStep):
        factories = (plain, plain)

    run_state_machine_as_test(Equal, settings=BRIEF)


@pytest.mark.parametrize("other", [of_another_seed, of_another_region, without_etags])
def test_a_backend_that_differs_is_found(other: Any) -> None:
    class Different(LockStep):
        factories = (plain, other)

    with pytest.raises(AssertionError, match="create_dedicated_ai_cluster: the first backend and another differ in"):
        run_state_machine_as_test(Different, settings=BRIEF)


def test_a_world_with_another_journal_is_found() -> None:
    with plain("instant") as one, plain("instant") as other:
        both = BackendComparison([one, other])
        both.call("list_models", "ocid1.compartment.oc1..a")
        both.compare_worlds()
        list(other.repository.list_models("ocid1.compartment.oc1..a"))
        with pytest.raises(AssertionError, match="journal: the first backend and another differ in"):
            both.compare_worlds()


def test_errors_are_compared_with_all_their_attributes() -> None:
    def failing(error: Exception) -> Any:
        def call() -> None:
            raise error

        return outcome(call)

    assert failing(NotFound("no")) == failing(NotFound("no"))
    assert failing(NotFound("no")) != failing(NotFound("no", request_id="a"))
    assert failing(TooManyRequests("no")) != failing(TooManyRequests("no", retry_after=1))
    assert failing(NotFound("no")) != failing(TooManyRequests("no", status=404, code="NotAuthorizedOrNotFound"))


class Pair(NamedTuple):
    left: Any = None
    right: Any = None


@pytest.mark.parametrize(
    ("first", "other", "path", "ours", "theirs"),
    [
        (1, 2, "", 1, 2),
        (1, "1", "", 1, "1"),
        (Pair(1, 2), Pair(1, 3), "right", 2, 3),
        (Pair(1), (1, None, 2), "", Pair(1), (1, None, 2)),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "['a']['b']", 1, 2),
        ([1, (2, 3)], [1, (2, 4)], "[1][1]", 3, 4),
        (ResponseMetadata(status=200), ResponseMetadata(status=200, etag="e"), "etag", None, "e"),
        (
            Page(items=(ResponseMetadata(status=200),)),
            Page(items=(ResponseMetadata(status=201),)),
            "items[0].status",
            200,
            201,
        ),
    ],
)
def test_a_difference_names_the_innermost_field_with_both_values(
    first: Any, other: Any, path: str, ours: Any, theirs: Any
) -> None:
    [found] = Difference("get_model", first, other).fields
    assert found == (path, ours, theirs)


def test_a_part_that_only_one_of_them_has_is_one_difference() -> None:
    with_item, without = Page(items=(1,)), Page(items=())
    assert str(Difference("list_models", with_item, without)) == (
        "list_models: the first backend and another differ in\n  items[0]: 1 and nothing"
    )
    assert str(Difference("list_models", without, with_item)).endswith("\n  items[0]: nothing and 1")


def test_fields_that_equality_ignores_are_no_difference() -> None:
    one = Page(items=(), next_page="a", response=ResponseMetadata(status=200, request_id="a"))
    other = Page(items=(), next_page="b", response=ResponseMetadata(status=200, request_id="b"))
    assert [field.path for field in Difference("list_models", one, other).fields] == ["next_page"]


def test_every_poll_of_a_wait_is_compared_with_its_response() -> None:
    with plain("realistic") as one, without_poll_etags("realistic") as other:
        both = BackendComparison([one, other])
        cluster = both.call("create_dedicated_ai_cluster", CLUSTER)
        with pytest.raises(Difference, match=r"wait_for_work_request.*\n.*\[0\]\.response\.etag"):
            both.wait(cluster.response.work_request_id, timeout=7200, interval=60)
