"""Opening the backend that a contract class returns."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.client.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from genai_ports.client.ports import GenAi

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def fixtures_of(backend: Callable[..., Any], request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """Return the values of the fixtures that a method `backend` requests: its parameters without a default."""
    parameters = inspect.signature(backend).parameters.values()
    names = [each.name for each in parameters if each.kind in _BY_NAME and each.default is each.empty]
    return {name: request.getfixturevalue(name) for name in names}


def check_settings(backend: Callable[..., Any], fixtures: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    """Fail the test if a method `backend` does not accept the settings of the test."""
    try:
        inspect.signature(backend).bind(**fixtures, **settings)
    except TypeError:
        names = ", ".join(settings)
        pytest.fail(
            f"backend() does not accept {names}: accept **settings, or declare in `cannot` that the backend lacks "
            f"the capability, such as {{Capability.{next(iter(settings)).upper()}: 'why'}}",
            pytrace=False,
        )


def repository_of(made: Any) -> GenAi:
    """Return all repositories over what a method `backend` returned."""
    if hasattr(made, "send"):
        return Repository(made)
    if hasattr(made, "list_models"):
        repository: GenAi = made
        return repository
    raise TypeError(f"backend() must return an object with send(call), or a Repository, not {made!r}")
