"""All calls check their arguments before anything is sent, and a lost response does no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.display import display
from genai_ports.client.repository import Repository
from genai_ports.errors import ConnectionLost, InvalidInput, InvalidParameter, UnknownRegion
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing import ready
from genai_ports.testing.ready import COMPARTMENT, ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import Clock


class LossyBackend:
    """A simulated service that loses the first response of each verb."""

    def __init__(self) -> None:
        self.simulator = Simulator()
        self.clock: Clock = self.simulator.clock
        self.default_region = self.simulator.region
        self._lost: set[str] = set()

    def send(self, call: Call) -> Reply:
        reply = self.simulator.handle(call)
        if call.operation.verb not in self._lost:
            self._lost.add(call.operation.verb)
            raise ConnectionLost("the response was lost")
        return reply

    def new_retry_token(self) -> str:
        return self.simulator.retry_tokens.new()

    def close(self) -> None:
        """Nothing to close."""


def test_a_backend_or_a_policy_of_another_type_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"^backend must be an object with the methods of Backend, not 5$"):
        Repository(cast("Any", 5))
    with pytest.raises(InvalidInput, match=r"^retry must be a RetryPolicy, not 5$"):
        Repository(LossyBackend(), retry=cast("Any", 5))


def test_a_change_of_compartment_is_retried_safely_after_a_lost_response() -> None:
    genai = Repository(LossyBackend())
    made = genai.get_imported_model(genai.create_imported_model(ready.imported_model_details()).id)
    assert genai.change_imported_model_compartment(made.id, ELSEWHERE, if_match=made.etag).status == 204
    assert genai.get_imported_model(made.id).compartment_id == ELSEWHERE


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda genai: genai.get_model(None), "get_model takes the OCID of the model, not None"),
        (lambda genai: genai.delete_endpoint(None), "delete_endpoint takes the OCID of the endpoint, not None"),
        (
            lambda genai: genai.list_work_request_logs(None),
            "list_work_request_logs takes the OCID of the work request, not None",
        ),
        (lambda genai: genai.list_models(None), "list_models takes the OCID of a compartment or tenancy, not None"),
    ],
)
def test_a_missing_identifier_is_refused(call: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        call(InMemoryModelRepository())
    assert str(refused.value) == message


@pytest.mark.parametrize("text", ["a\nb", " a", "a ", "\x00", "é", "€", 5])
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("if_match", lambda genai, text: genai.delete_model("a", if_match=text)),
        ("retry_token", lambda genai, text: genai.change_model_compartment("a", COMPARTMENT, retry_token=text)),
        ("request_id", lambda genai, text: genai.get_model("a", request_id=text)),
        ("request_id", lambda genai, text: genai.list_models(COMPARTMENT, request_id=text)),
    ],
)
def test_text_that_no_header_can_hold_is_refused(name: str, call: Callable[[Any, Any], Any], text: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        call(InMemoryModelRepository(), text)
    assert (
        str(refused.value)
        == f"{name} must be printable ASCII text without leading or trailing space, not {display(text)}"
    )


@pytest.mark.parametrize("capability", [5, 0, False, 1.5, object(), [5], ["CHAT", None], [["CHAT"]], [{}], b"CHAT"])
@pytest.mark.parametrize("name", ["list_models", "list_imported_models"])
def test_a_capability_of_the_wrong_type_is_refused(name: str, capability: Any) -> None:
    with pytest.raises(InvalidInput, match="capability must be a string, not "):
        getattr(InMemoryModelRepository(), name)(COMPARTMENT, capability=capability)


@pytest.mark.parametrize("given", [5, 0, False, 1.5, b"5", (), ("5",), ["5", "6"], {}])
@pytest.mark.parametrize("option", ["vendor", "lifecycle_state", "display_name", "id", "sort_by", "sort_order", "page"])
def test_a_filter_of_the_wrong_type_is_refused(option: str, given: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        InMemoryModelRepository().list_models(COMPARTMENT, **{option: given})
    assert str(refused.value) == f"{option} must be a string, not {display(given)}"


def test_a_compartment_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(InvalidInput, match="compartment_id must be a string, not 5"):
        InMemoryModelRepository().list_models(cast("Any", 5))


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("10", "limit must be a whole number, not '10'"),
        (True, "limit must be a whole number, not True"),
        (2.5, "limit must be a whole number, not 2.5"),
        (2**63, "limit must be a whole number that fits in 64 bits, not a longer one"),
        (-(2**63), "limit must be a whole number that fits in 64 bits, not a longer one"),
        pytest.param(10**5000, "limit must be a whole number that fits in 64 bits, not a longer one", id="longer"),
    ],
)
def test_a_limit_of_the_wrong_type_is_refused(limit: Any, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        InMemoryModelRepository().list_models(COMPARTMENT, limit=limit)
    assert str(refused.value) == message


@pytest.mark.parametrize("limit", [2**63 - 1, 0, -1, 1 - 2**63])
def test_a_limit_that_can_be_sent_is_for_the_service_to_judge(limit: int) -> None:
    with pytest.raises(InvalidParameter, match="limit must be "):
        InMemoryModelRepository().list_models(COMPARTMENT, limit=limit).first()


@pytest.mark.parametrize(
    "call",
    [
        lambda genai, region: genai.list_models(COMPARTMENT, region=region),
        lambda genai, region: genai.get_model("a", region=region),
        lambda genai, region: genai.wait_for_work_request("a", region=region),
    ],
)
def test_a_region_of_the_wrong_type_is_unknown(call: Callable[[Any, Any], Any]) -> None:
    with pytest.raises(UnknownRegion, match="there is no region 5: use an id such as us-chicago-1"):
        call(InMemoryModelRepository(), 5)


def test_an_empty_capability_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="capability must be one of"):
        InMemoryModelRepository().list_models(COMPARTMENT, capability="").first()


@pytest.mark.parametrize("token", ["a b", "x" * 65, ""])
def test_a_malformed_retry_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidParameter, match="opc-retry-token must be 1 to 64 printable ASCII characters") as refused:
        InMemoryModelRepository().create_imported_model(ready.imported_model_details(), retry_token=token)
    assert refused.value.rule == "header-value"
