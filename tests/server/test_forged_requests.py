"""Hundreds of forged requests to a running server that verifies: none is served, and none is a 500."""

from __future__ import annotations

import io
import json
import re
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import clients, headers_of, public_pem
from werkzeug.test import run_wsgi_app

from fake_server import FakeServer, Settings, create_app
from genai_ports.api.value import replaced
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_server.app import App
    from fake_server.signatures import SignedRequest

COMPARTMENT = "ocid1.compartment.oc1..a"
MINE, _ = clients()
SETTINGS = Settings(clock="virtual", verify_signatures=True, keys={MINE.key_id: public_pem(MINE.key)})


def importing(name: str) -> bytes:
    """The body of a request to import a model, as long for each name of one length."""
    source = {"sourceType": "HUGGING_FACE_MODEL", "modelId": f"openai/{name}"}
    return json.dumps({"compartmentId": COMPARTMENT, "dataSource": source}).encode()


ASKED = [
    ("GET", f"/20231130/models?compartmentId={COMPARTMENT}&displayName=a%20b&limit=3", None),
    ("POST", "/20231130/importedModels", importing("gpt-oss-20b")),
]
SIGNED = ("date", "(request-target)", "host", "content-length", "content-type", "x-content-sha256")


TEXT = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)


def request_of(which: int) -> SignedRequest:
    """A request that is signed as it must be."""
    method, target, body = ASKED[which]
    return MINE.sign(method, target, headers_of(datetime.now(UTC), body), body or b"")


def environ_of(request: SignedRequest) -> dict[str, Any]:
    path, _, query = request.target.partition("?")
    names = {name: f"HTTP_{name.upper().replace('-', '_')}" for name in request.headers}
    names |= {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_URI": request.target,
        "SERVER_NAME": "fake",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **{names[name]: text for name, text in request.headers.items()},
    }


@pytest.fixture(scope="module")
def app() -> App:
    return create_app(SETTINGS)


def sent(app: App, environ: dict[str, Any]) -> int:
    """Send a request to a new world; where it is refused, that world must be as it was."""
    app.worlds.reset_all()
    chunks, status, headers = run_wsgi_app(app, environ)
    b"".join(chunks)
    assert environ["wsgi.errors"].getvalue() == ""
    number = int(status.split()[0])
    simulator = app.worlds.get(TENANCY)
    if number >= 400:
        assert headers["x-genai-ports-rule"]
        assert not any(simulator.state().values())
        assert len(simulator.retry_tokens) == 0
        assert not app.worlds._others
    return number


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_signed_is_served(app: App, which: int) -> None:
    assert sent(app, environ_of(request_of(which))) in (200, 201)


@given(which=st.integers(0, 1), data=st.data())
def test_any_other_text_in_a_header_that_is_signed_is_refused(app: App, which: int, data: st.DataObject) -> None:
    request = request_of(which)
    name = data.draw(st.sampled_from(sorted(request.headers)))
    text = data.draw(TEXT | st.just(request.headers[name]))
    status = sent(app, environ_of(replaced(request, headers={**request.headers, name: text})))
    assert (status < 400) == (text == request.headers[name])
    assert status in (200, 201, 400, 401)


@given(query=TEXT, extra=st.sampled_from(["", "&", "?", "/", "%20"]))
def test_any_other_target_is_refused(app: App, query: str, extra: str) -> None:
    request = request_of(0)
    path, _, own = request.target.partition("?")
    for target in (f"{path}?{query}", request.target + extra, f"{path}{extra}?{own}", f"http://evil{request.target}x"):
        status = sent(app, environ_of(replaced(request, target=target)))
        assert (status == 200) == (target == request.target)
        assert status in (200, 400, 401, 404)


@given(body=st.binary(max_size=200) | st.text("abc-012", min_size=11, max_size=11).map(importing))
def test_any_other_body_is_refused(app: App, body: bytes) -> None:
    request = request_of(1)
    assert sent(app, {**environ_of(request), "wsgi.input": io.BytesIO(body)}) in (400, 401)
    as_long = {**environ_of(request), "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    assert sent(app, as_long) == 401


@given(
    authorization=st.one_of(TEXT, TEXT.map("Signature ".__add__), TEXT.map(f'Signature keyId="{MINE.key_id}",'.__add__))
)
def test_any_text_for_a_signature_is_refused(app: App, authorization: str) -> None:
    assert sent(app, {**environ_of(request_of(1)), "HTTP_AUTHORIZATION": authorization}) == 401


@given(body=st.binary(max_size=300), content_type=TEXT)
def test_any_body_that_is_signed_is_taken_or_refused_by_its_own_rules(app: App, body: bytes, content_type: str) -> None:
    headers = headers_of(datetime.now(UTC), body) | {"content-type": content_type.strip() or "x"}
    request = MINE.sign("POST", ASKED[1][1], headers, body)
    assert sent(app, environ_of(request)) == 400


# Over a socket, byte by byte.


@pytest.fixture(scope="module")
def running() -> Iterator[FakeServer]:
    with FakeServer(settings=SETTINGS) as server:
        yield server


def wire(request: SignedRequest) -> bytes:
    lines = [f"{name}: {text}" for name, text in request.headers.items()]
    head = "\r\n".join([f"{request.method} {request.target} HTTP/1.1", *lines, "", ""])
    return head.encode("latin-1") + request.body


def meaning(raw: bytes) -> Any:
    """Read bytes as the request that they mean: what is signed, and by whom."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
    authorization = re.sub(r'headers="[^"]*"|^\w+', lambda found: found[0].lower(), headers.get("authorization", ""))
    method, _, rest = first.partition(" ")
    return method.upper(), rest.rpartition(" ")[0], [headers.get(name) for name in SIGNED], authorization, body


def first_status(running: FakeServer, raw: bytes) -> int | None:
    with socket.create_connection((running.host, running.port), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return int(received.split()[1]) if received else None


@given(which=st.integers(0, 1), data=st.data())
def test_no_flipped_bit_on_the_wire_makes_a_forgery(running: FakeServer, which: int, data: st.DataObject) -> None:
    running.reset()
    raw = bytearray(wire(request_of(which)))
    meant = meaning(bytes(raw))
    at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    raw[at] ^= 1 << bit
    status = first_status(running, bytes(raw))
    assert status != 500
    if status is not None and status < 400:
        assert meaning(bytes(raw)) == meant
    else:
        assert not any(running.simulator.state().values())
