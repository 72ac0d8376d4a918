"""The log that a person reads: a line a request, notices, and nothing that has not the form that it should have."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import socket
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from werkzeug.test import Client

from fake_server import Settings, create_app
from fake_server.guard import Guard
from fake_server.log import LOG, logging_to
from fake_server.request_log import RequestLog
from fake_server.server import FakeServer
from genai_ports.simulator.rules.refusals import NOT_HTTP
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY

COMPARTMENT = "ocid1.compartment.oc1..example"
OTHER = "ocid1.tenancy.oc1..team-a"
TOKEN = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567"
MODELS = f"/20231130/models?compartmentId={COMPARTMENT}&limit=1"
CLUSTER = {"compartmentId": COMPARTMENT, "type": "HOSTING", "unitCount": 1, "unitShape": "LARGE_GENERIC"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Logged:
    """An app with its log."""

    def __init__(self, stream, settings, simulator):
        app = create_app(settings, simulator=simulator)
        self.client = Client(RequestLog(Guard(app), app.worlds))
        self._stream = stream

    @property
    def lines(self):
        return self._stream.getvalue().splitlines()

    def last(self):
        """Return the last line without the time and the milliseconds."""
        return re.sub(r"^\d\d:\d\d:\d\d |  \d+\.\d ms$", "", self.lines[-1])


@contextmanager
def logged(stream=None, *, settings=None, simulator=None, **options):
    out = stream or io.StringIO()
    with logging_to(out, **options):
        yield Logged(out, settings or Settings(clock="virtual"), simulator)


def signed(tenancy):
    return {"Authorization": f'Signature keyId="{tenancy}/ocid1.user.oc1..b/20:3b"'}


def test_a_call_is_a_line_with_its_outcome():
    with logged() as log:
        log.client.get(MODELS)
        assert re.fullmatch(r"\d\d:\d\d:\d\d GET {4}/20231130/models  us-chicago-1  200  \d+\.\d ms", log.lines[0])
        created = log.client.post("/20231130/dedicatedAiClusters", json=CLUSTER).json["id"]
        assert log.last() == f"POST   /20231130/dedicatedAiClusters  us-chicago-1  201  created …{created[-6:]}"
        log.client.get(f"/eu-frankfurt-1/20231130/dedicatedAiClusters/{created}", headers=signed(OTHER))
        assert log.last() == (
            f"GET    /eu-frankfurt-1/20231130/dedicatedAiClusters/…{created[-6:]}  eu-frankfurt-1  tenancy {OTHER}  404"
            "  not-found"
        )
        assert len(log.lines) == 3


def test_the_tenancy_of_a_call_is_in_the_line_also_where_one_world_serves_all():
    with logged(settings=Settings(), simulator=Simulator()) as log:
        log.client.get(MODELS, headers=signed(OTHER))
        assert log.last() == f"GET    /20231130/models  us-chicago-1  tenancy {OTHER}  200"


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        ({"status": 503}, "503  fault  fault: 503 ServiceUnavailable"),
        ({"damage": "reset"}, "no response  fault: reset"),
    ],
)
def test_a_fault_is_in_the_line_also_without_a_response(fault, shown):
    with logged() as log:
        log.client.post("/_sim/faults", json=fault)
        assert log.last() == "POST   /_sim/faults  200"
        if "damage" in fault:
            with pytest.raises(ConnectionResetError):
                log.client.get(MODELS)
        else:
            log.client.get(MODELS)
        assert log.last() == f"GET    /20231130/models  us-chicago-1  {shown}"


def test_reads_of_control_paths_are_logged_only_if_it_is_verbose():
    with logged() as log:
        log.client.get("/_sim/health")
        assert log.lines == []
        log.client.get("/_sim/nothing")
        assert log.last() == "GET    /_sim/(7 characters)  404  unknown-route"
    with logged(level=logging.DEBUG) as log:
        log.client.get("/_sim/health")
        assert log.last() == "GET    /_sim/health  200"


def test_a_call_to_a_replay_is_logged_although_no_journal_has_it():
    class Replay:
        def __call__(self, environ, start_response):
            start_response("200 OK", [("Content-Length", "0")])
            return []

    stream = io.StringIO()
    with logging_to(stream):
        Client(RequestLog(Replay(), create_app().worlds)).get(MODELS)
    assert re.fullmatch(r"\S+ GET {4}/20231130/models  200  \d+\.\d ms\n", stream.getvalue())


def test_quiet_logs_nothing_of_requests():
    with logged(level=logging.ERROR) as log:
        log.client.get(MODELS)
        log.client.get("/mars-north-1/20231130/models")
        assert log.lines == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_client_sent_is_shown_without_secrets_if_it_is_verbose(form):
    settings = Settings(clock="virtual", details=True)
    with logged(settings=settings, level=logging.DEBUG, form=form) as log:
        log.client.post("/20231130/dedicatedAiClusters", json={**CLUSTER, "displayName": TOKEN})
    line = log.lines[-1]
    sent = json.loads(line)["sent"] if form == "json" else json.loads(line.partition("sent ")[2])
    assert sent["details"] == {**CLUSTER, "displayName": "(a secret)"}


def test_a_large_body_is_left_out():
    settings = Settings(clock="virtual", details=True)
    with logged(settings=settings, level=logging.DEBUG) as log:
        log.client.post("/20231130/dedicatedAiClusters", json={**CLUSTER, "description": "many words " * 330})
    assert re.fullmatch(r' {4}sent "\(not logged: \d{4} characters\)"', log.lines[-1])


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/hunter2/20231130/models", {}),
        ("GET", f"/20231130/models/{TOKEN}", {}),
        ("HUNTER2", "/20231130/models", {}),
        ("GET", "/20231130/models?hunter2=hunter2", {}),
        ("GET", MODELS, {"opc-request-id": "hunter2"}),
        ("GET", MODELS, {"Host": "hunter2.example"}),
        ("GET", MODELS, {"Host": "generativeai.hunter2-1.oci.oraclecloud.com"}),
        ("GET", MODELS, signed("ocid1.tenancy.oc1..Hunter2")),
        ("POST", "/_sim/faults?tenancy=hunter2", {}),
        ("GET", "/20231130/models/a%0a13:00:00 warning: hunter2", {}),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_text_of_a_client_is_in_the_log(method, path, headers, form):
    settings = Settings(clock="virtual", details=True)
    with logged(settings=settings, form=form, level=logging.DEBUG) as log:
        log.client.open(path, method=method, headers={**headers, "genai-control-token": "hunter2" * 3})
    assert len(log.lines) in (1, 2, 3)
    assert "hunter2" not in "".join(log.lines).lower()
    assert TOKEN not in "".join(log.lines)


def test_json_has_an_object_a_line_with_the_facts_of_the_request():
    with logged(form="json") as log:
        log.client.get(MODELS)
        log.client.get("/mars-north-1/20231130/models")
    first, second, notice = map(json.loads, log.lines)
    assert first.pop("time").endswith("Z")
    assert first.pop("milliseconds") > 0
    assert re.fullmatch(r"[0-9A-F/]{98}", first.pop("requestId"))
    assert first == {
        "level": "info",
        "method": "GET",
        "path": "/20231130/models",
        "status": 200,
        "region": "us-chicago-1",
        "tenancy": TENANCY,
    }
    assert (second["status"], second["rule"]) == (404, "unknown-route")
    assert (notice["level"], set(notice)) == ("warning", {"time", "level", "message"})


def test_json_has_an_object_for_each_line_that_is_not_logged():
    with logged(form="json") as log:
        sys.stderr.write("a line\nand a ")
        sys.stderr.write("part\n")
    assert [json.loads(line)["message"] for line in log.lines] == ["a line", "and a part"]


@pytest.mark.parametrize(
    ("variables", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_gets_colours(monkeypatch, variables, is_coloured):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    with logged(Terminal()) as log:
        log.client.get(MODELS)
    assert ("\x1b[32m200\x1b[0m" in log.lines[0]) is is_coloured


@pytest.mark.parametrize(("status", "colour"), [(400, 33), (404, 33), (499, 33), (500, 31), (503, 31)])
def test_errors_of_the_client_and_of_the_service_have_their_colours(monkeypatch, status, colour):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with logged(Terminal()) as log:
        log.client.post("/_sim/faults", json={"status": status, "code": "Odd"})
        log.client.get(MODELS)
    assert f"\x1b[{colour}m{status}\x1b[0m" in log.lines[-1]


@pytest.mark.parametrize(
    ("path", "headers", "where"),
    [
        ("/mars-north-1/20231130/models", {}, "path"),
        ("/20231130/models", {"Host": "generativeai.mars-north-1.oci.oraclecloud.com"}, "host name"),
    ],
)
def test_an_unknown_region_is_said_once_a_minute(path, headers, where):
    with logged() as log:
        for _ in range(3):
            log.client.get(path, headers=headers)
    notices = [line for line in log.lines if "warning" in line]
    assert [f"does not exist, in the {where};" in line for line in notices] == [True]


def test_an_unknown_region_is_said_again_after_a_minute_and_for_the_other_place(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("fake_server.request_log.monotonic", lambda: clock.now)
    host = {"Host": "generativeai.mars-north-1.oci.oraclecloud.com"}
    said = []
    with logged() as log:
        for clock.now in (0.0, 59.5, 60.0, 119.5, 120.0):
            log.client.get("/mars-north-1/20231130/models")
            said.append(sum("in the path" in line for line in log.lines))
        assert said == [1, 1, 2, 2, 3]
        log.client.get("/20231130/models", headers=host)
    assert sum("in the host name" in line for line in log.lines) == 1


def test_a_request_that_is_refused_for_something_else_says_nothing_of_its_region():
    with logged() as log:
        host = {"Host": "generativeai.mars-north-1.oci.oraclecloud.com"}
        assert log.client.post("/_sim/faults", json={"status": "x"}, headers=host).status_code == 400
        assert log.client.get("/_sim/state", headers=host).status_code == 200
    assert not [line for line in log.lines if "warning" in line]


def test_the_time_of_a_request_is_in_milliseconds(monkeypatch):
    times = iter([1.0, 1.0123456])
    monkeypatch.setattr("fake_server.request_log.monotonic", lambda: next(times))
    with logged(form="json") as log:
        log.client.get(MODELS)
    assert json.loads(log.lines[0])["milliseconds"] == 12.346


@pytest.mark.parametrize(
    ("method", "path", "level"),
    [
        ("GET", MODELS, "info"),
        ("HEAD", MODELS, "info"),
        ("GET", "/_sim/health", "debug"),
        ("HEAD", "/_sim/health", "debug"),
        ("POST", "/_sim/reset", "info"),
        ("GET", "/_sim/journal?last=0", "info"),
        ("GET", "/nothing", "info"),
    ],
)
def test_calls_changes_and_refusals_are_logged_at_the_level_info(method, path, level):
    with logged(form="json", level=logging.DEBUG) as log:
        log.client.open(path, method=method)
    assert [json.loads(line)["level"] for line in log.lines] == [level]


def test_what_a_client_sent_is_not_shown_at_the_level_info():
    with logged(settings=Settings(clock="virtual", details=True)) as log:
        log.client.get(MODELS)
        assert len(log.lines) == 1
    with logged(settings=Settings(clock="virtual", details=True), level=logging.DEBUG, form="json") as log:
        log.client.get(MODELS, headers={"User-Agent": "curl/8.5.0", "If-Match": "abc"})
    sent = json.loads(log.lines[0])["sent"]
    assert sent["query"] == {"compartmentId": COMPARTMENT, "limit": 1}
    assert set(sent) <= {"details", "query", "ifMatch", "retryToken", "userAgent"}


@pytest.mark.parametrize("path", [f"/_sim/state?tenancy={OTHER}", f"/_sim/state?a=b&tenancy={OTHER}&c=d"])
def test_a_control_request_is_logged_with_the_tenancy_that_it_names(path):
    with logged(form="json", level=logging.DEBUG) as log:
        log.client.get(path)
        log.client.get(path.replace("tenancy", "other"))
    assert [json.loads(line)["tenancy"] for line in log.lines] == [OTHER, TENANCY]


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/eu-frankfurt-1/20231130/nothing", "localhost"),
        ("/20231130/nothing", "generativeai.eu-frankfurt-1.oci.oraclecloud.com"),
    ],
)
def test_a_region_that_exists_is_no_news_where_the_path_is_unknown(path, host):
    with logged() as log:
        assert log.client.get(path, headers={"Host": host}).status_code == 404
    assert not [line for line in log.lines if "warning" in line]


def test_a_fault_that_waits_where_nobody_calls_is_said_once():
    with logged() as log:
        log.client.post(f"/_sim/faults?tenancy={OTHER}", json={"status": 503})
        log.client.get(MODELS)
        log.client.get(MODELS)
        assert not [line for line in log.lines if "warning" in line]
        log.client.get(MODELS)
        assert log.last() == (
            f"warning: a fault waits in the world of {OTHER}, which nobody calls; the calls are for that of the usual "
            "tenancy: name the tenancy when you add a fault"
        )
        log.client.get(MODELS)
        assert len([line for line in log.lines if "warning" in line]) == 1


@pytest.mark.parametrize("undo", ["DELETE /_sim/faults", "POST /_sim/reset", f"GET {MODELS}"])
def test_a_fault_that_was_removed_or_reached_is_not_said(undo):
    method, path = undo.split()
    with logged() as log:
        log.client.post("/_sim/faults", json={"status": 503})
        log.client.open(path, method=method)
        for _ in range(4):
            log.client.get(MODELS, headers=signed(OTHER))
    assert not [line for line in log.lines if "warning" in line]


def test_a_server_logs_also_what_is_not_http():
    stream = io.StringIO()
    with logging_to(stream), FakeServer(log=True) as server:
        for sent in (b"hunter2\r\n\r\n", b"\x16\x03\x01hunter2"):
            with socket.create_connection((server.host, server.port), timeout=10) as client:
                client.sendall(sent)
                while client.recv(4096):
                    pass
    lines = [line[9:] for line in stream.getvalue().splitlines()]
    assert len(lines) == 3
    assert re.fullmatch(r"-      -  400  not-http  0\.0 ms", lines[0])
    assert "a client speaks TLS to the port of HTTP: use http://" in "".join(lines)
    assert "hunter2" not in stream.getvalue()


def test_what_is_not_http_gets_the_response_of_the_app():
    app = create_app()
    error = NOT_HTTP(reason="some words")
    stream = io.StringIO()
    with logging_to(stream):
        response = RequestLog(app, app.worlds).refuse(error)
    assert (response.status, json.loads(response.body)["message"]) == (400, error.message)
    assert stream.getvalue().endswith("-      -  400  not-http  0.0 ms\n")


def test_an_app_that_starts_its_response_again_with_an_error_is_logged_with_that():
    started = []

    def app(_, start_response):
        for status, error in (("200 OK", ()), ("500 Internal Server Error", ((None, None, None),))):
            start_response(status, [("a", "b")], *error)
        return []

    stream = io.StringIO()
    environ = {"PATH_INFO": "/20231130/models", "REQUEST_METHOD": "GET", "QUERY_STRING": ""}
    with logging_to(stream):
        RequestLog(app, create_app().worlds)(environ, lambda *head: started.append(head))
    assert [len(head) for head in started] == [2, 3]
    assert "  500  " in stream.getvalue()


def test_a_server_without_a_log_has_no_part_that_logs():
    with FakeServer() as silent, FakeServer(log=True) as logging_server:
        assert isinstance(silent._loop._server.application, Guard)
        assert isinstance(logging_server._loop._server.application, RequestLog)


def test_a_pipe_that_nobody_reads_stops_nobody():
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(reading, "rb") as read, os.fdopen(writing, "w") as stream, logged(stream) as log:
        for _ in range(2_000):
            LOG.info("a line of some length, repeated so often that no pipe has room for all of it")
        first = read.read()
        log.client.get(MODELS)
        later = read.read().decode().splitlines()
    assert len(first) < 2_000 * 80
    assert re.fullmatch(r"\S+ warning: \d+ lines are left out here: nobody read the log", later[0])
    assert "/20231130/models" in later[1]


def test_the_logger_is_as_before_at_the_end():
    before = LOG.level, LOG.propagate, list(LOG.handlers)
    with logged(level=logging.DEBUG):
        assert LOG.level == logging.DEBUG
    assert (LOG.level, LOG.propagate, LOG.handlers) == before
