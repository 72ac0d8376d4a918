"""CallMatcher: which later calls something befalls, by what they are about and by their number, never by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.kinds import OPERATIONS, WORK_REQUEST
from genai_ports.api.value import Value, value
from genai_ports.api.verbs import CREATE, LIST
from genai_ports.errors import InvalidInput
from genai_ports.regions import region as known_region
from genai_ports.simulator.argument_checks import check_texts
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.api.call import Call

ALWAYS: Final = "always"
"""For `times`: until it is cleared."""

_NAMED: Final = ("operation", "region", "resource", "compartment_id", "display_name")


class CallContext(NamedTuple):
    """What a call is about, for plans to go by.

    Args:
        operation: its name.
        region: where it goes.
        resource: the OCID of the resource that it is about, where there is one already.
        compartment_id: the compartment of that resource, or the one that the call names.
        display_name: the name of that resource, or the one that the call names.
        call: the call itself.
    """

    operation: str
    region: str
    resource: str | None
    compartment_id: str | None
    display_name: str | None
    call: Call


def asked(call: Call, region: str, about: Any) -> CallContext:
    """Tell what a call is about: the resource as it is, or else what the call's body or query names.

    Args:
        call: the call.
        region: the id of the region that it goes to.
        about: the resource or work request that it is about, as it is now; None where there is none.
    """
    if about is None:
        about = call.details
    named = {name: getattr(about, name, None) for name in ("id", "compartment_id", "display_name")}
    if about is None and call.query is not None:
        named = {**named, "compartment_id": call.query.compartment_id, **_filtered(call.query.filters)}
    return CallContext(
        operation=call.operation.name,
        region=region,
        resource=call.target or named["id"],
        compartment_id=named["compartment_id"],
        display_name=named["display_name"],
        call=call,
    )


def _filtered(filters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: filters[name] for name in ("display_name",) if name in filters}


@value
class CallMatcher(Value):
    """Which calls a plan befalls: those that match all that is given, counted from when it was made.

    Args:
        operation: such as `create_model`; None for any.
        region: the id of the region that the call goes to; None for any.
        resource: the OCID of the resource that the call is about; None for any.
        compartment_id: the compartment of that resource, or the one that the call names; None for any.
        display_name: the name of that resource, or the one that the call names; None for any.
        when: a test of your own for the call, in the same process; None for none.
        nth: the first of the matching calls that it befalls, from 1; the value of `every` unless given.
        every: from there on, every so many-th: 1 for each of them.
        times: how many calls it befalls in all; `always` for no end.
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

    def check(self) -> None:
        """Refuse a plan that could befall no call.

        Raises:
            InvalidInput: the operation or the region does not exist, a number is out of range, something is of the
                wrong type, or the operation is not about what is asked for.
        """
        check_texts(resource=self.resource, compartment_id=self.compartment_id, display_name=self.display_name)
        if self.when is not None and not callable(self.when):
            raise InvalidInput(f"when must be a function that takes the call, not {self.when!r}")
        if self.operation is not None and str(self.operation) not in OPERATIONS:
            hint = did_you_mean(str(self.operation), OPERATIONS)
            raise InvalidInput(f"operation {self.operation!r} does not exist{hint}")
        if self.region is not None and self.region != (known := known_region(str(self.region)).id):
            raise InvalidInput(f"region must be the id {known!r}, not {self.region!r}")
        for name in ("nth", "every", "times"):
            number = getattr(self, name)
            if number is None or (name == "times" and number == ALWAYS):
                continue
            if type(number) is not int or number < 1:
                also = f", or {ALWAYS!r}" if name == "times" else ""
                raise InvalidInput(f"{name} must be 1 or more{also}, not {number!r}")
        self._check_about()

    def _check_about(self) -> None:
        """Refuse to wait for a resource or a name that no call of the operation is about."""
        if self.operation is None:
            return
        operation = OPERATIONS[self.operation]
        if self.resource is not None and operation.verb in (CREATE, LIST):
            raise InvalidInput(f"{operation.name} names no resource: leave resource out")
        if self.display_name is not None and operation.kind is WORK_REQUEST:
            raise InvalidInput(f"{operation.name} is about a work request, which has no name: leave display_name out")

    def matches(self, asked: CallContext) -> bool:
        """Whether a call is one of those that are counted."""
        if any((wanted := getattr(self, name)) is not None and wanted != getattr(asked, name) for name in _NAMED):
            return False
        return self.when is None or self.when(asked.call)

    def applies_to(self, number: int) -> bool:
        """Whether the matching call of that number, counted from 1, is one that it befalls."""
        ahead = number - (self.nth or self.every)
        return ahead >= 0 and ahead % self.every == 0
