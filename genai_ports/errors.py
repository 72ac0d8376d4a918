"""Everything that genai_ports raises: one tree, and one table of OCI's (status, code) pairs used in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genai_ports.api.work_request import WorkRequest, WorkRequestError


class GenAiError(Exception):
    """The root of every error this library raises on purpose."""


class InvalidInput(GenAiError, ValueError):
    """An argument is wrong, and nothing was sent: the message names it and says what would be right."""


class UnknownRegion(InvalidInput):
    """A region id or three-letter code that no OCI realm has."""


class ConfigurationError(GenAiError):
    """A backend cannot be built: unknown URL scheme or option, missing extra, unreadable profile."""


class ConnectionLost(GenAiError):
    """The service was not reached, or the connection ended before its answer was complete."""


class WaitTimeout(GenAiError):
    """A work request did not finish within the time that the caller allowed."""


class WorkRequestFailed(GenAiError):
    """A work request that was waited for ended FAILED or CANCELED.

    Args:
        work_request: its last snapshot.
        errors: what the service listed as its errors, newest first.
    """

    def __init__(self, work_request: WorkRequest, errors: Sequence[WorkRequestError]) -> None:
        self.work_request = work_request
        self.errors = tuple(errors)
        reasons = "; ".join(f"{error.code}: {error.message}" for error in self.errors) or "no error was listed"
        super().__init__(f"{work_request.operation_type} {work_request.id} ended {work_request.status}: {reasons}")

    def __reduce__(self) -> tuple[type, tuple[WorkRequest, tuple[WorkRequestError, ...]]]:
        # An exception is pickled with its message as the only argument unless it says otherwise.
        return type(self), (self.work_request, self.errors)


class ServiceError(GenAiError):
    """The service said no: OCI's status, code and message.

    Args:
        message: the text for a person.
        status: the HTTP status; the class's own unless given.
        code: OCI's error code; the class's own unless given.
        request_id: the `opc-request-id` of the answer.
        operation: the operation that was refused, such as `get_model`.
        rule: the name of the simulator's rule that refused; None from the real service.
        retry_after: seconds to wait before the next try, where the service says so.

    Source: https://docs.oracle.com/iaas/Content/API/References/apierrors.htm
    """

    default_status: ClassVar[int] = 500
    default_code: ClassVar[str] = "InternalServerError"

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        operation: str | None = None,
        rule: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = self.default_status if status is None else status
        self.code = self.default_code if code is None else code
        self.request_id = request_id
        self.operation = operation
        self.rule = rule
        self.retry_after = retry_after

    def __str__(self) -> str:
        where = f" ({self.operation})" if self.operation else ""
        return f"{self.status} {self.code}{where}: {self.message}"


class InvalidParameter(ServiceError):
    """400: a parameter or a property has a value that the service does not accept."""

    default_status, default_code = 400, "InvalidParameter"


class MissingParameter(ServiceError):
    """400: a required parameter or property is not there."""

    default_status, default_code = 400, "MissingParameter"


class CannotParseRequest(ServiceError):
    """400: the body is not JSON, or not of the form that the operation takes."""

    default_status, default_code = 400, "CannotParseRequest"


class LimitExceeded(ServiceError):
    """400: a service limit of the tenancy is used up."""

    default_status, default_code = 400, "LimitExceeded"


class QuotaExceeded(ServiceError):
    """400: a compartment quota set by an administrator is used up."""

    default_status, default_code = 400, "QuotaExceeded"


class RelatedResourceNotFound(ServiceError):
    """400: a resource that the body names does not exist, or the caller may not use it."""

    default_status, default_code = 400, "RelatedResourceNotAuthorizedOrNotFound"


class NotAuthenticated(ServiceError):
    """401: the signature is missing or wrong."""

    default_status, default_code = 401, "NotAuthenticated"


class NotAllowed(ServiceError):
    """403: the caller is known, and this is not for it."""

    default_status, default_code = 403, "NotAllowed"


class NotFound(ServiceError):
    """404: the resource in the path or query does not exist, or the caller may not see it."""

    default_status, default_code = 404, "NotAuthorizedOrNotFound"


class UnknownOperation(NotFound):
    """404: there is no operation at this method and path."""

    default_status, default_code = 404, "NotFound"


class MethodNotAllowed(ServiceError):
    """405: the path exists, the method does not."""

    default_status, default_code = 405, "MethodNotAllowed"


class Conflict(ServiceError):
    """409: the state of the resource stands against it, and will until somebody acts."""

    default_status, default_code = 409, "Conflict"


class IncorrectState(Conflict):
    """409: the resource is in a state that will pass; a later try may work."""

    default_status, default_code = 409, "IncorrectState"


class InvalidatedRetryToken(Conflict):
    """409: the retry token was used for another request, or for a resource that is gone."""

    default_status, default_code = 409, "InvalidatedRetryToken"


class PreconditionFailed(ServiceError):
    """412: the resource has changed since the etag in `if_match` was read."""

    default_status, default_code = 412, "NoEtagMatch"


class RequestTooLarge(ServiceError):
    """413: the body is larger than the service takes."""

    default_status, default_code = 413, "RequestEntityTooLarge"


class TooManyRequests(ServiceError):
    """429: slow down."""

    default_status, default_code = 429, "TooManyRequests"


class InternalServerError(ServiceError):
    """500: the service failed."""


class MethodNotImplemented(ServiceError):
    """501: the real service has this operation, this one does not."""

    default_status, default_code = 501, "MethodNotImplemented"


class ServiceUnavailable(ServiceError):
    """503: the service cannot answer now."""

    default_status, default_code = 503, "ServiceUnavailable"


_CLASSES: tuple[type[ServiceError], ...] = (
    InvalidParameter,
    MissingParameter,
    CannotParseRequest,
    LimitExceeded,
    QuotaExceeded,
    RelatedResourceNotFound,
    NotAuthenticated,
    NotAllowed,
    NotFound,
    UnknownOperation,
    MethodNotAllowed,
    Conflict,
    IncorrectState,
    InvalidatedRetryToken,
    PreconditionFailed,
    RequestTooLarge,
    TooManyRequests,
    InternalServerError,
    MethodNotImplemented,
    ServiceUnavailable,
)
_BY_STATUS_AND_CODE = {(cls.default_status, cls.default_code): cls for cls in _CLASSES}
_BY_STATUS: dict[int, type[ServiceError]] = {
    400: InvalidParameter,
    401: NotAuthenticated,
    403: NotAllowed,
    404: NotFound,
    405: MethodNotAllowed,
    409: Conflict,
    412: PreconditionFailed,
    413: RequestTooLarge,
    429: TooManyRequests,
    500: InternalServerError,
    501: MethodNotImplemented,
    503: ServiceUnavailable,
}


def error_class(status: int, code: str) -> type[ServiceError]:
    """Find the class for an answer: by status and code, else by status, else `ServiceError` itself.

    Example:
        >>> error_class(409, "IncorrectState").__name__, error_class(409, "SomethingNew").__name__
        ('IncorrectState', 'Conflict')
    """
    return _BY_STATUS_AND_CODE.get((status, code)) or _BY_STATUS.get(status, ServiceError)
