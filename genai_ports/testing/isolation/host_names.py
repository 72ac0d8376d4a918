"""Names and addresses of machines that a test allows connections to."""

from __future__ import annotations

import re
from typing import Any, Final

from genai_ports.api.checks import checked_tuple
from genai_ports.api.display import display
from genai_ports.errors import InvalidInput

_HOST: Final = re.compile(r"[^\s/:\[\]@]+|[0-9A-Fa-f:.*?]+(?:%[^\s/]+)?")
"""A name or an IPv4 address, or an IPv6 address, with wildcards."""


def hosts(given: Any) -> tuple[str, ...]:
    """Check a list of names and addresses of machines.

    Raises:
        InvalidInput: it is not one.
    """
    checked = checked_tuple("allow_hosts", given, "host names and addresses")
    for each in checked:
        if not isinstance(each, str) or not _HOST.fullmatch(each):
            raise InvalidInput(
                f"allow_hosts has {display(each)}: use names and addresses, such as db.example, without scheme, port "
                "and path"
            )
    return checked
