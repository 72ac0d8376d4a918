"""Policies: which groups of users may do what, in statements as OCI's IAM has them.

Source: Oracle's pages on permissions of Generative AI's resource types; see "Who may do what" in `docs/fidelity.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.checks import LONGEST_NAME, check_room, check_texts, checked_tuple
from genai_ports.api.display import display, named
from genai_ports.api.locked import Locked, locked
from genai_ports.api.shown import shown
from genai_ports.errors import InvalidInput
from genai_ports.ocids import parse_ocid
from genai_ports.regions import find_region
from genai_ports.simulator.rules.compartment import is_compartment
from genai_ports.simulator.rules.refusals import NOT_PERMITTED
from genai_ports.simulator.rules.statements import group_name, parse_statement, permission_of
from genai_ports.tenancy import USER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.api.kind import Operation
    from genai_ports.simulator.rules.conditions import Facts
    from genai_ports.simulator.rules.statements import Statement


_MOST_STATEMENTS: Final = 500
"""Source: https://docs.oracle.com/iaas/Content/Identity/policymgmt/policy-limits-compartment-hierarchy.htm, of those
along a path of compartments."""
_MOST_USERS, _MOST_GROUPS, _MOST_COMPARTMENTS = 2000, 250, 1000
_LONGEST_COMPARTMENT_NAME: Final = 100
_NAMED: Final = "tuples, each of the OCID, the name and the parent of a compartment"


class Compartment(NamedTuple):
    """A compartment that statements name.

    Args:
        name: its name.
        parent: the OCID of the compartment that it is in; None for the root compartment.
    """

    name: str
    parent: str | None


class Policies(Locked):
    """The groups of a tenancy's users, its compartments, and the statements about them.

    With the first group or statement, callers may do only what a statement allows. The well-known user is the
    administrator of the tenancy, who may do everything, until it joins a group.

    Example:
        >>> policies = Policies()
        >>> policies.join("ocid1.user.oc1..ann", "Readers")
        >>> policies.allow("Allow group Readers to read generative-ai-family in tenancy")
        >>> [statement.verb for statement in policies]
        ['read']
    """

    def __init__(self) -> None:
        self._groups: dict[str, frozenset[str]] = {}
        self._compartments: dict[str, Compartment] = {}
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
            user: the OCID of the user; or of an instance or another principal, for a dynamic group.
            group: the name of the group, or its OCID if statements name it so.

        Raises:
            InvalidInput: the user or the name is empty or longer than 255 characters, the name has a character that no
                name has, or there are too many.
        """
        check_texts(LONGEST_NAME, user=user, group=group)
        if not user:
            raise InvalidInput(f"user must be the OCID of a user, not {display(user)}")
        if not group or not group.strip() or not group.isprintable() or "," in group:
            raise InvalidInput(f"group must be the name or the OCID of a group, not {display(group)}")
        groups = self._groups.get(user, frozenset()) | {group}
        check_room("users in groups", len(self._groups) + (user not in self._groups), _MOST_USERS)
        check_room("groups of a user", len(groups), _MOST_GROUPS)
        self._groups[user] = groups

    @locked
    def name_compartment(self, compartment_id: str, name: str, *, parent: str | None = None) -> None:
        """Give a compartment a name, so that statements can name it.

        Args:
            compartment_id: its OCID.
            name: its name, of 1 to 100 characters.
            parent: the OCID of the compartment that it is in; statements for that one include this one. Default: the
                root compartment.

        Raises:
            InvalidInput: an OCID is not one of a compartment, the parent has no name, or the name is empty.
        """
        check_texts(LONGEST_NAME, compartment_id=compartment_id, parent=parent)
        check_texts(_LONGEST_COMPARTMENT_NAME, name=name)
        if not is_compartment(compartment_id):
            raise InvalidInput(f"compartment_id must be the OCID of a compartment, not {display(compartment_id)}")
        if not name or not name.strip() or ":" in name:
            raise InvalidInput(f"name must be the name of a compartment, not {display(name)}")
        if parent is not None and (parent not in self._compartments or compartment_id in self._path(parent)):
            raise InvalidInput(f"parent must be the OCID of another compartment that has a name, not {display(parent)}")
        count = len(self._compartments) + (compartment_id not in self._compartments)
        check_room("compartments with a name", count, _MOST_COMPARTMENTS)
        self._compartments[compartment_id] = Compartment(name, parent)

    @locked
    def allow(self, statement: str) -> None:
        """Add a statement.

        Args:
            statement: such as `Allow group Readers to read generative-ai-family in tenancy`; of 4,096 characters at
                most.

        Raises:
            InvalidInput: it is not of that form; its verb, resource type or compartment does not exist; the
                simulator cannot evaluate its condition; or there are 500.
        """
        read = parse_statement(statement)
        compartment = read.compartment
        if isinstance(compartment, tuple):
            compartment = self._find_compartment(compartment)
        elif compartment is not None and not is_compartment(compartment):
            raise InvalidInput(f"the compartment must be the OCID of a compartment, not {display(compartment)}")
        check_room("statements", len(self._statements) + 1, _MOST_STATEMENTS)
        self._statements.append(read._replace(compartment=compartment))

    @locked
    def add(
        self,
        statements: Iterable[str] = (),
        *,
        user: str | None = None,
        group: str | None = None,
        compartments: Iterable[tuple[str, str, str | None]] = (),
    ) -> None:
        """Add statements, names of compartments and a member of a group: all of it, or nothing if a part is wrong.

        Args:
            statements: as for `allow`.
            user: the OCID of a user; requires `group`.
            group: the name of the group that the user becomes a member of; requires `user`.
            compartments: OCID, name and parent of each; as for `name_compartment`.

        Raises:
            InvalidInput: a part is wrong, or only one of user and group is passed.
        """
        trial = Policies()
        trial._groups, trial._compartments = dict(self._groups), dict(self._compartments)
        trial._statements = list(self._statements)
        for each in checked_tuple("compartments", compartments, _NAMED):
            compartment_id, name, parent = _parts(each)
            trial.name_compartment(compartment_id, name, parent=parent)
        for statement in checked_tuple("statements", statements, "statements"):
            trial.allow(statement)
        if user is not None and group is not None:
            trial.join(user, group)
        elif user is not None or group is not None:
            raise InvalidInput(f"pass user= and group= together, not user={named(user)} and group={named(group)}")
        self._groups, self._compartments = trial._groups, trial._compartments
        self._statements = trial._statements

    @locked
    def clear(self) -> None:
        """Remove all groups, statements and names of compartments."""
        self._groups.clear()
        self._compartments.clear()
        self._statements.clear()

    @locked
    def to_data(self) -> dict[str, Any]:
        """Return groups by user, names of compartments, and the statements in order, as data that JSON can hold."""
        groups = {user: list(groups) for user, groups in self.members.items()}
        named = [
            {"id": each, "name": compartment.name, **({"parent": compartment.parent} if compartment.parent else {})}
            for each, compartment in self._compartments.items()
        ]
        return {"groups": groups, "compartments": named, "statements": [statement.text for statement in self]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Policies:
        """Make the policies that `to_data` was called on.

        Raises:
            InvalidInput: a group, a compartment or a statement is wrong.
        """
        policies = cls()
        named = [(each["id"], each["name"], each.get("parent")) for each in data["compartments"]]
        for user, groups in data["groups"].items():
            for group in groups:
                policies.join(user, group)
        policies.add(data["statements"], compartments=named)
        return policies

    def check(self, user: str, operation: Operation, compartment_id: str | None, region: str) -> None:
        """Refuse with 404 what no statement allows.

        Args:
            user: the OCID of the caller; empty for one who cannot be identified.
            operation: the operation.
            compartment_id: the compartment of the resource, or the one in the body or query; None if there is none.
            region: the id of the region of the call.

        Raises:
            NotFound: there are groups or statements, and none allows the operation.

        Source: https://docs.oracle.com/en-us/iaas/Content/generative-ai/iam-policies.htm
        """
        joined = self._groups.get(user)
        if (joined is None and user == USER) or not (self._groups or self._statements):
            return
        if not isinstance(compartment_id, str):
            compartment_id = None  # a wrong type, which the checks of the body refuse afterwards
        groups = frozenset(map(group_name, joined or ()))
        facts = self._facts(user, operation, compartment_id, region, groups)
        path = self._path(compartment_id)
        for each in self._statements:
            is_here = compartment_id is None or each.compartment is None or each.compartment in path
            if is_here and each.allows(groups, operation, facts):
                return
        raise NOT_PERMITTED(
            user=shown(user) if user else "a caller who cannot be identified",
            verb=operation.verb.permission,
            resource_type=operation.kind.resource_type,
            place=shown(compartment_id) if compartment_id else "the tenancy",
        )

    def _path(self, compartment_id: str | None) -> list[str]:
        """List a compartment and those that it is in."""
        found: list[str] = []
        while compartment_id is not None:
            found.append(compartment_id)
            known = self._compartments.get(compartment_id)
            compartment_id = known.parent if known else None
        return found

    def _find_compartment(self, names: tuple[str, ...]) -> str:
        """Return the OCID of the compartment with these names at the end of its path."""
        found = [each for each in self._compartments if self._names(each)[-len(names) :] == names]
        if len(found) == 1:
            [only] = found
            return only
        what = "several compartments are" if found else "no compartment is"
        raise InvalidInput(
            f"{what} named {named(':'.join(names))}: give it its name with name_compartment(OCID, NAME) first, or "
            "write `in compartment id OCID`"
        )

    def _names(self, compartment_id: str) -> tuple[str, ...]:
        return tuple(self._compartments[each].name.lower() for each in reversed(self._path(compartment_id)))

    def _facts(
        self, user: str, operation: Operation, compartment_id: str | None, region: str, groups: frozenset[str]
    ) -> Facts:
        """Return what conditions can be about; a variable that does not apply has no value."""
        known, caller = find_region(region), parse_ocid(user)
        named = self._compartments.get(compartment_id or "")
        facts = {
            "request.user.id": [user],
            "request.groups.id": [each for each in groups if each.startswith("ocid1.")],
            "request.operation": [operation.name.title().replace("_", "")],
            "request.permission": [permission_of(operation)],
            "request.region": [region, known.code] if known else [region],
            "request.principal.type": [caller.resource_type] if caller else [],
            "target.compartment.id": [compartment_id] if compartment_id else [],
            "target.compartment.name": [named.name] if named else [],
        }
        return {name: frozenset(filter(None, values)) for name, values in facts.items()}


def _parts(named: object) -> tuple[Any, ...]:
    parts = checked_tuple("compartments", named, _NAMED)
    if len(parts) != 3:  # noqa: PLR2004  # see _NAMED
        raise InvalidInput(f"compartments must be a sequence of {_NAMED}, not of {len(parts)} parts")
    return parts
