"""The domain classes on the wire: JSON in both directions, and the search for what a request must not contain."""

from __future__ import annotations

from genai_ports.wire.codec import decode, decode_page, encode
from genai_ports.wire.unknown import unknown_fields

__all__ = ["decode", "decode_page", "encode", "unknown_fields"]
