"""Errors: their attributes, and the requests that are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import errors
from genai_ports.api.endpoint import UpdateEndpointDetails
from genai_ports.api.frozen import frozen
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.errors import CannotParseRequest, InvalidInput, InvalidParameter, NotFound, ServiceError
from genai_ports.ocids import parse_ocid
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness
    from genai_ports.testing.contract.port.resources import Resources

WITH_OWN_CLASS = [
    (400, "CannotParseRequest", errors.CannotParseRequest),
    (400, "InvalidParameter", errors.InvalidParameter),
    (400, "MissingParameter", errors.MissingParameter),
    (400, "LimitExceeded", errors.LimitExceeded),
    (400, "QuotaExceeded", errors.QuotaExceeded),
    (400, "RelatedResourceNotAuthorizedOrNotFound", errors.RelatedResourceNotFound),
    (401, "NotAuthenticated", errors.NotAuthenticated),
    (403, "NotAllowed", errors.NotAllowed),
    (404, "NotAuthorizedOrNotFound", errors.NotFound),
    (404, "NotFound", errors.UnknownOperation),
    (405, "MethodNotAllowed", errors.MethodNotAllowed),
    (409, "Conflict", errors.Conflict),
    (409, "IncorrectState", errors.IncorrectState),
    (409, "InvalidatedRetryToken", errors.InvalidatedRetryToken),
    (412, "NoEtagMatch", errors.PreconditionFailed),
    (413, "RequestEntityTooLarge", errors.RequestTooLarge),
    (429, "TooManyRequests", errors.TooManyRequests),
    (500, "InternalServerError", errors.InternalServerError),
    (501, "MethodNotImplemented", errors.MethodNotImplemented),
    (503, "ServiceUnavailable", errors.ServiceUnavailable),
]
"""The rows of Oracle's table of API errors that have their own class."""

OTHERS = [
    (400, "SomethingNew", errors.InvalidParameter),
    (403, "NotAuthorized", errors.NotAllowed),
    (403, "SignUpRequired", errors.NotAllowed),
    (404, "InvalidParameter", errors.NotFound),
    (409, "ExternalServerIncorrectState", errors.Conflict),
    (409, "NotAuthorizedOrResourceAlreadyExists", errors.Conflict),
    (422, "UnprocessableEntity", errors.ServiceError),
    (500, "InternalError", errors.InternalServerError),
    (418, "SomethingNew", errors.ServiceError),
    (599, "SomethingNew", errors.ServiceError),
]
"""Other rows of that table, and unknown codes."""


def nested(levels: int, wrap: Callable[[Any], Any]) -> Any:
    """Wrap None in that many levels."""
    part = None
    for _ in range(levels):
        part = wrap(part)
    return part


class ErrorBehaviours:
    """What is true of errors."""

    @pytest.mark.parametrize(("status", "code", "cls"), WITH_OWN_CLASS)
    def test_each_error_class_has_the_status_and_code_of_oci(
        self, status: int, code: str, cls: type[ServiceError]
    ) -> None:
        """The message is the caller's."""
        error = cls("No.")
        assert (error.status, error.code, error.message) == (status, code, "No.")

    def test_an_error_shows_status_code_operation_and_reason(self, genai: GenAi) -> None:
        """One line shows all of them."""
        identifier = "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaunknown"
        with pytest.raises(NotFound) as refused:
            genai.get_model(identifier)
        assert str(refused.value) == (
            "404 NotAuthorizedOrNotFound (get_model): Authorization failed or requested resource not found: "
            f"model {identifier} in us-chicago-1."
        )

    def test_an_unknown_resource_is_not_found(self, harness: PortHarness, resources: Resources) -> None:
        """Get, update, move and delete are 404."""
        unknown = f"ocid1.{resources.kind.ocid_type}.oc1.us-chicago-1.amaaaaaaunknown"
        with harness.refuses(NotFound, "not-found"):
            resources.get(unknown)
        with harness.refuses(NotFound, "not-found"):
            resources.rename(unknown, "after")
        with harness.refuses(NotFound, "not-found"):
            resources.move(unknown, ready.ELSEWHERE)
        with harness.refuses(NotFound, "not-found"):
            resources.delete(unknown)

    def test_a_resource_of_another_kind_is_not_found(self, harness: PortHarness) -> None:
        """The OCID of a cluster is not the OCID of a model."""
        cluster = ready.cluster(harness.genai)
        with harness.refuses(NotFound, "not-found"):
            harness.genai.get_model(cluster.id)
        with harness.refuses(NotFound, "not-found"):
            harness.genai.get_work_request(cluster.id)

    @pytest.mark.parametrize("identifier", ["", " ", "a/b", "..", 7, None])
    def test_an_invalid_identifier_is_refused_before_a_request_is_sent(
        self, harness: PortHarness, resources: Resources, identifier: Any
    ) -> None:
        """It would change the path of the request."""
        for call in (resources.get, resources.delete):
            message = f"takes the OCID of the {resources.kind.title}"
            with harness.sends_nothing(), pytest.raises(InvalidInput, match=message):
                call(identifier)

    def test_details_of_another_operation_are_refused_before_a_request_is_sent(self, harness: PortHarness) -> None:
        """The message names the class that is expected."""
        wrong: Any = UpdateEndpointDetails(display_name="after")
        message = "takes details of type CreateModelDetails, not UpdateEndpointDetails"
        with harness.sends_nothing(), pytest.raises(InvalidInput, match=message):
            harness.genai.create_model(wrong)

    @pytest.mark.parametrize("name", ["", "   ", "x" * 256])
    def test_a_display_name_has_1_to_255_characters(
        self, harness: PortHarness, resources: Resources, name: str
    ) -> None:
        """This applies to create and to update. The error names the property."""
        made = resources.ready(display_name="x" * 255)
        with harness.refuses(InvalidParameter, "property-value") as refused:
            resources.create(display_name=name)
        assert refused.value.message.startswith("displayName must be 1 to 255 characters")
        with harness.refuses(InvalidParameter, "property-value"):
            resources.rename(made.id, name)

    @pytest.mark.parametrize(
        ("tags", "rule"),
        [
            ({"k" * 101: "v"}, "property-value"),
            ({"k": "v" * 257}, "property-value"),
            ({"": "v"}, "property-value"),
            ({f"k{number}": "v" for number in range(65)}, "property-value"),
            ({"k": 7}, "property-type"),
            (["k"], "property-type"),
        ],
        ids=["long key", "long value", "no key", "too many", "a number", "a list"],
    )
    def test_tags_that_oci_does_not_accept_are_refused(self, harness: PortHarness, tags: Any, rule: str) -> None:
        """Keys have up to 100 characters and values up to 256; a resource has up to 64 of them."""
        with harness.refuses(InvalidParameter, rule) as refused:
            harness.genai.create_imported_model(ready.imported_model_details(freeform_tags=tags))
        assert "freeformTags" in refused.value.message

    @pytest.mark.parametrize(
        ("tag", "wrong"),
        [
            ({1}, " must be a value that JSON has, not set."),
            (["a", b"b"], "[1] must be a value that JSON has, not bytes."),
            ({"a": datetime(2026, 1, 1, tzinfo=UTC)}, ".(entry 1) must be a value that JSON has, not datetime."),
            ({"a": float("nan")}, ".(entry 1) must be a finite number, not nan."),
            ({"a": {1: 2}}, ".(entry 1) must be an object whose keys are strings, not 1."),
            ({"a": {(1, 2): 3}}, ".(entry 1) must be an object whose keys are strings, not an array."),
            (-(10**5000), " must be a whole number that fits in 64 bits, not a longer one."),
        ],
        ids=["set", "bytes", "time", "no number", "number for a key", "tuple for a key", "long number"],
    )
    def test_a_value_that_json_cannot_hold_is_refused(self, harness: PortHarness, tag: Any, wrong: str) -> None:
        """The error names the place in the body, whether the client or the service finds it."""
        with harness.changes_nothing(), pytest.raises(InvalidParameter) as refused:
            harness.genai.create_imported_model(ready.imported_model_details(defined_tags={"n": {"k": tag}}))
        assert refused.value.message == f"definedTags.(entry 1).(entry 1){wrong}"
        assert (refused.value.status, refused.value.operation) == (400, "create_imported_model")

    @pytest.mark.parametrize("number", [2**63, -(2**63), 10**4000], ids=["a bit more", "a bit less", "by far"])
    def test_a_number_that_is_too_long_is_refused_after_an_invalid_compartment(
        self, harness: PortHarness, number: int
    ) -> None:
        """The service checks the properties in their order."""
        tags = {"n": {"k": number}}
        wrong = ready.imported_model_details(compartment_id="", defined_tags=tags)
        with harness.refuses(InvalidParameter, "property-value") as refused:
            harness.genai.create_imported_model(wrong)
        assert refused.value.message.startswith("compartmentId must be ")
        with harness.refuses(InvalidParameter, "property-type") as refused:
            harness.genai.create_imported_model(ready.imported_model_details(defined_tags=tags))
        assert (
            refused.value.message
            == "definedTags.(entry 1).(entry 1) must be a whole number that fits in 64 bits, not a longer one."
        )

    @pytest.mark.parametrize("levels", [1, 60, 61])
    @pytest.mark.parametrize("wrap", [lambda part: [part], lambda part: {"a": part}], ids=["arrays", "objects"])
    def test_a_body_may_nest_64_levels(self, harness: PortHarness, wrap: Callable[[Any], Any], levels: int) -> None:
        """The value of a defined tag is on the fourth level, below the body, the tags and the namespace."""
        tags = {"n": {"k": nested(levels, wrap)}}
        made = harness.genai.create_imported_model(ready.imported_model_details(defined_tags=tags))
        assert harness.genai.get_imported_model(made.id).defined_tags == frozen(tags)

    @pytest.mark.parametrize("levels", [62, 63, 150])
    @pytest.mark.parametrize("wrap", [lambda part: [part], lambda part: {"a": part}], ids=["arrays", "objects"])
    def test_a_body_that_nests_deeper_is_refused(
        self, harness: PortHarness, wrap: Callable[[Any], Any], levels: int
    ) -> None:
        """Create and update refuse it."""
        made = ready.imported_model(harness.genai)
        tags = {"n": {"k": nested(levels, wrap)}}
        with harness.refuses(CannotParseRequest, "body-not-json") as refused:
            harness.genai.create_imported_model(ready.imported_model_details(defined_tags=tags))
        assert refused.value.message == "The body is not a JSON object: it nests deeper than 64 levels."
        with harness.refuses(CannotParseRequest, "body-not-json"):
            harness.genai.update_imported_model(made.id, UpdateImportedModelDetails(defined_tags=tags))

    def test_a_call_after_an_error_succeeds(self, harness: PortHarness) -> None:
        """An error does not change what the next call does."""
        unknown = "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaaunknown"
        with harness.refuses(NotFound, "not-found"):
            harness.genai.get_model(unknown)
        made = ready.imported_model(harness.genai)
        assert parse_ocid(made.id) is not None
        assert made.lifecycle_state == "ACTIVE"
