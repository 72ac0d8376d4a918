"""CallMatcher: which later calls a fault applies to, by their contents and their number, never by chance."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  # type hints resolve at run time
from dataclasses import fields
from typing import Any, Final, NamedTuple

from genai_ports.api.call import Call  # noqa: TC001  # as above
from genai_ports.api.checks import LONGEST_NAME, check_texts, is_one_of
from genai_ports.api.display import display, named
from genai_ports.api.kinds import OPERATIONS, WORK_REQUEST
from genai_ports.api.value import Value, value
from genai_ports.api.verbs import CREATE, LIST
from genai_ports.errors import InvalidInput
from genai_ports.regions import region as known_region
from genai_ports.suggestions import did_you_mean

ALWAYS: Final = "always"
"""For `times`: until it is cleared."""

_MOST_CALLS: Final = 10**9
_COMPARED: Final = ("operation", "region", "resource", "compartment_id", "display_name")


class CallContext(NamedTuple):
    """What a call is about: the facts that a `CallMatcher` compares.

    Args:
        operation: the name of the operation.
        region: the id of the region that the call goes to.
        resource: the OCID of the resource; None for a create or a list.
        compartment_id: the compartment of the resource, or the one in the body or query.
        display_name: the display name of the resource, or the one in the body or query.
        call: the call itself.
    """

    operation: str
    region: str
    resource: str | None
    compartment_id: str | None
    display_name: str | None
    call: Call


def call_context(call: Call, region: str, about: Any) -> CallContext:
    """Collect what a call is about, from its resource or else from its body or query.

    Args:
        call: the call.
        region: the id of the region that it goes to.
        about: the resource or work request as it is now; None if there is none.
    """
    source = call.details if about is None else about
    compartment_id, display_name = getattr(source, "compartment_id", None), getattr(source, "display_name", None)
    if source is None and call.query is not None:
        compartment_id, display_name = call.query.compartment_id, call.query.filters.get("display_name")
    return CallContext(
        operation=call.operation.name,
        region=region,
        resource=call.target,
        compartment_id=compartment_id,
        display_name=display_name,
        call=call,
    )


@value
class CallMatcher(Value):
    """Which calls a fault applies to: those that match every argument, counted from when the fault is added.

    Args:
        operation: the operation, such as `create_model`; default: any.
        region: the id of the region that the call goes to; default: any.
        resource: the OCID of the resource that the call is about; default: any.
        compartment_id: the compartment of that resource, or the one in the body or query; default: any.
        display_name: the display name of that resource, or the one in the body or query; default: any.
        when: a function that takes the `Call` and returns whether it matches; works in the same process only. If it
            raises, the caller gets its error and nothing has changed.
        nth: the number of the first matching call that it applies to, 1 to 1,000,000,000; default: the value of
            `every`.
        every: after the first, it applies to every so many-th matching call, 1 to 1,000,000,000; 1 for each.
        times: how many calls it applies to in all, 1 to 1,000,000,000; `always` for no end.

    Raises:
        InvalidInput: the operation or region does not exist, a number is out of range, a value is of the wrong type,
            or no call of the operation can match.
    """

    operation: str | None = None
    region: str | None = None
    resource: str | None = None
    compartment_id: str | None = None
    display_name: str | None = None
    when: Callable[[Call], bool] | None = None
    nth: int | None = None
    every: int = 1
    times: int | str = 1

    def __post_init__(self) -> None:
        about = {name: getattr(self, name) for name in _COMPARED}
        check_texts(LONGEST_NAME, **about)
        if self.when is not None and not callable(self.when):
            raise InvalidInput(f"when must be a function that takes the call, not {display(self.when)}")
        if self.operation is not None and self.operation not in OPERATIONS:
            hint = did_you_mean(self.operation, OPERATIONS)
            raise InvalidInput(f"operation {named(self.operation)} does not exist{hint}")
        if self.region is not None and self.region != (known := known_region(self.region).id):
            raise InvalidInput(f"region must be the id {known!r}, not {display(self.region)}")
        self._check_numbers()
        self._check_operation_can_match()

    def _check_numbers(self) -> None:
        for name in ("nth", "every", "times"):
            number = getattr(self, name)
            if (name == "nth" and number is None) or (name == "times" and is_one_of(number, (ALWAYS,))):
                continue
            if type(number) is not int or not 1 <= number <= _MOST_CALLS:
                also = f", or {ALWAYS!r}" if name == "times" else ""
                raise InvalidInput(f"{name} must be from 1 to {_MOST_CALLS}{also}, not {display(number)}")

    def _check_operation_can_match(self) -> None:
        if self.operation is None:
            return
        operation = OPERATIONS[self.operation]
        if self.resource is not None and operation.verb in (CREATE, LIST):
            raise InvalidInput(f"{operation.name} has no target; omit resource=")
        if self.display_name is not None and operation.kind is WORK_REQUEST:
            raise InvalidInput(f"{operation.name} is about a work request, which has no name; omit display_name=")

    def matches(self, context: CallContext) -> bool:
        """Whether a call is one of those that are counted."""
        for name in _COMPARED:
            wanted = getattr(self, name)
            if wanted is not None and wanted != getattr(context, name):
                return False
        return self.when is None or bool(self.when(context.call))

    def applies_to(self, number: int) -> bool:
        """Whether it applies to the matching call of that number, counted from 1."""
        ahead = number - (self.nth or self.every)
        return ahead >= 0 and ahead % self.every == 0

    def source(self) -> str:
        """Return the Python expression that makes it.

        Example:
            >>> CallMatcher(operation="get_model", nth=2).source()
            "CallMatcher(operation='get_model', nth=2)"
        """
        return f"{type(self).__name__}({', '.join(f'{name}={item!r}' for name, item in self.settings().items())})"

    def settings(self) -> dict[str, Any]:
        """Return the arguments that differ from their defaults, by name."""
        given = [(field, getattr(self, field.name)) for field in fields(self)]
        return {field.name: item for field, item in given if item != field.default}
