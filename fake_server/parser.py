"""Reading HTTP: waitress's parser, stricter, and OCI's errors for what it refuses.

This uses undocumented parts of waitress: how its parser works. The tests of bad input check them.
"""

from __future__ import annotations

from copy import copy
from typing import Any, Final

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import InternalServerError as WaitressDefect
from waitress.utilities import RequestEntityTooLarge

from fake_server.routes import CONTROL
from fake_server.settings import MAX_BODY_BYTES, MAX_SNAPSHOT_BYTES
from genai_ports.errors import InternalServerError, ServiceError
from genai_ports.simulator.rules.refusals import BODY_TOO_LARGE, NOT_HTTP

_SNAPSHOT: Final = ("PUT", f"{CONTROL}/snapshot")
"""The one request that may have a large body."""


class Parser(HTTPRequestParser):
    """Also refuses requests that crash waitress, or that it would read as two requests."""

    def received(self, data: bytes) -> int:
        """Read some bytes, and return how many of them belong to this request."""
        consumed = super().received(data)
        if self.completed:
            # Otherwise waitress sends 100-continue and waits forever for a body that does not come.
            self.expect_continue = False
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request.

        Raises:
            ParsingError: it is not HTTP.
        """
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            if hasattr(self, "path"):  # the URL is parsed, so the content-length failed
                raise ParsingError("the content-length has too many digits to be read") from error
            raise ParsingError("the URL cannot be parsed") from error
        own: Any = self
        if (own.command, own.path) == _SNAPSHOT:
            own.adj = copy(own.adj)
            own.adj.max_request_body_size = MAX_SNAPSHOT_BYTES + 1
        if self.version != "1.1" and "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("only HTTP/1.1 has a transfer-encoding")


def refusal_of(refused: Any) -> ServiceError:
    """Return OCI's error for a request that the parser refuses."""
    if isinstance(refused, RequestEntityTooLarge):
        return BODY_TOO_LARGE(limit=MAX_BODY_BYTES)
    if isinstance(refused, WaitressDefect):
        return InternalServerError("Internal Server Error")
    # The quoted part is the client's input: it may be a secret.
    return NOT_HTTP(reason=refused.body.partition('"')[0].strip(" ."))
