"""The HTTP binding: domain classes as JSON, calls as requests, replies and errors as responses, in both directions."""

from __future__ import annotations

from genai_ports.wire.codec import decode, decode_page, encode
from genai_ports.wire.unknown import unknown_fields

__all__ = ["decode", "decode_page", "encode", "unknown_fields"]
