"""Conditions of policy statements: what stands after `where`, and whether it holds for a request.

Source: https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/conditions.htm
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from genai_ports.api.display import display, named
from genai_ports.errors import InvalidInput
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    Facts: TypeAlias = Mapping[str, frozenset[str]]

VARIABLES: Final = (
    "request.user.id",
    "request.groups.id",
    "request.operation",
    "request.permission",
    "request.region",
    "request.principal.type",
    "target.compartment.id",
    "target.compartment.name",
)
"""The variables that the simulator knows of a request."""

_TOKENS: Final = re.compile(
    r"\s*(?:(?P<mark>!=|[={},])|(?P<text>'[^']*')|(?P<pattern>/[^/]*/)|(?P<word>[\w.-]+)|(?P<end>\Z))"
)
_DEEPEST: Final = 10
_FORM: Final = "VARIABLE = 'VALUE', VARIABLE != 'VALUE', VARIABLE = /PATTERN*/, or any {...} or all {...} of such"


class Comparison(NamedTuple):
    """A variable that is compared with a value.

    Args:
        variable: one of `VARIABLES`.
        equal: whether they must be equal; if not, they must differ.
        value: matches the value in lower case.
    """

    variable: str
    equal: bool
    value: re.Pattern[str]

    def holds(self, facts: Facts) -> bool:
        """Whether it holds. A variable that does not apply to the request makes every comparison false."""
        known = facts.get(self.variable, frozenset())
        return bool(known) and any(self.value.fullmatch(each.lower()) for each in known) == self.equal


class Group(NamedTuple):
    """Several conditions, of which all must hold, or any."""

    every: bool
    conditions: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """Whether they hold."""
        return (all if self.every else any)(each.holds(facts) for each in self.conditions)


Condition: TypeAlias = Comparison | Group


def parse_condition(text: str) -> Condition:
    """Read the condition of a statement.

    Args:
        text: what stands after `where`.

    Raises:
        InvalidInput: it is not a condition, or names a variable that the simulator does not know of a request.

    Example:
        >>> parse_condition("request.operation = 'ListModels'").holds({"request.operation": frozenset({"ListModels"})})
        True
    """
    reader = _Reader(text)
    condition = reader.condition()
    if reader.next:
        raise reader.refusal()
    return condition


class _Reader:
    """Reads the tokens of a condition from left to right."""

    next: str
    _kind: str

    def __init__(self, text: str) -> None:
        self._text = self._rest = text
        self._depth = 0
        self._advance()

    def condition(self) -> Condition:
        """Read one condition."""
        word = self._take("word")
        if word.lower() in ("any", "all") and self.next == "{":
            return Group(word.lower() == "all", self._members())
        if word.lower() not in VARIABLES:
            raise InvalidInput(
                f"a condition on {named(word)} cannot be evaluated here: the simulator knows {', '.join(VARIABLES)}"
                f"{did_you_mean(word.lower(), VARIABLES)}"
            )
        sign = self._take("mark")
        if sign not in ("=", "!="):
            raise self.refusal()
        return Comparison(word.lower(), sign == "=", self._value())

    def refusal(self) -> InvalidInput:
        """Return the error for what is not a condition."""
        return InvalidInput(f"the condition of a statement must be of the form {_FORM}, not {display(self._text)}")

    def _members(self) -> tuple[Condition, ...]:
        self._take("mark")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidInput(f"the condition of a statement may nest {_DEEPEST} deep at most")
        found = [self.condition()]
        while self.next == ",":
            self._take("mark")
            found.append(self.condition())
        if self._take("mark") != "}":
            raise self.refusal()
        self._depth -= 1
        return tuple(found)

    def _value(self) -> re.Pattern[str]:
        if self._kind == "pattern":
            first, *more = map(re.escape, self._take("pattern")[1:-1].lower().split("*"))
            middle = "".join(f"(?>.*?{each})" for each in more[:-1])  # atomic: many of them are tried once each
            return re.compile(first + middle + "".join(f".*{each}" for each in more[-1:]), re.DOTALL)
        return re.compile(re.escape(self._take("text")[1:-1].lower()))

    def _take(self, kind: str) -> str:
        if self._kind != kind:
            raise self.refusal()
        taken = self.next
        self._advance()
        return taken

    def _advance(self) -> None:
        found = _TOKENS.match(self._rest)
        if found is None:
            raise self.refusal()
        self._kind, self.next, self._rest = found.lastgroup or "", found[0].strip(), self._rest[found.end() :]
