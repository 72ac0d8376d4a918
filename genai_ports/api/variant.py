"""The classes of Oracle's polymorphic types; in JSON, one property says which class an object is."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time
from typing import Any, ClassVar

from genai_ports.api.value import Value, value


class Variant(Value):
    """A known class: `DISCRIMINATOR` names the attribute whose value says which class it is."""

    DISCRIMINATOR: ClassVar[str]

    @classmethod
    def tag(cls) -> str:
        """Return the value of the discriminator in JSON."""
        tag: str = getattr(cls, cls.DISCRIMINATOR)
        return tag


@value
class UnknownVariant(Value):
    """An object of a class that this version does not know. It is kept whole and is sent unchanged.

    Its repr shows the names of its properties only, because any value may be a secret.

    Args:
        document: the JSON object.
    """

    document: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"UnknownVariant({', '.join(self.document)})"
