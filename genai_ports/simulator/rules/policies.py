"""Policies: which groups of users may do what, in statements as OCI's IAM has them.

Source: Oracle's pages on permissions of Generative AI's resource types; see "Who may do what" in `docs/fidelity.md`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.kinds import KINDS
from genai_ports.api.locked import Locked, locked
from genai_ports.errors import InvalidInput
from genai_ports.simulator.argument_checks import check_texts
from genai_ports.simulator.rules.compartment import is_compartment
from genai_ports.simulator.rules.refusals import NOT_PERMITTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.api.kind import Operation

VERBS: Final = ("inspect", "read", "use", "manage")
"""What a policy may allow; each includes those before it."""

FAMILY: Final = "generative-ai-family"
RESOURCE_TYPES: Final = {name: kind.resource_type for name, kind in KINDS.items()}
_STATEMENT: Final = (
    r"allow\s+(?:group\s+(?P<group>\S+)|(?P<any>any-user))\s+to\s+(?P<verb>\S+)\s+(?P<type>\S+)\s+in\s+"
    r"(?:tenancy|compartment\s+id\s+(?P<compartment>\S+))"
)
_FORM: Final = "Allow group NAME (or any-user) to VERB RESOURCE-TYPE in tenancy (or in compartment id OCID)"


class Statement(NamedTuple):
    """One statement of a policy.

    Args:
        text: the statement itself.
        group: the group that it is for; None for any user.
        verb: `inspect`, `read`, `use` or `manage`.
        resource_type: such as `generative-ai-model`, or `generative-ai-family` for all.
        compartment_id: the compartment that it is for; None for the whole tenancy.
    """

    text: str
    group: str | None
    verb: str
    resource_type: str
    compartment_id: str | None

    def allows(self, groups: frozenset[str], verb: str, resource_type: str, compartment_id: str | None) -> bool:
        """Whether it allows members of the groups to do something.

        Args:
            groups: the names of the groups of a user.
            verb: the permission: `inspect`, `read`, `use` or `manage`.
            resource_type: such as `generative-ai-model`.
            compartment_id: the compartment of the resource; None if it is not known: any compartment matches.
        """
        return (
            (self.group is None or self.group in groups)
            and VERBS.index(self.verb) >= VERBS.index(verb)
            and self.resource_type in (FAMILY, resource_type)
            and (None in (self.compartment_id, compartment_id) or self.compartment_id == compartment_id)
        )


class Policies(Locked):
    """The groups of a tenancy's users, and the statements about them.

    A user in no group may do everything, as an administrator may.

    Example:
        >>> policies = Policies()
        >>> policies.join("ocid1.user.oc1..ann", "Readers")
        >>> policies.allow("Allow group Readers to read generative-ai-family in tenancy")
        >>> [statement.verb for statement in policies]
        ['read']
    """

    def __init__(self) -> None:
        self._groups: dict[str, frozenset[str]] = {}
        self._statements: list[Statement] = []

    @locked
    def __iter__(self) -> Iterator[Statement]:
        return iter(tuple(self._statements))

    @property
    @locked
    def members(self) -> dict[str, tuple[str, ...]]:
        """The groups of each user who is in one, sorted."""
        return {user: tuple(sorted(groups)) for user, groups in sorted(self._groups.items())}

    @locked
    def join(self, user: str, group: str) -> None:
        """Make a user a member of a group. Members may do only what the statements allow.

        Args:
            user: the user's OCID.
            group: the group's name.

        Raises:
            InvalidInput: the user or the name is empty, or the name has spaces.
        """
        check_texts(user=user, group=group)
        if not user:
            raise InvalidInput(f"user must be the OCID of a user, not {user!r}")
        if not group or not re.fullmatch(r"\S+", group):
            raise InvalidInput(f"group must be one word, not {group!r}")
        self._groups[user] = self._groups.get(user, frozenset()) | {group}

    @locked
    def allow(self, statement: str) -> None:
        """Add a statement.

        Args:
            statement: such as `Allow group Readers to read generative-ai-family in tenancy`.

        Raises:
            InvalidInput: it is not of that form, its verb or resource type does not exist, or its compartment is not
                the OCID of one.
        """
        check_texts(statement=statement)
        form = re.fullmatch(_STATEMENT, (statement or "").strip(), re.IGNORECASE)
        if form is None:
            raise InvalidInput(f"a statement must be of the form {_FORM!r}, not {statement!r}")
        verb, resource_type = form["verb"].lower(), form["type"].lower()
        if verb not in VERBS:
            raise InvalidInput(f"the verb of a statement must be one of {', '.join(VERBS)}, not {form['verb']!r}")
        types = (FAMILY, *RESOURCE_TYPES.values())
        if resource_type not in types:
            raise InvalidInput(f"the resource type must be one of {', '.join(types)}, not {form['type']!r}")
        if form["compartment"] and not is_compartment(form["compartment"]):
            raise InvalidInput(f"the compartment must be the OCID of a compartment, not {form['compartment']!r}")
        self._statements.append(Statement(statement, form["group"], verb, resource_type, form["compartment"]))

    @locked
    def add(self, statements: Iterable[str], *, user: str | None = None, group: str | None = None) -> None:
        """Add statements and a member of a group: all of it, or nothing if a part is wrong.

        Args:
            statements: as for `allow`.
            user: the OCID of a user; requires `group`.
            group: the name of the group that the user becomes a member of; requires `user`.

        Raises:
            InvalidInput: a statement or the group's name is wrong, or only one of user and group is passed.
        """
        if (user is None) != (group is None):
            raise InvalidInput(f"pass user= and group= together, not user={user!r} and group={group!r}")
        trial = Policies()
        for statement in statements:
            trial.allow(statement)
        if user is not None and group is not None:
            self.join(user, group)
        self._statements += trial

    @locked
    def clear(self) -> None:
        """Remove all groups and statements."""
        self._groups.clear()
        self._statements.clear()

    @locked
    def to_data(self) -> dict[str, Any]:
        """Return the groups of each user, and the statements in order, as data that JSON can hold."""
        groups = {user: list(groups) for user, groups in self.members.items()}
        return {"groups": groups, "statements": [statement.text for statement in self]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Policies:
        """Make the policies that `to_data` was called on.

        Raises:
            InvalidInput: a group or a statement is wrong.
        """
        policies = cls()
        for user, groups in data["groups"].items():
            for group in groups:
                policies.join(user, group)
        policies.add(data["statements"])
        return policies

    def check(self, user: str, operation: Operation, compartment_id: str | None) -> None:
        """Refuse with 404 what no statement allows.

        Args:
            user: the OCID of the user who calls.
            operation: the operation.
            compartment_id: the compartment of the resource, or the one in the body or query; None if there is none.

        Raises:
            NotFound: the user is in a group, and no statement allows the operation.

        Source: https://docs.oracle.com/en-us/iaas/Content/generative-ai/iam-policies.htm
        """
        groups = self._groups.get(user)
        if groups is None:
            return
        verb, resource_type = operation.verb.permission, operation.kind.resource_type
        if any(each.allows(groups, verb, resource_type, compartment_id) for each in self._statements):
            return
        raise NOT_PERMITTED(user=user, verb=verb, resource_type=resource_type, place=compartment_id or "the tenancy")
