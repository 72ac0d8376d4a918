"""`serve`, in this process: what it prints and logs, and what it leaves when a signal ends it."""

from __future__ import annotations

import gc
import io
import json
import logging
import signal
from contextlib import contextmanager

import pytest

import fake_server.serve as module
from fake_server import Settings
from fake_server.serve import serve, with_trusted_keys
from fake_server.server import FakeServer
from genai_ports.errors import ConfigurationError

TOKEN = "the-token-of-a-test"


class Reader(io.StringIO):
    """A stdout whose reader acts once it has the first line; default: it sends a signal."""

    def __init__(self):
        super().__init__()
        self.flushed = ""
        self.act = lambda: signal.raise_signal(signal.SIGTERM)

    def flush(self):
        self.flushed = self.getvalue()

    def write(self, text):
        written = super().write(text)
        if text.endswith("\n"):
            self.act()
        return written


class Result:
    """What a server printed and logged, and the servers that ran."""

    def __init__(self, out, err, servers):
        self.out, self.err, self.servers = out, err, servers

    @property
    def lines(self):
        """The lines of the log without their times."""
        return [line[9:] for line in self.err.getvalue().splitlines()]


@pytest.fixture
def run(monkeypatch):
    """Serve until a signal."""
    servers = []

    class Kept(FakeServer):
        def __init__(self, **options):
            super().__init__(**options)
            self.options = options
            self.drained = []
            servers.append(self)

        def close(self, *, drain=0.0):
            self.drained.append(drain)
            super().close(drain=drain)

    monkeypatch.setattr(module, "FakeServer", Kept)

    def run_one(host="127.0.0.1", settings=None, act=None, **options):
        out, err = Reader(), io.StringIO()
        out.act = act or out.act
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.stderr", err)
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        try:
            serve(host, 0, settings or Settings(seed=7), **options)
        finally:
            assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
            assert logging.getLogger("fake_server").handlers == []
        return Result(out, err, servers)

    return run_one


def test_its_one_line_is_there_at_once_and_a_signal_ends_it(run):
    thresholds = gc.get_threshold()
    result = run()
    [server] = result.servers
    assert result.out.getvalue() == result.out.flushed == f"listening on http://127.0.0.1:{server.port}\n"
    assert result.lines == []
    assert server.drained[0] == 5
    assert gc.get_threshold() == thresholds


def test_it_serves_until_the_wait_for_a_signal_ends(run, monkeypatch):
    kept, drained = [], []

    @contextmanager
    def stop(_):
        yield lambda: drained.append([*kept[0].drained])

    start = FakeServer.start
    monkeypatch.setattr(FakeServer, "start", lambda server: (kept.append(server), start(server)))
    monkeypatch.setattr(module, "stop_by_signal", stop)
    run(act=lambda: None)
    assert drained == [[]]


def test_with_json_the_line_is_an_object_with_the_url(run):
    result = run(log="json")
    line = json.loads(result.out.getvalue())
    assert line.pop("time").endswith("Z")
    url = result.servers[0].url
    assert line == {"level": "info", "message": f"listening on {url}", "url": url}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"is_seed_new": True}, ["info: the seed is 7: --seed 7 gives the same ids again"]),
        ({"is_seed_new": False}, []),
        ({"is_seed_new": True, "level": logging.WARNING}, []),
    ],
)
def test_a_seed_that_was_generated_is_logged(run, options, expected):
    assert run(**options).lines == expected


@pytest.mark.parametrize("encrypts", [False, True])
def test_the_log_says_who_reaches_the_server_and_what_clients_must_trust(run, tmp_path, encrypts):
    options = {"tls": tmp_path} if encrypts else {}
    result = run("0.0.0.0", control_token=TOKEN, **options)  # noqa: S104  # a moment, with a token
    assert len(result.lines) == 2
    assert result.lines[0].startswith("warning: other machines reach this server on 0.0.0.0: ")
    if encrypts:
        assert result.lines[1] == f"info: clients must trust the authority in {result.servers[0].ca_file}"
    else:
        assert result.lines[1].startswith("warning: HTTP is not encrypted: ")


@pytest.mark.parametrize(
    ("level", "is_logged"), [(logging.DEBUG, True), (logging.INFO, True), (logging.WARNING, False)]
)
def test_requests_are_logged_up_to_the_level_info(run, level, is_logged):
    assert run(level=level).servers[0].options["log"] is is_logged


def test_the_port_file_is_there_with_the_first_line_and_gone_at_the_end(run, tmp_path):
    file, texts = tmp_path / "port", []

    def read():
        texts.append(file.read_text())
        signal.raise_signal(signal.SIGTERM)

    result = run(port_file=file, act=read)
    assert texts == [f"{result.servers[0].port}\n"]
    assert [*tmp_path.iterdir()] == []


def test_a_second_signal_removes_the_port_file_before_the_process_ends(run, tmp_path, monkeypatch):
    file, ended = tmp_path / "port", []
    send = signal.raise_signal

    def twice():
        receive = signal.getsignal(signal.SIGTERM)
        send(signal.SIGTERM)
        with monkeypatch.context() as patched:
            patched.setattr(signal, "raise_signal", lambda number: ended.append((number, file.exists())))
            receive(signal.SIGTERM, None)

    run(port_file=file, act=twice)
    assert ended == [(signal.SIGTERM, False)]


def test_a_defect_of_the_server_ends_it_like_a_signal(run, monkeypatch):
    acts = []
    monkeypatch.setattr(FakeServer, "on_failure", lambda _, act: acts.append(act))

    def fail():
        acts.pop()()

    run(act=fail)
    assert acts == []


def test_a_server_that_others_could_use_does_not_begin_without_a_token(run):
    with pytest.raises(ConfigurationError, match="its control paths require a token"):
        run("192.0.2.7")
    with pytest.raises(ConfigurationError, match="--verify-signatures requires a control token"):
        run(settings=Settings(verify_signatures=True))


def test_keys_of_files_are_trusted_only_where_signatures_are_verified(tmp_path):
    settings = Settings(seed=7)
    assert with_trusted_keys(settings, ()) is settings
    with pytest.raises(ConfigurationError, match="--trust requires --verify-signatures"):
        with_trusted_keys(settings, [tmp_path / "config"])
