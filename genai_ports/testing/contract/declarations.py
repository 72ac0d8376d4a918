"""Declarations: what a backend lacks or does differently, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from genai_ports.errors import ConfigurationError
from genai_ports.suggestions import did_you_mean
from genai_ports.testing.contract.capabilities import Capability

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Declaration(NamedTuple):
    """What a contract class declares about one test.

    Args:
        key: what is declared: a capability such as `Capability.PACE`, or the name of a test. None if the test needs
            several capabilities that the backend lacks, so that its result says nothing about one of them.
        reason: why.
    """

    key: str | None
    reason: str


def check_declarations(cls: type, cannot: Mapping[Any, Any], differs: Mapping[Any, Any]) -> None:
    """Check what a contract class declares.

    Raises:
        ConfigurationError: a capability or a test does not exist, or a reason is missing.
    """
    for capability, reason in cannot.items():
        if not isinstance(capability, Capability):
            names = [each.name for each in Capability]
            hint = did_you_mean(str(capability).rpartition(".")[2], names)
            known = " or ".join(map(str, Capability))
            raise ConfigurationError(f"{cls.__name__}.cannot: {capability!r} is not a capability; use {known}{hint}")
        _check_reason(f"{cls.__name__}.cannot[{capability}]", reason)
    for name, reason in differs.items():
        if not isinstance(name, str) or not hasattr(cls, name.partition("[")[0]) or not name.startswith("test"):
            tests = [each for each in dir(cls) if each.startswith("test")]
            raise ConfigurationError(
                f"{cls.__name__}.differs: the contract has no test {name!r}{did_you_mean(str(name), tests)}"
            )
        _check_reason(f"{cls.__name__}.differs[{name!r}]", reason)


def _check_reason(place: str, reason: Any) -> None:
    if not isinstance(reason, str) or not reason.strip():
        raise ConfigurationError(f"{place} must say why, as text, not {reason!r}")


def declaration_of(cls: Any, name: str, original_name: str, capabilities: Sequence[Capability]) -> Declaration | None:
    """Return what a contract class declares about a test; None for nothing.

    Args:
        cls: the class that the test belongs to.
        name: of the test, with its parameters in brackets.
        original_name: of the test function.
        capabilities: what the test needs.
    """
    lacking = [each for each in capabilities if each in cls.cannot]
    if lacking:
        reason = "; ".join(f"the backend cannot {each.value}: {cls.cannot[each]}" for each in lacking)
        return Declaration(str(lacking[0]) if len(lacking) == 1 else None, reason)
    for key in (name, original_name):
        if key in cls.differs:
            return Declaration(key, cls.differs[key])
    return None
