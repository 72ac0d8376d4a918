"""The prefix of the control paths."""

from __future__ import annotations

from typing import Final

CONTROL: Final = "/_sim"
