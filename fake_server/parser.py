"""Reading HTTP: waitress's parser, stricter, and OCI's errors for what it refuses.

This uses undocumented parts of waitress: how its parser works. The tests of bad input check them.
"""

from __future__ import annotations

import logging
import re
from copy import copy
from typing import Any, Final

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, RequestEntityTooLarge
from waitress.utilities import InternalServerError as WaitressDefect

from fake_server.routes import CONTROL
from fake_server.settings import MAX_BODY_BYTES, MAX_SNAPSHOT_BYTES
from genai_ports.errors import InternalServerError, ServiceError
from genai_ports.simulator.rules.refusals import BODY_TOO_LARGE, NOT_HTTP

TLS_HELLO: Final = b"\x16"
"""The first byte of TLS: a handshake record."""
_LOG: Final = logging.getLogger("fake_server")
_SNAPSHOT: Final = ("PUT", f"{CONTROL}/snapshot")
"""The one request that may have a large body."""
_VERSIONS: Final = ("1.1", "1.0")
_TARGET: Final = re.compile(r"(?:https?://[!-~]|/)[!-\"$-~]*|\*", re.IGNORECASE)
"""A path, or a URL with one, or `*`; without a fragment."""
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n")
_BARE_LF: Final = re.compile(rb"(?<!\r)\n")
_LONGEST_CHUNK_LINE: Final = 1024


class Parser(HTTPRequestParser):
    """Also refuses requests that crash waitress, and those that another program could read in another way."""

    def received(self, data: bytes) -> int:
        """Read some bytes, and return how many of them belong to this request."""
        if not self.header_plus and data.startswith(TLS_HELLO):
            _LOG.warning("fake_server: a client speaks TLS to the port of HTTP: use http:// in its URL, or serve --tls")
            self._refuse("it begins with TLS, and this port serves HTTP")
            return len(data)
        consumed = super().received(data)
        if self.completed:
            # Otherwise waitress sends 100-continue and waits forever for a body that does not come.
            self.expect_continue = False
        elif self.body_rcv is None and _BARE_LF.search(self.header_plus):
            self._refuse("a line ends without CR")
        elif len(getattr(self.body_rcv, "control_line", b"")) > _LONGEST_CHUNK_LINE:
            self._refuse("the size of a chunk is too long")
        elif getattr(self.body_rcv, "chunk_remainder", 0) > MAX_SNAPSHOT_BYTES:
            own: Any = self
            own.error, own.completed = RequestEntityTooLarge(""), True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request.

        Raises:
            ParsingError: it is not HTTP, or not unambiguous.
        """
        sent = header_plus.lower()
        if b"\n " in sent or b"\n\t" in sent:
            raise ParsingError("a header continues on a second line")
        coded = sent.count(b"\r\ntransfer-encoding:")
        if coded and (coded > 1 or not _CHUNKED.search(sent)):
            raise ParsingError("the only transfer-encoding that is accepted is chunked, once")
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            if hasattr(self, "path"):  # the URL is parsed, so the content-length failed
                raise ParsingError("the content-length has too many digits to be read") from error
            raise ParsingError("the URL cannot be parsed") from error
        self._check(sent.count(b"\r\nhost:"), is_coded=bool(coded))
        own: Any = self
        if (own.command, own.path) == _SNAPSHOT:
            own.adj = copy(own.adj)
            own.adj.max_request_body_size = MAX_SNAPSHOT_BYTES + 1

    def _check(self, hosts: int, *, is_coded: bool) -> None:
        """Refuse what can be read in two ways; put the host of an absolute target in place of the Host header.

        Source: RFC 9112, sections 3.2 and 6.3.
        """
        own: Any = self
        if own.version not in _VERSIONS:
            raise ParsingError("the version must be 1.1 or 1.0")
        if is_coded and own.version == "1.0":
            raise ParsingError("only HTTP/1.1 has a transfer-encoding")
        if is_coded and "CONTENT_LENGTH" in own.headers:
            raise ParsingError("it has both content-length and transfer-encoding")
        if hosts > 1 or (not hosts and own.version == "1.1"):
            raise ParsingError("it must have one Host header")
        if not _TARGET.fullmatch(own.request_uri):
            raise ParsingError("the target must be a path, with every other character than visible ASCII encoded")
        if own.proxy_netloc:
            if hosts and own.headers["HOST"].lower() != own.proxy_netloc.lower():
                raise ParsingError("the Host header and the target name different hosts")
            own.headers["HOST"] = own.proxy_netloc

    def _refuse(self, reason: str) -> None:
        own: Any = self
        own.error = BadRequest(reason)
        own.completed = True


def refusal_of(refused: Any) -> ServiceError:
    """Return OCI's error for a request that the parser refuses."""
    if isinstance(refused, RequestEntityTooLarge):
        return BODY_TOO_LARGE(limit=MAX_BODY_BYTES)
    if isinstance(refused, WaitressDefect):
        return InternalServerError("Internal Server Error")
    # The quoted part is the client's input: it may be a secret.
    return NOT_HTTP(reason=refused.body.partition('"')[0].strip(" ."))
