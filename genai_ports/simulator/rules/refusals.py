"""Every rule that refuses a request, by name: its error, its evidence and its source.

`docs/fidelity.md` and the server's `/_sim/rules` show this registry; an error's `rule` is the name of one of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.shown import beside_noun, shown
from genai_ports.api.value import Value, value
from genai_ports.errors import (
    CannotParseRequest,
    Conflict,
    IncorrectState,
    InvalidatedRetryToken,
    InvalidParameter,
    LimitExceeded,
    MethodNotAllowed,
    MethodNotImplemented,
    MissingParameter,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    QuotaExceeded,
    RelatedResourceNotFound,
    RequestTooLarge,
    ServiceError,
    ServiceUnavailable,
    UnknownOperation,
)
from genai_ports.simulator.rules.paths import shown_method, shown_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

RECORDED: Final = "recorded"
DOCUMENTED: Final = "documented"
DERIVED: Final = "derived"
OUR_CHOICE: Final = "our choice"

_API_ERRORS = "Oracle's table of API errors"


_SENT: Final[Mapping[str, Callable[[Any], str]]] = {
    "given": shown,
    "identifier": lambda identifier: beside_noun(shown(identifier)),
    "path": shown_path,
    "method": shown_method,
}
"""How a message shows what a client sent, by the name of the fact. All other facts are texts of this library."""


def _shown(name: str, fact: Any) -> object:
    return _SENT[name](fact) if name in _SENT else fact


@value
class Refusal(Value):
    """A named rule that refuses a request.

    Args:
        name: its name, in kebab case.
        error: the class of the error.
        text: the message; `{names}` in it are filled in.
        evidence: `recorded`, `documented`, `derived` or `our choice`.
        source: what the evidence is.
    """

    name: str
    error: type[ServiceError]
    text: str
    evidence: str
    source: str

    def __call__(self, **facts: object) -> ServiceError:
        """Make the error, with the facts of the case in its message.

        What a client sent goes into `given`, `identifier`, `path` and `method` alone: see `genai_ports.api.shown`.
        """
        texts = {name: _shown(name, fact) for name, fact in facts.items()}
        return self.error(self.text.format(**texts), rule=self.name)


REFUSALS: Final[dict[str, Refusal]] = {}
"""All rules by name."""


def _rule(name: str, error: type[ServiceError], text: str, evidence: str, source: str) -> Refusal:
    refusal = REFUSALS[name] = Refusal(name=name, error=error, text=text, evidence=evidence, source=source)
    return refusal


# The form of the request.
PROPERTY_MISSING: Final = _rule(
    "property-missing",
    MissingParameter,
    "{property} is required.",
    DOCUMENTED,
    "required attributes of the SDK; the words recorded of hosted applications, `inboundAuthConfig must not be null`, "
    "usually go with InvalidParameter",
)
PROPERTY_TYPE: Final = _rule(
    "property-type", InvalidParameter, "{property} must be {expected}, not {actual}.", DERIVED, "types of the SDK"
)
PROPERTY_UNKNOWN: Final = _rule(
    "property-unknown",
    InvalidParameter,
    "{property} is not a property of {body}.",
    DOCUMENTED,
    "UpdateDedicatedAiClusterDetails says so of itself; for the other bodies derived",
)
PROPERTY_VALUE: Final = _rule(
    "property-value",
    InvalidParameter,
    "{property} must be {expected}, not {given}.",
    DERIVED,
    "enums and documented ranges of the SDK",
)
BODY_NOT_JSON: Final = _rule(
    "body-not-json",
    CannotParseRequest,
    "The body is not a JSON object: {reason}.",
    DOCUMENTED,
    _API_ERRORS,
)
NOT_HTTP: Final = _rule(
    "not-http", CannotParseRequest, "The request is not valid HTTP/1.1: {reason}.", DOCUMENTED, _API_ERRORS
)
BODY_TOO_LARGE: Final = _rule(
    "body-too-large",
    RequestTooLarge,
    "The body is larger than {limit} bytes.",
    OUR_CHOICE,
    "status from Oracle's error enumeration; the limit is ours",
)
QUERY_UNKNOWN: Final = _rule(
    "query-unknown",
    InvalidParameter,
    "{parameter} is not a parameter of {operation}; it takes {known}.",
    OUR_CHOICE,
    "parameters are served or refused, never dropped",
)
QUERY_MISSING: Final = _rule(
    "query-missing", MissingParameter, "{parameter} is required.", DOCUMENTED, "required parameters of the SDK"
)
QUERY_VALUE: Final = _rule(
    "query-value",
    InvalidParameter,
    "{parameter} must be {expected}, not {given}.",
    DERIVED,
    "enumerations of the SDK; a page size of 1 to 1000 is OCI's usual one",
)
PAGE_TOKEN: Final = _rule(
    "page-token",
    InvalidParameter,
    "page is not a valid token for this list: use the same filters, sort and region as before, or omit page.",
    OUR_CHOICE,
    "tokens are opaque and bound to their query",
)
HEADER_VALUE: Final = _rule(
    "header-value",
    InvalidParameter,
    "{header} must be {expected}, not {given}.",
    DOCUMENTED,
    "lengths of retry token and request id in the SDK and the inference API reference",
)
UNKNOWN_ROUTE: Final = _rule(
    "unknown-route", UnknownOperation, "There is no operation at {method} {path}{hint}", DOCUMENTED, _API_ERRORS
)
METHOD_NOT_ALLOWED: Final = _rule(
    "method-not-allowed", MethodNotAllowed, "{path} does not support {method}; use {allowed}.", DOCUMENTED, _API_ERRORS
)
NOT_SIMULATED: Final = _rule(
    "not-simulated",
    MethodNotImplemented,
    "{method} {path} exists in the real service, but is not simulated.",
    OUR_CHOICE,
    "operations of the installed SDK beyond those served",
)
INFERENCE_NOT_SERVED: Final = _rule(
    "inference-not-served",
    MethodNotImplemented,
    "{method} {path} is for the inference service. This is the control plane alone: inference is not served here.",
    OUR_CHOICE,
    "the inference service has a host of its own",
)

# Existence, state and version of resources.
NOT_FOUND: Final = _rule(
    "not-found",
    NotFound,
    "Authorization failed or requested resource not found: {title} {identifier} in {region}.",
    RECORDED,
    "of a hosted deployment; Oracle's table of API errors",
)
NOT_YET_VISIBLE: Final = _rule(
    "not-yet-visible",
    NotFound,
    "Authorization failed or requested resource not found: {title} {identifier} in {region}.",
    DERIVED,
    "by the modes hidden-after-create and hidden-work-requests alone; the Terraform provider retries a 404 for a while "
    "after creation",
)
NOT_PERMITTED: Final = _rule(
    "not-permitted",
    NotFound,
    "Authorization failed or requested resource not found: no policy allows {user} to {verb} {resource_type} in "
    "{place}.",
    DOCUMENTED,
    "Oracle's pages on permissions of Generative AI, and its table of API errors",
)
RELATED_NOT_FOUND: Final = _rule(
    "related-not-found",
    RelatedResourceNotFound,
    "Authorization failed or related resource not found: {property} {identifier} in {region}.",
    DOCUMENTED,
    "Oracle's table of API errors; an artifact of a hosted deployment, which has no OCID, is recorded as 400 "
    "InvalidParameter",
)
STALE_ETAG: Final = _rule(
    "stale-etag",
    PreconditionFailed,
    "if-match has {given}, but the {title} has the etag {current}: read it again.",
    DOCUMENTED,
    _API_ERRORS,
)
RETRY_TOKEN_REUSED: Final = _rule(
    "retry-token-reused",
    InvalidatedRetryToken,
    "The retry token was used for another request: use a new token for a new request.",
    OUR_CHOICE,
    "the documented code; that another body invalidates a token is not documented",
)
RETRY_TOKEN_GONE: Final = _rule(
    "retry-token-gone",
    InvalidatedRetryToken,
    "The retry token was used for {identifier}, which has been deleted since: use a new token.",
    DOCUMENTED,
    _API_ERRORS,
)
STATE_WILL_PASS: Final = _rule(
    "state-will-pass",
    IncorrectState,
    "The {title} {identifier} is {state}; retry when the operation finishes.",
    RECORDED,
    "409 of a hosted application that was UPDATING: github.com/sogawa-yk/jetuse, June 2026; the code is derived, it is "
    "that of a state that may resolve with time",
)
STATE_IS_FINAL: Final = _rule(
    "state-is-final",
    Conflict,
    "The {title} {identifier} is {state}; it can only be deleted.",
    DERIVED,
    "Conflict is the code for a state that does not resolve by itself",
)

CLUSTER_NEEDS_ATTENTION: Final = _rule(
    "cluster-needs-attention",
    Conflict,
    "The dedicated AI cluster {identifier} is NEEDS_ATTENTION: update it before you use it.",
    OUR_CHOICE,
    "the state is documented; what it prevents is not",
)

# How resources, limits and shapes restrict each other.
IN_USE: Final = _rule(
    "in-use",
    Conflict,
    "The {title} {identifier} is in use by {users}; delete that first.",
    DOCUMENTED,
    "delete_model, delete_imported_model and delete_dedicated_ai_cluster in the SDK; the code is our choice: see "
    "in-use-not-allowed for the one that is recorded of hosted deployments",
)
IN_USE_NOT_ALLOWED: Final = _rule(
    "in-use-not-allowed",
    NotAllowed,
    "Deletion NOT allowed: the {title} {identifier} is in use by {users}; delete that first.",
    RECORDED,
    "by the mode in-use-not-allowed alone; of hosted deployments, another resource of the same control plane: the "
    "Terraform provider and github.com/sogawa-yk/jetuse, June 2026",
)
BASE_MODEL_IS_ORACLES: Final = _rule(
    "base-model-is-oracles",
    InvalidParameter,
    "{identifier} is a BASE model: it cannot be changed, moved or deleted.",
    DOCUMENTED,
    "Oracle's page on permissions of the models API; the code is our choice",
)
NOT_FINE_TUNABLE: Final = _rule(
    "not-fine-tunable",
    InvalidParameter,
    "baseModelId must be a BASE model with the capability FINE_TUNE; {identifier} is {actual}.",
    DOCUMENTED,
    "Oracle's page on fine-tuning",
)
TRAINING_METHOD: Final = _rule(
    "training-method",
    InvalidParameter,
    "fineTuneDetails.trainingConfig.trainingConfigType must be {expected} for this base model, not {actual}.",
    DOCUMENTED,
    "Oracle's page on fine-tuning parameters",
)
CLUSTER_TYPE: Final = _rule(
    "cluster-type",
    InvalidParameter,
    "{property} must be a {expected} cluster; {identifier} is {actual}.",
    DOCUMENTED,
    "Oracle's pages on creating endpoints and custom models",
)
SHAPE_DOES_NOT_FIT: Final = _rule(
    "shape-does-not-fit",
    InvalidParameter,
    "{property} must be a cluster whose unit shape fits {model}: {expected}; {identifier} is of {actual}.",
    DOCUMENTED,
    "Oracle's pages on cluster sizes; the SDK says that GPU shapes are for imported models; the code is our choice",
)
SERVICE_LIMIT: Final = _rule(
    "service-limit",
    LimitExceeded,
    "The following service limits were exceeded: {limit}. Request a service limit increase from the service limits "
    "page in the console. {region} has a limit of {most}, of which {used} are used; {requested} more were requested.",
    RECORDED,
    "public notes on creating clusters, and github.com/oci-ai-incubations/ai-accelerator-starter-packs, May 2026; the "
    "second sentence is ours",
)
COMPARTMENT_QUOTA: Final = _rule(
    "compartment-quota",
    QuotaExceeded,
    "The quota for this compartment has been exceeded. {compartment} has a quota of {most} for {limit}, of which "
    "{used} are used; {requested} more were requested.",
    DOCUMENTED,
    "Oracle's page on compartment quotas, and its error enumeration; the second sentence is ours",
)
CLUSTER_FULL: Final = _rule(
    "cluster-full",
    LimitExceeded,
    "The cluster {identifier} already has {capacity} endpoints, the maximum.",
    DOCUMENTED,
    "Oracle's page on limitations; the code is our choice: that of a maximum number of vector stores is recorded",
)
ONE_CAPABILITY: Final = _rule(
    "one-capability",
    InvalidParameter,
    "capabilities must name one capability, not {count}.",
    DOCUMENTED,
    "Oracle's page on managing imported models",
)
NAME_CHARACTERS: Final = _rule(
    "name-characters",
    InvalidParameter,
    "displayName cannot have special characters: it takes letters, digits, - and _, not its character {position}.",
    RECORDED,
    "a dot is refused with these words: github.com/oci-ai-incubations/ai-accelerator-starter-packs, June 2026; which "
    "other characters is from Oracle's page on imported models, and that an update is refused too is our choice",
)
NO_PRIVATE_ENDPOINT: Final = _rule(
    "no-private-endpoint",
    InvalidParameter,
    "generativeAiPrivateEndpointId cannot be used with an imported model.",
    DOCUMENTED,
    "Oracle's page on creating endpoints",
)

# The server.
TENANCIES_LIMIT: Final = _rule(
    "tenancies-limit",
    LimitExceeded,
    "This server serves {most} tenancies besides the well-known one, and each has resources or was changed by a test: "
    "reset one with POST /_sim/reset?tenancy=OCID, or start the server with a larger --max-tenancies.",
    OUR_CHOICE,
    "the real service has no such limit; a process has limited memory",
)
STATE_NOT_WRITTEN: Final = _rule(
    "state-not-written",
    ServiceUnavailable,
    "The server cannot write to its state directory: {reason}. Nothing has changed.",
    OUR_CHOICE,
    "what a server with `--state` acknowledges survives its end, so it does not carry out what it cannot write",
)

# Authentication.
_NOT_AUTHENTICATED = "The required information to complete authentication was not provided or was incorrect. "
_SIGNATURES = "Oracle's page on request signatures"

SIGNATURE_MISSING: Final = _rule(
    "signature-missing",
    NotAuthenticated,
    _NOT_AUTHENTICATED + "The request has no Authorization header: it must be signed.",
    DOCUMENTED,
    _SIGNATURES,
)
SIGNATURE_MALFORMED: Final = _rule(
    "signature-malformed",
    NotAuthenticated,
    _NOT_AUTHENTICATED + "The Authorization header {problem}; it must be {expected}.",
    DOCUMENTED,
    _SIGNATURES,
)
SIGNING_KEY_UNKNOWN: Final = _rule(
    "signing-key-unknown",
    NotAuthenticated,
    _NOT_AUTHENTICATED + "No public key is registered for {key_id}; keyId must be the tenancy, the user and the "
    "fingerprint of a registered key, joined by slashes.",
    DOCUMENTED,
    _SIGNATURES,
)
TOKEN_KEY_UNKNOWN: Final = _rule(
    "token-key-unknown",
    NotAuthenticated,
    _NOT_AUTHENTICATED + "The request is signed with a token of {caller} in {tenancy}, which cannot be verified here: "
    "register the public half of the key that signs, under the key id tenancy/caller/fingerprint.",
    OUR_CHOICE,
    "the service verifies tokens with keys of its own",
)
SIGNED_HEADERS: Final = _rule(
    "signed-headers",
    NotAuthenticated,
    _NOT_AUTHENTICATED + "{header} {problem}; the request must have and sign {required}.",
    DOCUMENTED,
    _SIGNATURES,
)
REQUEST_DATE: Final = _rule(
    "request-date",
    NotAuthenticated,
    "Date '{date}' is not within allowed clock skew. Current '{now}', valid datetime range: ['{first}', '{last}']",
    RECORDED,
    "issue 474 of the Terraform provider; issue 73 of oci-arm-host-capacity",
)
BODY_DIGEST: Final = _rule(
    "body-digest",
    NotAuthenticated,
    _NOT_AUTHENTICATED + "The header {header} does not match the body, which has {size} bytes; it must be {expected}.",
    DOCUMENTED,
    _SIGNATURES,
)
SIGNATURE_WRONG: Final = _rule(
    "signature-wrong",
    NotAuthenticated,
    _NOT_AUTHENTICATED + "The signature does not match the request and the key of keyId. Sign one line `name: value` "
    "for each name in the attribute headers, in that order, with the values that are sent.",
    DOCUMENTED,
    _SIGNATURES,
)

# What a web page can send to a server, and who may use its control paths.
_BROWSERS: Final = "a page of any site can make a browser send requests to a server on this machine"
HOST_NOT_ALLOWED: Final = _rule(
    "host-not-allowed",
    NotAllowed,
    "The Host of the request is no name of this server: use localhost or the address that it listens on, or start it "
    "with --allow-host NAME.",
    OUR_CHOICE,
    "a name of a web page's own can lead to this machine",
)
ORIGIN_NOT_ALLOWED: Final = _rule(
    "origin-not-allowed",
    NotAllowed,
    "The Origin of the request is not this server: a page of another origin may not use it.",
    OUR_CHOICE,
    _BROWSERS,
)
CROSS_SITE: Final = _rule(
    "cross-site",
    NotAllowed,
    "A page of another origin made a browser send the request, as Sec-Fetch-Site says: enter the URL in the browser, "
    "or use another client.",
    OUR_CHOICE,
    _BROWSERS,
)
CONTROL_BODY_TYPE: Final = _rule(
    "control-body-type",
    CannotParseRequest,
    "A control path takes JSON that is declared as JSON, because a web page can post any other text: send the header "
    "content-type: application/json, with curl by --json '{{...}}' (curl 7.82 or later) or by -H 'content-type: "
    "application/json' -d '{{...}}'.",
    OUR_CHOICE,
    _BROWSERS,
)
CONTROL_TOKEN: Final = _rule(
    "control-token",
    NotAuthenticated,
    "The control paths of this server require its token in the header {header}: send what the server was started with.",
    OUR_CHOICE,
    "--control-token, or control_token= of FakeServer",
)


def method_not_allowed(method: str, path: str, methods: Collection[str]) -> ServiceError:
    """Return the refusal of a method; the error has the methods of the path for the header `allow`."""
    served = {*methods, "HEAD"} if "GET" in methods else {*methods}
    allowed = ", ".join(sorted(served))
    error = METHOD_NOT_ALLOWED(method=method, path=path, allowed=allowed)
    if isinstance(error, MethodNotAllowed):
        error.allowed = allowed
    return error
