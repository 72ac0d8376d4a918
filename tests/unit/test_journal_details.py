"""The journal of a world with the setting `details` keeps what each call sent, and finds one call by its facts."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import (
    Fault,
    InMemoryModelRepository,
    LoraTrainingConfig,
    Simulator,
    UpdateImportedModelDetails,
    WorldSettings,
    builders,
    connect,
)
from genai_ports.api.call import Call, ListQuery
from genai_ports.api.frozen import FrozenDict
from genai_ports.api.imported_model import CreateImportedModelDetails, HuggingFaceModel
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.variant import UnknownVariant
from genai_ports.client.retry import NEVER
from genai_ports.errors import ConfigurationError, GenAiError, InvalidInput, NotExactlyOne, NotFound, ServiceError
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.state.journal import Journal
from genai_ports.simulator.state.sent import NOT_KEPT, Sent, sent_by
from genai_ports.testing import Sandbox, ready

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567"


@pytest.fixture
def genai() -> InMemoryModelRepository:
    return InMemoryModelRepository(details=True, retry=NEVER)


def sent_details(details: Any) -> Any:
    """Return what the journal keeps of the body of an import, whatever becomes of it."""
    simulator = Simulator(details=True)
    with suppress(ServiceError):
        simulator.handle(Call(OPERATIONS["create_imported_model"], details=details))
    return simulator.journal.one().details


def test_the_details_of_a_call_read_as_they_were_sent(genai: InMemoryModelRepository) -> None:
    config = LoraTrainingConfig(lora_r=8, total_training_epochs=3)
    cluster = ready.cluster(genai, type="FINE_TUNING")
    details = ready.model_details(genai, fine_tune_details=ready.fine_tuning(cluster.id, config))
    genai.create_model(details)
    call = genai.simulator.journal.one(operation="create_model")
    assert call.details.fine_tune_details.training_config.lora_r == 8
    assert call.details == details


def test_the_other_parts_of_a_call_are_kept(genai: InMemoryModelRepository) -> None:
    model = genai.create_imported_model(ready.imported_model_details(), retry_token="once")
    model = genai.get_imported_model(model.id)
    genai.update_imported_model(model.id, UpdateImportedModelDetails(description="b"), if_match=model.response.etag)
    list(genai.list_imported_models(ready.COMPARTMENT, display_name="mine", limit=7))
    journal = genai.simulator.journal
    created, _, updated, listed = journal
    assert (created.retry_token, created.if_match, created.user_agent, created.query) == ("once", None, None, None)
    assert (updated.if_match, updated.details.description) == (model.response.etag, "b")
    assert isinstance(listed.query, ListQuery)
    assert (listed.query.limit, listed.query.filters, listed.details) == (7, {"display_name": "mine"}, None)


def test_nothing_is_kept_without_the_setting_and_reading_it_says_what_to_do() -> None:
    genai = InMemoryModelRepository()
    genai.create_imported_model(ready.imported_model_details())
    call = genai.simulator.journal.one()
    assert call.sent is None
    for name in ("details", "query", "if_match", "retry_token", "user_agent"):
        with pytest.raises(ConfigurationError, match="create_imported_model sent: make the world with details=True"):
            getattr(call, name)


def test_a_sandbox_keeps_details_unless_they_are_off() -> None:
    with Sandbox() as sandbox:
        sandbox.genai.create_imported_model(ready.imported_model_details(display_name="a"))
        assert sandbox.genai_simulator.journal.one().details.display_name == "a"
    with Sandbox(details=False) as sandbox:
        sandbox.genai.create_imported_model(ready.imported_model_details())
        assert sandbox.genai_simulator.journal.one().sent is None


@pytest.mark.parametrize(
    ("plan", "outcome"),
    [
        (Fault(status=429), 429),
        (Fault(status=503, committed=True), 503),
        (Fault(damage="reset"), None),
        (Fault(damage="cut"), 201),
        (Fault(latency=3), 201),
    ],
    ids=repr,
)
def test_a_call_with_a_fault_is_kept_too(plan: Fault, outcome: int | None) -> None:
    simulator = Simulator(details=True)
    simulator.faults.add(plan)
    with pytest.raises((ServiceError, DisruptedResponse)):
        simulator.handle(Call(OPERATIONS["create_imported_model"], details=ready.imported_model_details()))
    call = simulator.journal.one()
    assert call.details == ready.imported_model_details()
    assert call.fault
    assert outcome in (call.status, 503)


def test_a_refused_call_is_kept_too(genai: InMemoryModelRepository) -> None:
    with pytest.raises(GenAiError):
        genai.create_imported_model(ready.imported_model_details(compartment_id="nowhere"))
    assert genai.simulator.journal.one().details.compartment_id == "nowhere"


def test_of_a_body_that_nests_too_deep_nothing_is_kept() -> None:
    deep: Any = {}
    deep["again"] = deep
    assert sent_details(ready.imported_model_details(freeform_tags=deep)) is None


def test_a_request_that_is_not_a_call_keeps_what_its_reader_read() -> None:
    simulator = Simulator(details=True)
    simulator.refuse(NotFound("no"), "/nowhere", sent=Sent(user_agent="curl/8"))
    simulator.refuse(NotFound("no"), "/elsewhere")
    assert [entry.sent for entry in simulator.journal] == [Sent(user_agent="curl/8"), Sent()]
    quiet = Simulator()
    quiet.refuse(NotFound("no"), "/nowhere", sent=Sent(user_agent="curl/8"))
    assert quiet.journal.one().sent is None


def test_what_the_schema_marks_as_secret_is_replaced_whatever_form_it_has() -> None:
    for token in ("short", SECRET, [SECRET], {"a": SECRET}, b"bytes", 5):
        source = HuggingFaceModel(model_id="acme/gated", access_token=token)  # type: ignore[arg-type]
        kept = sent_details(ready.imported_model_details(data_source=source))
        assert kept.data_source == HuggingFaceModel(model_id="acme/gated", access_token="(a secret)")
    kept = sent_details(ready.imported_model_details(data_source=builders.hugging_face_data_source(model_id="a/b")))
    assert kept.data_source.access_token is None


def test_of_an_unknown_variant_only_the_names_are_kept() -> None:
    source = UnknownVariant(document=FrozenDict({"sourceType": "GIT", "password": "hunter2", SECRET: 1}))
    kept = sent_details(ready.imported_model_details(data_source=source)).data_source
    assert kept.document == {
        "sourceType": NOT_KEPT,
        "property 2 (8 characters)": NOT_KEPT,
        "property 3 (37 characters)": NOT_KEPT,
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"display_name": {"accessToken": "short"}}, NOT_KEPT),
        ({"display_name": ["short"]}, NOT_KEPT),
        ({"display_name": b"short"}, NOT_KEPT),
        ({"display_name": object()}, NOT_KEPT),
        ({"display_name": 10**5000}, NOT_KEPT),
        ({"display_name": float("nan")}, NOT_KEPT),
        ({"display_name": True}, True),
        ({"display_name": 7}, 7),
        ({"display_name": 2**63 - 1}, 2**63 - 1),
        ({"display_name": 2**63}, NOT_KEPT),
        ({"display_name": -(2**63)}, NOT_KEPT),
        ({"display_name": "x" * 4000}, "x" * 4000),
        ({"display_name": "x" * 4001}, "(not kept: 4001 characters)"),
        ({"capabilities": ["CHAT", SECRET]}, ("CHAT", "(a secret)")),
        ({"display_name": f"see {SECRET}"}, "see (a secret)"),
        ({"data_source": {"modelId": "a", "accessToken": "short"}}, NOT_KEPT),
        ({"freeform_tags": {"team": "a", "apiKey": "short"}}, {"team": "a", "apiKey": "(a secret)"}),
        ({"defined_tags": {"a": {"b": [1, None, SECRET]}}}, {"a": {"b": (1, None, "(a secret)")}}),
    ],
    ids=lambda item: str(type(item)),
)
def test_what_has_another_type_is_not_kept_and_free_text_is_masked(given: dict[str, Any], kept: Any) -> None:
    [name] = given
    details = CreateImportedModelDetails(**{"compartment_id": "a", "data_source": None, **given})
    assert getattr(sent_details(details), name) == kept


def test_of_a_body_that_is_not_of_the_class_of_the_operation_nothing_is_kept() -> None:
    for details in ({"compartmentId": "a"}, UpdateImportedModelDetails(description="a")):
        assert sent_by(Call(OPERATIONS["create_imported_model"], details=details)).details is None


@pytest.mark.parametrize("header", ["if_match", "retry_token", "user_agent"])
def test_of_a_header_that_is_longer_than_255_characters_only_the_length_is_kept(header: str) -> None:
    call = OPERATIONS["create_imported_model"]
    assert getattr(sent_by(Call(call, **{header: "x" * 255})), header) == "x" * 255
    assert getattr(sent_by(Call(call, **{header: "x" * 256})), header) == "(not kept: 256 characters)"


def test_one_call_keeps_2000_values() -> None:
    tags = {"a": {"b": [0] * 3000, "c": 1}}
    kept = sent_details(ready.imported_model_details(data_source=None, defined_tags=tags))
    assert kept.defined_tags == {"a": {"b": (0,) * 1997, NOT_KEPT: NOT_KEPT}}  # besides: the compartment, a, and b


def test_what_one_call_keeps_is_bounded() -> None:
    tags = {str(n): {str(m): "x" for m in range(100)} for n in range(100)}
    kept = sent_details(ready.imported_model_details(defined_tags=tags)).defined_tags
    assert sum(len(inner) if isinstance(inner, dict) else 1 for inner in kept.values()) < 3000


def test_what_was_sent_cannot_change_afterwards() -> None:
    tags = {"a": "b"}
    simulator = Simulator(details=True)
    simulator.handle(
        Call(OPERATIONS["create_imported_model"], details=ready.imported_model_details(freeform_tags=tags))
    )
    tags.clear()
    assert simulator.journal.one().details.freeform_tags == {"a": "b"}


def test_a_snapshot_holds_the_setting_and_not_what_was_sent(genai: InMemoryModelRepository) -> None:
    genai.create_imported_model(ready.imported_model_details(display_name="was-sent-only", description="old"))
    data = genai.simulator.snapshot()
    restored = Simulator.restore(data)
    assert restored.snapshot() == data
    assert restored.settings.details
    assert restored.journal.one().sent is None


@pytest.mark.parametrize("details", ["yes", 1, None])
def test_the_setting_is_a_flag(details: Any) -> None:
    with pytest.raises(InvalidInput, match="details must be True or False"):
        WorldSettings(details=details)


def test_the_setting_in_a_url_is_yes_or_no() -> None:
    with connect("memory://?details=yes") as genai, pytest.raises(NotFound):
        genai.get_model("ocid1.x")
    assert WorldSettings.from_text({"details": "no"}) == WorldSettings()
    with pytest.raises(InvalidInput, match="details must be yes or no, not 'maybe'"):
        connect("memory://?details=maybe")


def busy() -> Journal:
    genai = InMemoryModelRepository(retry=NEVER)
    ready.imported_model(genai)
    for region in ("us-chicago-1", "eu-frankfurt-1"):
        with pytest.raises(NotFound):
            genai.get_model("ocid1.generativeaimodel.oc1.phx.unknown", region=region)
    return genai.simulator.journal


def test_a_query_selects_by_region_rule_and_code() -> None:
    journal = busy()
    assert [entry.region for entry in journal.query(region="fra")] == ["eu-frankfurt-1"]
    assert len(journal.query(rule="not-found")) == 2
    assert len(journal.query(code="NotAuthorizedOrNotFound", region="us-chicago-1")) == 1
    assert journal.query(rule="incorrect-state") == ()


@pytest.mark.parametrize("read", [Journal.query, Journal.one])
def test_a_misspelled_operation_is_refused_with_a_suggestion(read: Callable[..., Any]) -> None:
    with pytest.raises(InvalidInput, match="operation 'create_modle' does not exist; did you mean create_model"):
        read(busy(), operation="create_modle")
    assert busy().query(operation="/nowhere") == ()


def test_one_call_is_exactly_one() -> None:
    journal = busy()
    assert journal.one(operation="create_imported_model").status == 201
    with pytest.raises(NotExactlyOne) as several:
        journal.one(operation="get_model")
    assert str(several.value).splitlines() == [
        "expected one call with operation='get_model', and there are 2; the calls that match:",
        "  00:00:00 get_model ocid1.generativeaimodel.oc1.phx.unknown: 404 not-found",
        "  00:00:00 get_model ocid1.generativeaimodel.oc1.phx.unknown: 404 not-found",
    ]
    with pytest.raises(NotExactlyOne) as none:
        journal.one(operation="delete_model")
    assert "expected one call with operation='delete_model', and there is none; the calls:" in str(none.value)
    assert "create_imported_model …" in str(none.value)
    with pytest.raises(NotExactlyOne, match="expected one call, and there is none; the journal has no calls"):
        Journal().one()


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        *(({name: 5}, f"{name} must be a string, not 5") for name in ("operation", "resource", "region", "rule")),
        *(({name: 5}, f"{name} must be a string, not 5") for name in ("code", "after")),
        ({"status": "404"}, "status must be a number, not '404'"),
        ({"region": "nowhere"}, "there is no region 'nowhere': use an id such as us-chicago-1 or a code such as ord"),
    ],
)
def test_a_wrong_filter_is_refused(filters: dict[str, Any], message: str) -> None:
    for read in (Journal().query, Journal().one):
        with pytest.raises(InvalidInput, match=message):
            read(**filters)


def test_calls_are_counted_by_operation() -> None:
    assert busy().operations() == {
        "create_imported_model": 1,
        "get_imported_model": 1,
        "get_work_request": 1,
        "get_model": 2,
    }


def test_a_long_list_of_calls_is_cut() -> None:
    genai = InMemoryModelRepository(retry=NEVER)
    for _ in range(10):
        list(genai.list_endpoints(ready.COMPARTMENT))
    with pytest.raises(NotExactlyOne, match="there are 10; the calls that match"):
        genai.simulator.journal.one(operation="list_endpoints")
    for _ in range(2):
        list(genai.list_endpoints(ready.COMPARTMENT))
    with pytest.raises(NotExactlyOne, match="the last 10 of 12 calls that match") as refused:
        genai.simulator.journal.one(operation="list_endpoints")
    assert len(str(refused.value).splitlines()) == 11
