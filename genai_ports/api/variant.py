"""Members of Oracle's polymorphic types, told apart on the wire by one discriminating property."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time
from dataclasses import field
from typing import Any, ClassVar

from genai_ports.api.value import Value, value


class Variant(Value):
    """A known member: `DISCRIMINATOR` names the attribute that says which one it is; the class carries its value."""

    __slots__ = ()

    DISCRIMINATOR: ClassVar[str]

    @classmethod
    def tag(cls) -> str:
        """The value of the discriminating property on the wire."""
        tag: str = getattr(cls, cls.DISCRIMINATOR)
        return tag


@value
class UnknownVariant(Value):
    """A member that this version does not know: kept whole, so that it survives a round trip.

    Any of its properties may be a secret, so that its repr only names them.

    Args:
        document: the JSON object as it came.
    """

    document: Mapping[str, Any] = field()

    def __repr__(self) -> str:
        return f"UnknownVariant({', '.join(self.document)})"
