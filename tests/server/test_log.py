"""The formats of the log, and where its lines go."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import select
import sys

import pytest

from fake_server.log import LOG, LoggedRequest, logging_to
from genai_ports.tenancy import TENANCY

COLOURS = {"\x1b[0m": "<>", "\x1b[2m": "<dim>", "\x1b[31m": "<red>", "\x1b[32m": "<green>", "\x1b[33m": "<yellow>"}
UNIQUE = "a" * 54 + "ghijkl"
MODEL = f"ocid1.generativeaimodel.oc1..{UNIQUE}"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def request(**known):
    return LoggedRequest(**{"method": "GET", "path": "/20231130/models", "milliseconds": 1.25, "status": 200, **known})


def coloured(monkeypatch, *records):
    """Log to a terminal; return the lines with names in place of the codes of colours, and without their times."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    with logging_to(stream, level=logging.DEBUG):
        for level, message in records:
            LOG.log(level, message)
    text = stream.getvalue()
    for code, name in COLOURS.items():
        text = text.replace(code, name)
    return re.sub(r"(?m)^<dim>\d\d:\d\d:\d\d<> ", "", text).splitlines()


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (logging.DEBUG, "<dim>debug:<> some words"),
        (logging.INFO, "<dim>info:<> some words"),
        (logging.WARNING, "<yellow>warning:<> some words"),
        (logging.ERROR, "<yellow>error:<> some words"),
    ],
)
def test_a_notice_has_the_colour_of_its_level(monkeypatch, level, shown):
    assert coloured(monkeypatch, (level, "fake_server: some words")) == [shown]


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (None, "<red>no response<>"),
        (201, "<green>201<>"),
        (399, "<green>399<>"),
        (400, "<yellow>400<>"),
        (499, "<yellow>499<>"),
        (500, "<red>500<>"),
    ],
)
def test_a_request_has_the_colour_of_its_status(monkeypatch, status, shown):
    lines = coloured(monkeypatch, (logging.INFO, request(status=status)))
    assert lines == [f"GET    /20231130/models  {shown}  <dim>1.2 ms<>"]


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ({"region": "us-chicago-1", "tenancy": TENANCY}, "us-chicago-1  200"),
        ({"tenancy": f"ocid1.tenancy.oc1..{UNIQUE}"}, "tenancy …ghijkl  200"),
        ({"status": 201, "resource": MODEL}, "201  created …ghijkl"),
        ({"status": 201}, "201"),
        ({"resource": MODEL}, "200"),
        ({"rule": "a-rule", "fault": "reset"}, "200  a-rule  fault: reset"),
        ({"request_id": "AA/BB"}, "200"),
    ],
)
def test_a_line_has_what_is_known_of_a_request(known, shown):
    assert request(**known).line(colour=False) == f"GET    /20231130/models  {shown}  1.2 ms"


def test_json_has_what_is_known_of_a_request():
    known = {"method": "GET", "path": "/20231130/models", "milliseconds": 1.25, "status": 200, "tenancy": TENANCY}
    assert request().document() == known
    assert request(request_id="AA/BB", sent={}).document() == {**known, "requestId": "AA/BB", "sent": {}}


@pytest.mark.parametrize(("length", "shown"), [(3000, None), (3001, "(not logged: 3001 characters)")])
def test_up_to_3000_characters_of_what_was_sent_are_logged(length, shown):
    sent = {"query": "a" * (length - len('{"query": ""}'))}
    assert request(sent=sent).document()["sent"] == (shown or sent)
    assert request(sent=sent).line(colour=False).endswith(f"\n    sent {json.dumps(shown or sent)}")


def test_with_json_what_is_written_to_stderr_is_an_object_a_line():
    stream = io.StringIO()
    with logging_to(stream, form="json"):
        assert sys.stderr.write("one\n\ntwo\nth") == len("one\n\ntwo\nth")
        sys.stderr.write("ree\nfour")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["level"], line["message"]) for line in lines] == [("error", text) for text in ("one", "two", "three")]


def test_with_text_what_is_written_to_stderr_is_left_as_it_is(capsys):
    with logging_to(io.StringIO()):
        sys.stderr.write("words")
    assert capsys.readouterr().err == "words"


def test_each_line_that_a_full_pipe_has_no_room_for_is_counted():
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(reading, "rb") as read, os.fdopen(writing, "w") as stream, logging_to(stream):
        for _ in range(2):
            for _ in range(2_000):
                LOG.info("a line of some length, repeated so often that no pipe has room for all of it")
            written = len(read.read().splitlines())
            LOG.info("now there is room")
            notice, line = read.read().decode().splitlines()
            assert notice.endswith(f"warning: {2_000 - written} lines are left out here: nobody read the log")
            assert line.endswith("now there is room")
            LOG.info("and still")
            assert len(read.read().splitlines()) == 1


def test_a_system_without_poll_has_a_log_too(monkeypatch):
    monkeypatch.delattr(select, "poll", raising=False)
    stream = io.StringIO()
    with logging_to(stream):
        LOG.info("some words")
    assert stream.getvalue().endswith(" info: some words\n")


@pytest.mark.parametrize("propagates", [True, False])
def test_in_the_block_no_other_handler_gets_the_lines_and_after_it_the_logger_is_as_before(
    monkeypatch, caplog, propagates
):
    monkeypatch.setattr(LOG, "propagate", propagates)
    monkeypatch.setattr(LOG, "handlers", [])
    caplog.set_level(logging.ERROR, LOG.name)
    with logging_to(io.StringIO(), level=logging.DEBUG):
        LOG.error("within")
        assert LOG.level == logging.DEBUG
    LOG.warning("hidden")
    LOG.error("after")
    assert (LOG.level, LOG.propagate, LOG.handlers) == (logging.ERROR, propagates, [])
    assert [record.getMessage() for record in caplog.records] == (["after"] if propagates else [])
