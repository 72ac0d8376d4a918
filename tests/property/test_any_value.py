"""Whatever a caller passes to a public function, constructor or method: only errors of this library come out.

A wrong call (an argument too many, or a required one missing) is Python's TypeError, and not tested here.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from odd_values import ODD_VALUES, SECRET
from public_surface import World, targets

from genai_ports import Listing, Repository
from genai_ports.errors import GenAiError
from genai_ports.testing import ready

if TYPE_CHECKING:
    from public_surface import Target

LONGEST_MESSAGE = 2000
SHOWN = ("path", "world", "record", "replay", "config_file", "ca_bundle", "profile", "host")
"""Names of files, hosts and profiles are shown as they are: without them, a message does not help."""
CALLED = ("fetch", "when", "on_progress", "transport", "signer", "backend")
"""Parameters that take an object of the caller, whose own errors come out."""
OBJECTS = ("mock", "class", "hostile class", "function", "generator", "endless iterator")
"""Values that can be such an object."""
CHANGES_WORLD = ("wait_for_work_request", "ready")
"""What waits, or creates what a resource needs, before it is refused."""


def use(result: Any) -> None:
    """Use a result as far as that calls more of this library."""
    if isinstance(result, Listing):
        result.first()
    elif isinstance(result, Repository):
        result.list_models(ready.COMPARTMENT).first()
        result.close()
    elif isinstance(result, AbstractContextManager):
        with result:
            pass
    elif hasattr(type(result), "__next__"):
        list(islice(result, 3))


def surface() -> dict[str, list[Target]]:
    found: dict[str, list[Target]] = {}
    for target in targets():
        found.setdefault(target.name, []).append(target)
    return found


SURFACE = surface()


@pytest.fixture(autouse=True)
def empty_directory(tmp_path, monkeypatch):
    """Let relative paths lead to where nothing is, and the SDK to no configuration of this machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize("name", SURFACE)
def test_only_our_errors_come_out_and_what_is_refused_changes_nothing(name):
    world = World()
    for target in SURFACE[name]:
        for label, make in ODD_VALUES.items():
            if target.parameter in CALLED and label in OBJECTS:
                continue
            check(target, label, make(), world)


def check(target: Target, label: str, odd: Any, world: World) -> None:
    """Call a target with a value; it is accepted or refused."""
    what = f"{target.name}({target.parameter}={label})"
    try:
        use(target.call(world, odd))
    except GenAiError as error:
        message = str(error)
    except BaseException as error:
        raise AssertionError(f"{what} raises {type(error).__name__}") from error
    else:
        world.start_again()
        return
    assert len(message) <= LONGEST_MESSAGE, what
    assert SECRET not in message or target.parameter in SHOWN, what
    if any(each in target.name for each in CHANGES_WORLD):
        world.start_again()
    assert not world.is_changed(), what
