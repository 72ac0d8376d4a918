"""Statements of policies, as OCI's IAM has them.

Source: https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/policysyntax.htm
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.checks import check_texts
from genai_ports.api.display import display
from genai_ports.api.kinds import KINDS
from genai_ports.api.verbs import CHANGE_COMPARTMENT, CREATE, DELETE, LIST, UPDATE
from genai_ports.errors import InvalidInput
from genai_ports.simulator.rules.conditions import parse_condition
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from genai_ports.api.kind import Operation
    from genai_ports.simulator.rules.conditions import Condition, Facts

VERBS: Final = ("inspect", "read", "use", "manage")
"""What a policy may allow; each includes those before it."""

FAMILY: Final = "generative-ai-family"
_ALL: Final = "all-resources"
RESOURCE_TYPES: Final = tuple(kind.resource_type for kind in KINDS.values())
"""The types of the resources that are simulated."""

_OF_OTHER_RESOURCES: Final = tuple(
    """
    generative-ai-apikey generative-ai-chat generative-ai-container generative-ai-conversation generative-ai-file
    generative-ai-hosted-application generative-ai-hosted-application-storage generative-ai-hosted-deployment
    generative-ai-project generative-ai-response generative-ai-semantic-store generative-ai-text-embedding
    generative-ai-text-generation generative-ai-text-rerank generative-ai-text-summarization generative-ai-vectorstore
    generative-ai-vectorstore-connector generative-ai-vectorstore-file
    buckets object-family objects virtual-network-family
    """.split()
)
"""Types in policies for Generative AI whose resources are not simulated: statements about them allow nothing here."""

_KNOWN_TYPES: Final = (FAMILY, _ALL, *RESOURCE_TYPES, *_OF_OTHER_RESOURCES)
_ACTIONS: Final = {LIST: "INSPECT", UPDATE: "UPDATE", CHANGE_COMPARTMENT: "MOVE", CREATE: "CREATE", DELETE: "DELETE"}
"""The last word of a permission by verb; READ for other verbs."""

_NAME: Final = r"(?:'[^']+'|[^\s,'/]+)(?:/(?:'[^']+'|[^\s,'/]+))?"
_NAMES: Final = rf"(?:id\s+)?{_NAME}(?:\s*,\s*(?:id\s+)?{_NAME})*"
_STATEMENT: Final = re.compile(
    rf"allow\s+(?:(?P<kind>group|dynamic-group|service)\s+(?P<names>{_NAMES})|(?P<everyone>any-user|any-group))\s+to\s+"
    r"(?:(?P<verb>[^\s{]+)\s+(?P<type>\S+)|\{(?P<permissions>[^}]*)\})\s+in\s+"
    r"(?:tenancy|compartment\s+(?:id\s+(?P<compartment>\S+)|(?P<path>'[^']+'|[^\s']+)))"
    r"(?:\s+where\s+(?P<condition>.+))?",
    re.IGNORECASE | re.DOTALL,
)
FORM: Final = (
    "Allow group NAME (or group id OCID, dynamic-group NAME, any-group, any-user) to VERB RESOURCE-TYPE in tenancy (or "
    "in compartment NAME, in compartment id OCID), optionally where CONDITION"
)


class Statement(NamedTuple):
    """One statement of a policy.

    Args:
        text: the statement itself.
        groups: the groups and dynamic groups that it is for, by name or OCID, in lower case; None for everybody.
        needs_group: whether it is for members of groups alone; `any-user` includes the others.
        verb: `inspect`, `read`, `use` or `manage`; None for a statement with permissions.
        resource_type: such as `generative-ai-model`, or `generative-ai-family` for all; None as above.
        permissions: such as `GENERATIVE_AI_MODEL_READ`; empty for a statement with a verb.
        compartment: the OCID, or the names on the path, of the compartment that it is for; None for the tenancy.
        condition: what must hold; None for a statement without `where`.
    """

    text: str
    groups: frozenset[str] | None
    needs_group: bool
    verb: str | None
    resource_type: str | None
    permissions: frozenset[str]
    compartment: str | tuple[str, ...] | None
    condition: Condition | None

    def allows(self, groups: frozenset[str], operation: Operation, facts: Facts) -> bool:
        """Whether it allows an operation, in whatever compartment.

        Args:
            groups: the groups of the caller, in lower case.
            operation: the operation.
            facts: the values of variables, for the condition.
        """
        if self.groups is None:
            is_for_caller = bool(groups) or not self.needs_group
        else:
            is_for_caller = not self.groups.isdisjoint(groups)
        return is_for_caller and self._is_about(operation) and (self.condition is None or self.condition.holds(facts))

    def _is_about(self, operation: Operation) -> bool:
        if self.verb is None:
            return permission_of(operation) in self.permissions
        includes_type = self.resource_type in (_ALL, FAMILY, operation.kind.resource_type)
        return includes_type and VERBS.index(self.verb) >= VERBS.index(operation.verb.permission)


def permission_of(operation: Operation) -> str:
    """Return the permission that an operation needs.

    Example:
        >>> from genai_ports.api.kinds import OPERATIONS
        >>> permission_of(OPERATIONS["change_model_compartment"])
        'GENERATIVE_AI_MODEL_MOVE'

    Source: https://docs.oracle.com/en-us/iaas/Content/generative-ai/model-permissions.htm
    """
    return _permission(operation.kind.resource_type, _ACTIONS.get(operation.verb, "READ"))


def _permission(resource_type: str, action: str) -> str:
    return f"{resource_type.replace('-', '_').upper()}_{action}"


def parse_statement(text: str) -> Statement:
    """Read a statement.

    Args:
        text: such as `Allow group Readers to read generative-ai-family in tenancy`.

    Raises:
        InvalidInput: it is not of that form, or its verb, resource type, permission or condition is not known.
    """
    check_texts(statement=text)
    form = _STATEMENT.fullmatch((text or "").strip())
    if form is None:
        raise InvalidInput(f"a statement must be of the form {FORM!r}, not {display(text)}")
    return Statement(
        text,
        _groups(form),
        needs_group=(form["everyone"] or "").lower() == "any-group",
        verb=form["verb"] and _known("verb", form["verb"].lower(), VERBS),
        resource_type=form["type"] and _known("resource type", form["type"].lower(), _KNOWN_TYPES),
        permissions=_permissions(form["permissions"] or ""),
        compartment=form["compartment"] or _path(form["path"]),
        condition=parse_condition(form["condition"]) if form["condition"] else None,
    )


def group_name(text: str) -> str:
    """Return the form of a group's name in which it is compared.

    Case, quotes and the name of the default identity domain do not matter.

    Example:
        >>> group_name("'Default'/'Dev Team'")
        'dev team'
    """
    return text.strip().replace("'", "").lower().removeprefix("default/")


def _groups(form: re.Match[str]) -> frozenset[str] | None:
    if form["everyone"]:
        return None
    if form["kind"].lower() == "service":
        return frozenset()  # no caller here is a service
    names = re.split(r"\s*,\s*", form["names"])
    return frozenset(group_name(re.sub(r"(?i)^id\s+", "", name)) for name in names)


def _known(what: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise InvalidInput(
            f"the {what} of a statement must be one of {', '.join(known)}, not {display(name)}"
            f"{did_you_mean(name, known)}"
        )
    return name


def _permissions(text: str) -> frozenset[str]:
    actions = (*_ACTIONS.values(), "READ")
    known = tuple(_permission(each, action) for each in RESOURCE_TYPES for action in actions)
    others = tuple(each.replace("-", "_").upper() for each in _OF_OTHER_RESOURCES)
    named = [name.strip().upper() for name in text.split(",")] if text.strip() else []
    for name in named:
        if not name.startswith(others):
            _known("permission", name, known)
    return frozenset(named)


def _path(text: str | None) -> tuple[str, ...] | None:
    return tuple(part.strip("' ").lower() for part in text.split(":")) if text else None
