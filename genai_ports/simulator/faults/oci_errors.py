"""OCI's error codes: the status and the usual text of each.

Source: Oracle's table of API errors, and the default messages of Oracle's own error enumeration; see "Faults" in
`docs/fidelity.md`. A caller must pass the status of a code that is not listed.
"""

from __future__ import annotations

from typing import Final

from genai_ports.errors import CLASSES, error_class

_WITHOUT_CLASS: Final = {
    "SignUpRequired": 403,
    "NotAuthorized": 403,
    "NotAuthorizedOrResourceAlreadyExists": 409,
    "ExternalServerIncorrectState": 409,
}
STATUSES: Final = {cls.default_code: cls.default_status for cls in CLASSES} | _WITHOUT_CLASS
"""The status of each code."""

CODES: Final = {status: error_class(status, "").default_code for status in STATUSES.values()}
"""The usual code of each status."""

TEXTS: Final = {
    "CannotParseRequest": "Incorrectly formatted request. Please refer to our documentation for help.",
    "InvalidParameter": "Invalid Parameter",
    "MissingParameter": "Missing Parameter",
    "LimitExceeded": "The limit for this tenancy has been exceeded.",
    "QuotaExceeded": "The quota for this compartment has been exceeded.",
    "RelatedResourceNotAuthorizedOrNotFound": "Authorization failed or related resource not found.",
    "NotAuthenticated": "The required information to complete authentication was not provided or was incorrect.",
    "NotAllowed": "This operation must be directed at the home region.",
    "NotAuthorizedOrNotFound": "Authorization failed or requested resource not found.",
    "NotAuthorizedOrResourceAlreadyExists": "Authorization failed or requested resource already exists.",
    "InvalidatedRetryToken": (
        "The retry token you provided was used in an earlier request that resulted in a system update, but a "
        "subsequent operation has invalidated the token. This can happen, for example, in cases where an entity "
        "created with the same token has since been deleted. If the system state change associated with this request "
        "should be performed again, then retry with a different retry token."
    ),
    "IncorrectState": "Incorrect State",
    "Conflict": "Conflict",
    "NoEtagMatch": "Precondition Failed",
    "TooManyRequests": "User-rate limit exceeded.",
    "InternalServerError": "Internal Server Error",
}
"""The usual text of a code."""
