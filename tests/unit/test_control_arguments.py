"""Controls refuse a wrong argument by its name, before anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.api.kinds import MODEL
from genai_ports.errors import InvalidInput
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable

WORLD: Any = Simulator()
LONG = "x" * 4097

WRONG: dict[str, tuple[Callable[[], object], str]] = {
    **{
        f"{control} of {what}": (lambda control=control, given=given: getattr(WORLD, control)(given), message)
        for control in ("work_on", "timeline", "inspect", "needs_attention")
        for what, given, message in (
            ("a number", 5, "identifier must be a string, not 5"),
            ("a long text", LONG, "identifier must have 4096 characters at most, not 4097"),
        )
    },
    **{
        f"{control} of None": (lambda control=control: getattr(WORLD, control)(None), "identifier must be of type str")
        for control in ("timeline", "inspect")
    },
    "message": (lambda: WORLD.needs_attention("a", LONG), "message must have 4096 characters at most, not 4097"),
    "kind": (lambda: WORLD.newest("model"), "kind must be a row of genai_ports.api.kinds, not 'model'"),
    "region": (lambda: WORLD.newest(MODEL, region=5), "region must be a string, not 5"),
    "text": (lambda: WORLD.newest(MODEL, text=LONG), "text must have 4096 characters at most, not 4097"),
    "region of base models": (lambda: WORLD.base_models(None), "region must be of type str, not None"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_argument_is_refused_by_its_name(what: str) -> None:
    control, message = WRONG[what]
    with pytest.raises(InvalidInput) as caught:
        control()
    assert message in str(caught.value)


def test_a_percentage_is_a_number_from_0_to_below_100() -> None:
    for right in (0, 0.5, 99, 99.9):
        assert FailingWork(percent=right).percent == right
    for wrong in (-1, -0.1, 100, 101, True, "5"):
        with pytest.raises(InvalidInput, match="percent must be from 0 to 99, not "):
            FailingWork(percent=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["limit", "offset"])
def test_a_count_is_a_whole_number_from_0_to_1000000000(name: str) -> None:
    for right in (0, 1, 10**9):
        assert WORLD.newest(MODEL, **{name: right}) == ()
    for wrong in (-1, 10**9 + 1, 2**63 - 1, True, 1.0, "1", None):
        with pytest.raises(InvalidInput, match=f"{name} must be a whole number from 0 to 1000000000, not "):
            WORLD.newest(MODEL, **{name: wrong})
