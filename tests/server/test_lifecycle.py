"""How a server starts and ends: what a start that fails gives back, closing from any thread, signals, draining."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from functools import partial
from textwrap import dedent

import pytest

from fake_server import FakeServer, create_app
from fake_server.signals import on_signal
from genai_ports import ConfigurationError

HEALTH = b"GET /_sim/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
SERVE = [sys.executable, "-m", "fake_server", "--port", "0", "--seed", "0", "-q"]
NO_LIMITS = not hasattr(signal, "SIGHUP") or not os.path.isdir("/proc/self/fd")  # noqa: PTH112  # a system without


def in_parallel(*acts):
    """Run functions at the same time, each in a thread; returns what they raise, as text."""
    barrier, errors = threading.Barrier(len(acts)), []

    def run(act):
        barrier.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001  # the tests are about what comes out
            errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def run(story, **options):
    """Run a story in a process of its own; returns what it prints."""
    command = [sys.executable, "-c", dedent(story)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def read_all(connection):
    """Read until the server closes the connection."""
    with connection:
        return b"".join(iter(lambda: connection.recv(4096), b""))


@pytest.fixture
def served():
    with subprocess.Popen(SERVE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().rpartition(":")[2])
        try:
            yield process, lambda: socket.create_connection(("127.0.0.1", port), timeout=30)
        finally:
            process.kill()


def slow_down(connect, seconds):
    body = f'{{"latency": {seconds}, "times": 1}}'.encode()
    with connect() as connection:
        fields = f"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        connection.sendall(f"POST /_sim/faults HTTP/1.1\r\n{fields}\r\n\r\n".encode() + body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 2")


def start_on(port, made):
    made.append(FakeServer(port=port))


def test_of_several_servers_that_start_on_a_port_at_once_one_gets_it():
    for _ in range(5):
        with FakeServer() as free:
            port = free.port
        made = []
        errors = in_parallel(*[partial(start_on, port, made)] * 8)
        assert len(made) == 1
        assert {error.partition(":")[0] for error in errors} == {"ConfigurationError"}
        made[0].close()


@pytest.mark.skipif(NO_LIMITS, reason="this system shows no file descriptors")
def test_a_start_with_too_few_file_descriptors_is_refused_and_keeps_none():
    story = """
    import os, resource
    from fake_server import FakeServer
    from genai_ports import ConfigurationError
    FakeServer().close()  # loads everything
    opened = lambda: len(os.listdir("/proc/self/fd"))
    before, (_, most) = opened(), resource.getrlimit(resource.RLIMIT_NOFILE)
    refused = 0
    for spare in range(12):
        resource.setrlimit(resource.RLIMIT_NOFILE, (before - 1 + spare, most))
        try:
            FakeServer().close()
        except ConfigurationError as error:
            refused += "cannot listen on 127.0.0.1:0: [Errno 24]" in str(error)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        assert opened() == before, spare
    print(refused)
    """
    assert run(story) == ["4"]


def test_a_server_that_cannot_be_made_keeps_no_descriptor():
    story = """
    import os
    from fake_server import FakeServer
    from fake_server.acceptor import Acceptor
    from genai_ports import ConfigurationError
    FakeServer().close()  # loads everything
    def fail(_):
        raise OSError("no more connections")
    before, Acceptor.accept_connections = os.listdir("/proc/self/fd"), fail
    try:
        FakeServer()
    except ConfigurationError as error:
        print(error, os.listdir("/proc/self/fd") == before)
    """
    assert run(story) == ["cannot listen on 127.0.0.1:0: no more connections True"]


def test_a_start_without_a_thread_is_refused_and_gives_the_port_back(monkeypatch):
    def fail(_):
        raise RuntimeError("can't start new thread")

    server = FakeServer()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fail)
        with pytest.raises(ConfigurationError, match="can't start new thread"):
            server.start()
    FakeServer(port=server.port).close()


def test_threads_can_start_and_close_a_server_at_the_same_time():
    outcomes = Counter()
    for _ in range(20):
        server = FakeServer()
        errors = in_parallel(server.start, server.close, server.start, server.close)
        server.close()
        assert not server._loop._thread.is_alive()
        outcomes.update(errors)
        FakeServer(port=server.port).close()
    assert {*outcomes} <= {"ConfigurationError: this server is closed: create a new one"}


def test_a_call_can_close_the_server_that_serves_it():
    server = FakeServer()
    app = create_app()

    def serve(environ, start_response):
        server.close()
        return app(environ, start_response)

    server._loop._server.application = serve
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(HEALTH)
        assert b'"status":"UP"' in read_all(connection)
    server._loop._thread.join()
    FakeServer(port=server.port).close()


def test_a_server_closes_also_if_its_recording_cannot_be_saved(tmp_path, monkeypatch):
    def fail(_):
        raise PermissionError("no room")

    server = FakeServer(record=tmp_path / "tape.yaml")
    server.start()
    monkeypatch.setattr("fake_server.recorder.Recorder.save", fail)
    with pytest.raises(PermissionError, match="no room"):
        server.close()
    FakeServer(port=server.port).close()
    server.close()


def test_a_server_that_drains_finishes_a_delayed_response_and_accepts_no_more_connections(served):
    process, connect = served
    slow_down(connect, 1)
    delayed, idle = connect(), connect()
    delayed.sendall(b"GET /20231130/models?compartmentId=ocid1.compartment.oc1..a HTTP/1.1\r\nHost: localhost\r\n\r\n")
    idle.sendall(HEALTH)
    assert idle.recv(4096)
    process.terminate()
    assert read_all(idle) == b""
    with pytest.raises(ConnectionError):
        connect()
    assert read_all(delayed).startswith(b"HTTP/1.1 200 OK")
    assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0


def test_a_server_that_drains_finishes_a_request_that_is_arriving(served):
    process, connect = served
    idle, arriving = connect(), connect()
    idle.sendall(HEALTH)
    assert idle.recv(4096)
    arriving.sendall(HEALTH[:20])
    process.terminate()
    assert read_all(idle) == b""
    arriving.sendall(HEALTH[20:])
    response = read_all(arriving)
    assert response.startswith(b"HTTP/1.1 200 OK")
    assert b"Connection: close" in response
    assert process.wait(30) == 0


def test_a_server_does_not_wait_for_a_response_that_is_delayed_for_too_long(served):
    process, connect = served
    slow_down(connect, 3600)
    delayed = connect()
    delayed.sendall(b"GET /20231130/models?compartmentId=ocid1.compartment.oc1..a HTTP/1.1\r\nHost: localhost\r\n\r\n")
    process.terminate()
    assert read_all(delayed) == b""
    assert process.wait(30) == 0


def test_a_second_signal_ends_the_process_at_once(tmp_path):
    file = tmp_path / "port"
    with subprocess.Popen([*SERVE, "--port-file", str(file)], stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().rpartition(":")[2])
        where = ("127.0.0.1", port)
        with socket.create_connection(where, timeout=30) as idle, socket.create_connection(where) as arriving:
            idle.sendall(HEALTH)
            assert idle.recv(4096)
            arriving.sendall(HEALTH[:20])
            process.terminate()
            assert idle.recv(4096) == b""  # it drains, and waits for the other request
            process.terminate()
            assert process.wait(30) == -signal.SIGTERM
    assert not file.exists()


def test_a_command_whose_loop_fails_ends_and_says_why(tmp_path):
    file = tmp_path / "port"
    script = dedent(f"""
    import runpy, sys
    from fake_server.dispatcher import InlineDispatcher

    def fail(dispatcher):
        if dispatcher:
            raise LookupError("a defect")

    InlineDispatcher.run = fail
    sys.argv = ["fake_server", "--port", "0", "--seed", "0", "-q", "--port-file", {str(file)!r}]
    runpy.run_module("fake_server", run_name="__main__")
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        port = int(process.stdout.readline().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(HEALTH)
            assert connection.recv(4096) == b""
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.endswith(f"RuntimeError: the server on port {port} stopped: its loop failed\n")
    assert "LookupError: a defect" in said
    assert not file.exists()


def test_the_thread_of_a_server_whose_loop_fails_shows_the_error(monkeypatch):
    def fail(_):
        raise LookupError("a defect")

    shown = []
    monkeypatch.setattr(threading, "excepthook", lambda failure: shown.append(str(failure.exc_value)))
    server = FakeServer()
    monkeypatch.setattr("fake_server.dispatcher.InlineDispatcher.run", fail)
    server.start()
    server._loop._server.trigger.pull_trigger()
    server._loop._thread.join(20)
    with pytest.raises(ConfigurationError, match="is closed"):
        server.start()
    with pytest.raises(RuntimeError, match="its loop failed"):
        server.close()
    assert shown == ["a defect"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("module", ["fake_server", "genai_ports"])
def test_a_signal_during_the_imports_ends_a_command_without_a_traceback(number, module):
    story = f"""
    import runpy, sys
    from importlib.abc import MetaPathFinder
    class Stop(MetaPathFinder):
        def find_spec(self, name, path, target=None):
            if name == "fake_server.server":
                import os
                os.kill(os.getpid(), {int(number)})
    sys.meta_path.insert(0, Stop())
    sys.argv = ["x", *{["serve"] if module == "genai_ports" else []!r}, "--port", "0"]
    runpy.run_module({module!r}, run_name="__main__")
    """
    done = subprocess.run([sys.executable, "-c", dedent(story)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-number, "", "")


def test_an_interrupt_of_another_command_is_an_exception_that_it_can_handle():
    story = """
    import os, signal, sys
    import genai_ports.cli.demo
    from genai_ports.cli import main
    def interrupted(*_, **__):
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            print("cleans up")
    genai_ports.cli.demo.demo.callback = interrupted
    sys.argv = ["genai-ports", "demo"]
    main()
    """
    assert run(story) == ["cleans up"]


class FrameTaker:
    """A lock that keeps the frame of the condition that takes or frees it."""

    def __init__(self):
        self.acquire = self.release = lambda: None
        self.frame = None

    def __enter__(self):
        self.frame = sys._getframe(1)

    def __exit__(self, *_):
        self.frame = sys._getframe(1)


@pytest.mark.parametrize("is_leaving", [True, False])
def test_an_interrupt_does_not_leave_a_lock_of_a_condition_held(is_leaving):
    def interrupt():
        raise KeyboardInterrupt

    lock = FrameTaker()
    condition = threading.Condition(lock)
    condition.__enter__()
    if is_leaving:
        condition.__exit__(None, None, None)
    with on_signal(interrupt):
        signal.getsignal(signal.SIGINT)(signal.SIGINT, lock.frame)  # raises nothing now
        with pytest.raises(KeyboardInterrupt):
            threading.Event().wait()  # without a time: the signal ends it


def test_a_hang_up_that_is_ignored_does_not_end_a_server():
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    command = [sys.executable, "-c", ignoring, *SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().rpartition(":")[2])
        process.send_signal(signal.SIGHUP)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(HEALTH)
            assert connection.recv(4096)
        process.terminate()
        assert process.communicate(timeout=30) == ("", "")


WITHOUT_POSIX = """
import os, select, signal, socket, sys
for name in ("poll", "POLLIN", "POLLOUT", "POLLPRI", "POLLHUP", "POLLERR", "POLLNVAL", "POLLRDHUP", "epoll", "kqueue"):
    if hasattr(select, name):
        delattr(select, name)
for name in ("SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "pthread_sigmask", "alarm", "setitimer"):
    delattr(signal, name)
for name in ("fork", "forkpty", "register_at_fork", "getuid", "geteuid", "getgid", "mkfifo", "O_NOFOLLOW", "fchmod"):
    delattr(os, name)
del socket.AF_UNIX
for name in ("fcntl", "resource", "termios", "pwd", "grp", "syslog"):
    sys.modules[name] = None
os.name = "nt"  # only while this is imported: the paths of the standard library cannot be those of another system
import waitress.trigger
os.name = "posix"
assert waitress.trigger.trigger.kind == "loopback"
"""


def test_it_starts_serves_and_stops_with_what_the_standard_library_has_on_windows():
    story = """
    import tempfile
    from pathlib import Path
    from urllib.request import urlopen
    from fake_server import FakeServer
    from genai_ports import connect
    for _ in range(3):
        with FakeServer() as server, connect(server.url) as genai:
            first = genai.list_models("ocid1.compartment.oc1..a").first()
            print(urlopen(f"{server.url}/_sim/health").status, first.type)
    """
    assert run(WITHOUT_POSIX + dedent(story)) == ["200 BASE"] * 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_by_a_signal_with_what_the_standard_library_has_on_windows(tmp_path, number):
    file = tmp_path / "port"
    script = WITHOUT_POSIX + dedent(f"""
    import runpy
    sys.argv = ["fake_server", "--port", "0", "--seed", "0", "-q", "--port-file", {str(file)!r}]
    runpy.run_module("fake_server", run_name="__main__")
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        first = process.stdout.readline()
        assert first == f"listening on http://127.0.0.1:{file.read_text()}", process.stderr.read()
        process.send_signal(number)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0
    assert not file.exists()
