"""What a served app refuses: requests of web pages, and control requests without the token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from fake_server.guard import Guard
from genai_ports import ConfigurationError, InvalidInput
from genai_ports.testing.server_world import reset_world

if TYPE_CHECKING:
    from fake_server.app import App

LIST = "/20231130/models?compartmentId=ocid1.compartment.oc1..a&limit=1"
TOKEN = "the-token-of-a-test"
EVIL = "attacker-of-a-test.example"


def client(app: App, **options: Any) -> Client:
    return Client(Guard(app, **options))


def rule_of(response: Any) -> str | None:
    rule: str | None = response.headers.get("x-genai-ports-rule")
    return rule


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:8080", "LOCALHOST:1", "localhost.", "a.localhost:3", "127.0.0.1:8080", "127.1.2.3"),
        *("[::1]", "[::1]:8080", "[::ffff:127.0.0.1]", "generativeai.eu-frankfurt-1.oci.oraclecloud.com"),
        *("generativeai.us-chicago-1.oci.oraclecloud.com:443", "192.0.2.7:8080", "Fake.Test", "fake.test:1"),
    ],
)
def test_a_name_of_the_server_is_served(app: App, host: str) -> None:
    http = client(app, address="192.0.2.7", allow_hosts=["fake.test"])
    assert http.get(LIST, headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *(EVIL, f"{EVIL}:8080", f"localhost.{EVIL}", f"127.0.0.1.{EVIL}", "localhost@" + EVIL, f"{EVIL}@localhost"),
        *("192.0.2.8", "10.0.0.1:8080", "[2001:db8::1]", "0.0.0.0", "", ":8080", "localhost:x", "localhost:99999"),  # noqa: S104
        *("a b", "localhost, localhost", "localhost/", "localhost?", "localhost#", "[::1", "::1", "lo\\calhost"),
        *("notlocalhost", "fake.test.example", f"generativeai.eu-frankfurt-1.oci.{EVIL}", "evil-oraclecloud.com"),
    ],
)
@pytest.mark.parametrize("path", [LIST, "/_sim/health", "/_sim/state"])
def test_another_host_is_refused_and_not_repeated(app: App, judge, host: str, path: str) -> None:
    response = client(app, address="192.0.2.7", allow_hosts=["fake.test"]).get(path, headers={"host": host})
    message = judge(response.status_code, response.headers, response.get_data(), expected=(403, "NotAllowed"))[
        "message"
    ]
    assert rule_of(response) == "host-not-allowed"
    assert "attacker" not in message
    assert "attacker" not in Client(app).get("/_sim/journal").text


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])  # noqa: S104
def test_a_wildcard_stands_for_every_address_but_for_no_name(app: App, address: str) -> None:
    http = client(app, address=address)
    statuses = [http.get(LIST, headers={"host": host}).status_code for host in ("192.0.2.8:1", "[2001:db8::1]", EVIL)]
    assert statuses == [200, 200, 403]


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        ({"origin": f"http://{EVIL}"}, "origin-not-allowed"),
        ({"origin": "null"}, "origin-not-allowed"),
        ({"origin": ""}, "origin-not-allowed"),
        ({"origin": "http://localhost:1"}, "origin-not-allowed"),
        ({"origin": "http://127.0.0.1:8080"}, "origin-not-allowed"),
        ({"sec-fetch-site": "cross-site"}, "cross-site"),
        ({"sec-fetch-site": "same-site"}, "cross-site"),
        ({"sec-fetch-site": "anything"}, "cross-site"),
        ({"sec-fetch-site": "none"}, None),
        ({"sec-fetch-site": "same-origin", "origin": "http://localhost:8080"}, None),
        ({"origin": "HTTPS://LOCALHOST:8080"}, None),
    ],
)
@pytest.mark.parametrize("path", [LIST, "/_sim/health", "/_sim/faults"])
def test_only_pages_of_the_server_itself_may_use_it(
    app: App, headers: dict[str, str], rule: str | None, path: str
) -> None:
    response = client(app).get(path, headers={"host": "localhost:8080", **headers})
    assert rule_of(response) == rule
    assert (response.status_code == 200) == (rule is None)
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("application/x-www-form-urlencoded", b'{"advance": 1}', 400),
        ("application/x-www-form-urlencoded", b"", 400),
        ("multipart/form-data; boundary=x", b'{"advance": 1}', 400),
        ("text/plain", b'{"advance": 1}', 400),
        ("TEXT/PLAIN;charset=UTF-8", b'{"advance": 1}', 400),
        ("text/plain, application/json", b'{"advance": 1}', 400),
        (None, b'{"advance": 1}', 400),
        ("application/json", b'{"advance": 1}', 200),
        ("Application/JSON; charset=utf-8", b'{"advance": 1}', 200),
    ],
)
def test_a_control_path_takes_only_what_a_form_cannot_post(
    app: App, content_type: str | None, data: bytes, status: int
) -> None:
    response = client(app).post("/_sim/clock", data=data, content_type=content_type)
    assert (response.status_code, rule_of(response)) == (status, "control-body-type" if status == 400 else None)
    if status == 400:
        assert "curl by --json '{...}'" in response.json["message"]


def test_a_control_request_without_a_body_needs_no_type(app: App) -> None:
    assert client(app).post("/_sim/reset").status_code == 200


@pytest.mark.parametrize("given", [None, "", "the-token-of-a-tes", TOKEN + "x", "ü" * 16, TOKEN.upper()])
def test_the_token_protects_every_control_path_but_the_health(app: App, given: str | None) -> None:
    http = client(app, control_token=TOKEN)
    headers = {} if given is None else {"genai-control-token": given.encode().decode("latin-1")}
    for method, path in (("GET", "/_sim/state"), ("POST", "/_sim/reset"), ("GET", "/_sim/none"), ("GET", "/_sim")):
        response = http.open(path, method=method, headers=headers)
        assert (response.status_code, rule_of(response)) == (401, "control-token")
        assert TOKEN not in response.text
    assert http.post("/_sim/health", headers=headers).status_code == 401
    assert [http.get(path, headers=headers).status_code for path in ("/_sim/health", LIST, "/_simulator")] == [
        200,
        200,
        404,
    ]
    assert http.post("/_sim/reset", headers={"genai-control-token": TOKEN}).status_code == 200


@pytest.mark.parametrize("path", ["//_sim/state", "///_sim/state", "/%5fsim/state", "/_sim%2fstate", "/%2f_sim/state"])
def test_no_spelling_of_a_control_path_passes_without_the_token(path: str) -> None:
    app = create_app()
    http = client(app, control_token=TOKEN)
    assert http.get(f"http://localhost{path}").status_code in (401, 404)


@pytest.mark.parametrize("wrong", ["", "short", "x" * 257, "with spaces in the token", "ü" * 20])
def test_a_token_that_is_no_token_is_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="16 to 256 visible ASCII characters") as refused:
        FakeServer(control_token=wrong)
    assert not wrong or wrong not in str(refused.value)


@pytest.mark.parametrize("name", ["http://a", "a:80", "", "a b", "*", "*.a"])
def test_a_name_that_is_no_host_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="names without a port"):
        FakeServer(allow_hosts=[name])


@pytest.mark.parametrize(("name", "says"), [(None, "a string"), (80, "a string"), ("a" * 254, "253 characters")])
def test_a_name_that_cannot_be_a_host_is_refused_before_it_is_read(name: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=f"each of allow_hosts must (be|have) {says}"):
        FakeServer(allow_hosts=[name])


def test_the_longest_name_is_allowed(app: App) -> None:
    name = "a" * 253
    assert client(app, allow_hosts=[name]).get(LIST, headers={"host": name}).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "fake.test"])  # noqa: S104
def test_a_server_beyond_loopback_needs_a_token(host: str) -> None:
    with pytest.raises(ConfigurationError, match="pass control_token="):
        FakeServer(host=host)


def test_a_server_on_loopback_has_a_token_only_if_it_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeServer() as open_server:
        assert open_server.control_token is None
        reset_world(open_server.url)
    with FakeServer(settings=Settings(verify_signatures=True)) as server, FakeServer(control_token=TOKEN) as other:
        assert server.control_token
        assert len(server.control_token) >= 32
        assert other.control_token == TOKEN
        with pytest.raises(InvalidInput, match="require its token in the header genai-control-token"):
            reset_world(server.url)
        reset_world(server.url, control_token=server.control_token)
        monkeypatch.setenv("GENAI_PORTS_CONTROL_TOKEN", TOKEN)
        reset_world(other.url)


def test_a_server_that_records_or_replays_is_guarded_and_records_no_token(tmp_path) -> None:
    file = tmp_path / "a.yaml"
    evil = {"Host": EVIL}
    with FakeServer(record=file, control_token=TOKEN) as server:
        with urlopen(Request(server.url + LIST, headers={"genai-control-token": TOKEN})) as response:  # noqa: S310
            assert json.load(response)["items"]
        with pytest.raises(HTTPError, match="403"):
            urlopen(Request(server.url + LIST, headers=evil))  # noqa: S310
    assert TOKEN not in file.read_text("utf-8")
    assert EVIL not in file.read_text("utf-8")
    with FakeServer(replay=file, control_token=TOKEN) as server:
        for path, headers, status in ((LIST, evil, "403"), ("/_sim/reset", {}, "401"), ("/%5fsim/health", {}, "404")):
            with pytest.raises(HTTPError, match=status):
                urlopen(Request(server.url + path, headers=headers))  # noqa: S310
