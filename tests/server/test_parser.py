"""The parser of requests by itself: what it refuses, why, and how soon."""

from __future__ import annotations

import pytest
from waitress.adjustments import Adjustments
from waitress.utilities import BadRequest, RequestEntityTooLarge
from waitress.utilities import InternalServerError as WaitressDefect

from fake_server.parser import Parser, refusal_of
from fake_server.settings import MAX_SNAPSHOT_BYTES

HOST = "host: localhost"
CHUNKED = "transfer-encoding: chunked"
MODELS = "/20231130/models"
SHARED = Adjustments(max_request_body_size=101)
"""What all parsers of a server have in common."""


def head(*lines):
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def parsed(*parts):
    """Return a parser, of bodies up to 100 bytes, that has read these parts; and how many bytes it took of the last."""
    parser = Parser(SHARED)
    taken = 0
    for part in parts:
        taken = parser.received(part)
    return parser, taken


@pytest.mark.parametrize(
    "lines",
    [
        ["GET / HTTP/1.1", HOST],
        ["GET / HTTP/1.0", HOST],
        ["GET / HTTP/1.0"],
        ["OPTIONS * HTTP/1.1", HOST],
        ["GET http://localhost/ HTTP/1.1", HOST],
        ["GET HTTPS://localhost/a?b=c HTTP/1.1", "host: LOCALHOST"],
        ["GET http://localhost/ HTTP/1.0"],
        ["POST / HTTP/1.1", HOST, "content-length: 0"],
    ],
)
def test_a_request_is_complete_with_its_head(lines):
    sent = head(*lines)
    parser, taken = parsed(sent + b"GET")
    assert (parser.completed, parser.error, taken) == (True, None, len(sent))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["GET / HTTP/1.1"], "it must have one Host header"),
        (["GET / HTTP/1.1", HOST, HOST], "it must have one Host header"),
        (["GET / HTTP/1.0", HOST, HOST], "it must have one Host header"),
        (["GET / HTTP/1.1", HOST, "a: b", " c"], "a header continues on a second line"),
        (["GET / HTTP/1.1", HOST, "a: b", "\tc"], "a header continues on a second line"),
        (["POST / HTTP/1.1", HOST, CHUNKED, CHUNKED], "the only transfer-encoding that is accepted is chunked, once"),
        (["POST / HTTP/1.1", HOST, f"{CHUNKED}, gzip"], "the only transfer-encoding that is accepted is chunked, once"),
        (["POST / HTTP/1.0", HOST, CHUNKED], "only HTTP/1.1 has a transfer-encoding"),
        (["POST / HTTP/1.1", HOST, CHUNKED, "content-length: 2"], "it has both content-length and transfer-encoding"),
        (["GET / HTTP/1.2", HOST], "the version must be 1.1 or 1.0"),
        (
            ["GET models HTTP/1.1", HOST],
            "the target must be a path, with every other character than visible ASCII encoded",
        ),
        (["GET http://other/ HTTP/1.1", HOST], "the Host header and the target name different hosts"),
        (["GET http://[::1/ HTTP/1.1", HOST], "the URL cannot be parsed"),
        (
            ["POST / HTTP/1.1", HOST, f"content-length: {'9' * 5000}"],
            "the content-length has too many digits to be read",
        ),
    ],
)
def test_a_head_that_is_not_http_or_can_be_read_in_two_ways_is_refused(lines, reason):
    parser, _ = parsed(head(*lines))
    assert parser.completed
    assert isinstance(parser.error, BadRequest)
    assert refusal_of(parser.error).message == f"The request is not valid HTTP/1.1: {reason}."


def test_the_host_of_a_target_takes_the_place_of_the_header():
    for lines in (["GET http://A.example/ HTTP/1.0"], ["GET http://A.example/ HTTP/1.1", "host: a.example"]):
        assert parsed(head(*lines))[0].headers["HOST"] == "A.example"


@pytest.mark.parametrize("parts", [[b"\x16\x03\x01ab"], [b"\x16", b"\x03"]])
def test_tls_is_refused_at_its_first_byte(parts, caplog):
    parser, taken = parsed(parts[0])
    assert (parser.completed, taken) == (True, len(parts[0]))
    assert refusal_of(parser.error).message.endswith("it begins with TLS, and this port serves HTTP.")
    assert len(caplog.records) == 1


def test_the_first_byte_of_tls_within_a_head_is_no_handshake(caplog):
    parser, _ = parsed(b"GET / HTTP/1.1\r\na: ", b"\x16")
    assert not parser.completed
    assert caplog.records == []


@pytest.mark.parametrize(("sent", "is_refused"), [(b"GET / HTTP/1.1\r", False), (b"GET / HTTP/1.1\na: b", True)])
def test_a_line_without_cr_is_refused_before_the_head_ends(sent, is_refused):
    parser, _ = parsed(sent)
    assert parser.completed is is_refused
    if is_refused:
        assert refusal_of(parser.error).message.endswith("a line ends without CR.")


@pytest.mark.parametrize(
    ("size", "is_refused"), [(MAX_SNAPSHOT_BYTES, False), (MAX_SNAPSHOT_BYTES + 1, True), (16**8, True)]
)
def test_a_chunk_larger_than_any_body_is_refused_before_it_arrives(size, is_refused):
    parser, _ = parsed(head("PUT /_sim/snapshot HTTP/1.1", HOST, CHUNKED), f"{size:x}\r\n".encode())
    assert parser.completed is is_refused
    assert isinstance(parser.error, RequestEntityTooLarge) is is_refused


def test_a_long_size_of_a_chunk_is_refused_before_it_ends():
    for length, is_refused in ((1024, False), (1025, True)):
        parser, _ = parsed(head("PUT /_sim/snapshot HTTP/1.1", HOST, CHUNKED), b"f" * length)
        assert parser.completed is is_refused
    assert refusal_of(parser.error).message.endswith("the size of a chunk is too long.")


@pytest.mark.parametrize(
    ("method", "path", "size", "is_refused"),
    [
        ("POST", MODELS, 100, False),
        ("POST", MODELS, 101, True),
        ("PUT", "/_sim/snapshot", 101, False),
        ("PUT", "/_sim/snapshot", MAX_SNAPSHOT_BYTES, False),
        ("PUT", "/_sim/snapshot", MAX_SNAPSHOT_BYTES + 1, True),
        ("POST", "/_sim/snapshot", 101, True),
        ("PUT", "/_sim/faults", 101, True),
    ],
)
def test_only_a_snapshot_may_have_a_larger_body(method, path, size, is_refused):
    parser, _ = parsed(head(f"{method} {path} HTTP/1.1", HOST, f"content-length: {size}"))
    assert isinstance(parser.error, RequestEntityTooLarge) is is_refused
    other, _ = parsed(head(f"POST {MODELS} HTTP/1.1", HOST, "content-length: 101"))
    assert isinstance(other.error, RequestEntityTooLarge)


@pytest.mark.parametrize(("length", "waits"), [(0, False), (5, True)])
def test_a_client_is_called_on_only_for_a_body_that_is_to_come(length, waits):
    lines = ["POST / HTTP/1.1", HOST, "expect: 100-continue", f"content-length: {length}"]
    assert parsed(head(*lines))[0].expect_continue is waits


def test_what_is_refused_has_the_error_of_the_service():
    too_large = refusal_of(RequestEntityTooLarge(""))
    assert (too_large.status, "1048576" in too_large.message) == (413, True)
    assert refusal_of(WaitressDefect("")).status == 500
    odd = refusal_of(BadRequest('the header "a secret" is odd. '))
    assert (odd.status, odd.message) == (400, "The request is not valid HTTP/1.1: the header.")
