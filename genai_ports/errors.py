"""The errors of genai_ports: one tree, and the table between classes and OCI's pairs of status and code."""

from __future__ import annotations

from typing import ClassVar


class GenAiError(Exception):
    """The base of every error that this library raises."""


class InvalidInput(GenAiError, ValueError):
    """An argument is wrong, and nothing was sent. The message names the argument and what is accepted."""


class UnknownRegion(InvalidInput):
    """No OCI realm has a region with this id or three-letter code."""


class ConfigurationError(GenAiError):
    """A backend cannot be created: unknown URL scheme or option, missing extra, unreadable profile."""


class MissingExtra(ConfigurationError, ImportError):
    """A package is not installed. Tools that read all names of a module, such as freezegun, expect an ImportError."""


def missing_extra(error: ModuleNotFoundError, user: str, extra: str) -> MissingExtra:
    """Return the error for a package that is not installed.

    Args:
        error: of the import.
        user: what needs the package, such as `a replay`.
        extra: the extra of genai-ports that installs it.
    """
    package = (error.name or "").partition(".")[0]
    return MissingExtra(f"{package} is not installed; {user} needs it: pip install 'genai-ports[{extra}]'")


class NotExactlyOne(GenAiError, LookupError):
    """`one()` found no item, or several."""


class ConnectionLost(GenAiError):
    """The service could not be reached, or the connection ended before the response was complete."""


class NotRecorded(GenAiError):
    """A request has no response in the recording that is replayed. The message names the nearest recorded request."""


class WaitTimeout(GenAiError):
    """A work request did not finish within `timeout`."""


class ServiceError(GenAiError):
    """The service refused a request, with OCI's status, code and message.

    Args:
        message: the text for the user.
        status: the HTTP status. Default: the status of the class.
        code: OCI's error code. Default: the code of the class.
        request_id: the `opc-request-id` of the response.
        operation: the refused operation, such as `get_model`.
        rule: the name of the simulator's rule that refused; None for other services.
        retry_after: seconds to wait before the next attempt; None if the service sends none.

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
    """400: a required parameter or property is missing."""

    default_status, default_code = 400, "MissingParameter"


class CannotParseRequest(ServiceError):
    """400: the body is not JSON, or does not have the form that the operation accepts."""

    default_status, default_code = 400, "CannotParseRequest"


class LimitExceeded(ServiceError):
    """400: a service limit of the tenancy is used up."""

    default_status, default_code = 400, "LimitExceeded"


class QuotaExceeded(ServiceError):
    """400: a compartment quota set by an administrator is used up."""

    default_status, default_code = 400, "QuotaExceeded"


class RelatedResourceNotFound(ServiceError):
    """400: a resource that the body names does not exist, or the caller is not allowed to use it."""

    default_status, default_code = 400, "RelatedResourceNotAuthorizedOrNotFound"


class NotAuthenticated(ServiceError):
    """401: the signature is missing or wrong."""

    default_status, default_code = 401, "NotAuthenticated"


class NotAllowed(ServiceError):
    """403: the caller is known, but is not allowed to do this."""

    default_status, default_code = 403, "NotAllowed"


class NotFound(ServiceError):
    """404: the resource in the path or query does not exist, or the caller is not allowed to see it."""

    default_status, default_code = 404, "NotAuthorizedOrNotFound"


class UnknownOperation(NotFound):
    """404: no operation has this method and path."""

    default_status, default_code = 404, "NotFound"


class MethodNotAllowed(ServiceError):
    """405: the path exists, but not with this method."""

    default_status, default_code = 405, "MethodNotAllowed"
    allowed: str = ""
    """The methods of the path, as in the header `allow`, where the simulator refuses."""


class Conflict(ServiceError):
    """409: the resource does not allow this until something else is changed."""

    default_status, default_code = 409, "Conflict"


class IncorrectState(Conflict):
    """409: the resource is in a temporary state, such as UPDATING; retry later."""

    default_status, default_code = 409, "IncorrectState"


class InvalidatedRetryToken(Conflict):
    """409: the retry token belongs to another request, or to a resource that was deleted."""

    default_status, default_code = 409, "InvalidatedRetryToken"


class PreconditionFailed(ServiceError):
    """412: the etag of the resource is not the one in `if_match`."""

    default_status, default_code = 412, "NoEtagMatch"


class RequestTooLarge(ServiceError):
    """413: the body is larger than the service accepts."""

    default_status, default_code = 413, "RequestEntityTooLarge"


class TooManyRequests(ServiceError):
    """429: the client sends too many requests; retry later."""

    default_status, default_code = 429, "TooManyRequests"


class InternalServerError(ServiceError):
    """500: the service failed."""


class MethodNotImplemented(ServiceError):
    """501: the real service has this operation, but this server does not."""

    default_status, default_code = 501, "MethodNotImplemented"


class WaitNeverEnds(ServiceError):
    """501: a test waits for what cannot happen, since nothing moves its virtual clock. Only the test kit sends it."""

    default_status, default_code = 501, "WaitNeverEnds"


class ServiceUnavailable(ServiceError):
    """503: the service is not available now; retry later."""

    default_status, default_code = 503, "ServiceUnavailable"


CLASSES: tuple[type[ServiceError], ...] = tuple(
    each for each in [*globals().values()] if ServiceError in getattr(each, "__mro__", ())[1:]
)
"""The classes of service errors, in the order above."""
_BY_STATUS_AND_CODE = {(cls.default_status, cls.default_code): cls for cls in CLASSES}
_BY_STATUS = {cls.default_status: cls for cls in reversed(CLASSES)}
"""For unknown codes: the first class of each status."""


def error_class(status: int, code: str) -> type[ServiceError]:
    """Return the class for a response: by status and code, else by status, else `ServiceError` itself.

    Example:
        >>> error_class(409, "IncorrectState").__name__, error_class(409, "SomethingNew").__name__
        ('IncorrectState', 'Conflict')
    """
    return _BY_STATUS_AND_CODE.get((status, code)) or _BY_STATUS.get(status, ServiceError)
