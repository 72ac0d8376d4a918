"""Forks: a forked process works on with its copies of worlds, clients and servers, and leaves the parent's alone."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from textwrap import dedent

import pytest

from genai_ports.api.forks import Lock, count_on

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

BEGIN = """
import os, signal, socket, sys, threading, warnings
from fake_server import FakeServer
from genai_ports import CreateImportedModelDetails, InMemoryModelRepository, Simulator, builders, connect
from genai_ports.testing import ready

warnings.simplefilter("ignore", DeprecationWarning)  # later Pythons warn of every fork beside threads
COMPARTMENT = ready.COMPARTMENT
DETAILS = ready.imported_model_details()

def forked(act):
    "Run `act` in a forked process, and return what it returns as text; 'hangs' after 20 seconds."
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        signal.alarm(20)
        try:
            os.write(writes, repr(act()).encode())
        except BaseException as error:
            os.write(writes, repr(error).encode())
        os._exit(0)
    os.close(writes)
    with open(reads, "rb") as pipe:
        text = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return "hangs" if os.WIFSIGNALED(status) else text
"""


def run(story: str) -> list[str]:
    """Run a story in a process of its own, which has no threads of pytest; returns what it prints."""
    script = BEGIN + dedent(story)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_the_first_call_of_a_child_does_not_hang_although_a_thread_held_the_lock_at_the_fork():
    story = """
    genai, other = InMemoryModelRepository(), InMemoryModelRepository()
    held, go_on = threading.Event(), threading.Event()
    def hold():
        with genai.simulator.lock, other.simulator.lock:
            held.set()
            go_on.wait()
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    print(forked(lambda: genai.list_models(COMPARTMENT).first() is not None))
    go_on.set()
    thread.join()
    print(genai.list_models(COMPARTMENT).first() is not None)
    """
    assert run(story) == ["True", "True"]


def test_a_fork_waits_for_a_call_under_way():
    story = """
    genai, done = InMemoryModelRepository(), []
    held, go_on = threading.Event(), threading.Event()
    def call():
        with genai.simulator.lock:
            done.append("begun")
            held.set()
            go_on.wait()
            done.append("ended")
    thread = threading.Thread(target=call)
    thread.start()
    held.wait()
    os.register_at_fork(before=go_on.set)
    print(forked(lambda: done))
    thread.join()
    """
    assert run(story) == ["['begun', 'ended']"]


def test_a_thread_can_fork_after_a_fork_in_the_parent_and_in_the_child():
    story = """
    def from_thread():
        found = []
        thread = threading.Thread(target=lambda: found.append(forked(lambda: "forked")))
        thread.start()
        thread.join()
        return found
    print(forked(from_thread), from_thread())
    """
    assert run(story) == ["[\"'forked'\"] [\"'forked'\"]"]


def test_a_copy_of_a_lock_is_a_new_lock():
    lock = Lock()
    with lock:
        for other in (copy.copy(lock), copy.deepcopy(lock)):
            assert (type(other), other is lock) == (Lock, False)


def test_numbers_that_go_on_in_a_child_are_far_from_those_of_the_parent():
    assert count_on(5) - count_on(0) == 5
    assert count_on(0) > 2**32


def test_a_fork_within_the_lock_keeps_it_in_both_processes():
    story = """
    genai = InMemoryModelRepository()
    def is_free():
        free = []
        def look():
            free.append(genai.simulator.lock.acquire(blocking=False))
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        return free[0]
    def leave():
        before = is_free()
        genai.simulator.lock.release()
        return before, is_free()
    genai.simulator.lock.acquire()
    print(forked(leave))
    print(leave())
    """
    assert run(story) == ["(False, True)", "(False, True)"]


def test_children_make_other_ids_than_the_parent_and_each_other_and_the_same_ones_in_each_run():
    story = """
    genai = InMemoryModelRepository(seed=7)
    genai.create_imported_model(DETAILS)
    def create():
        made = genai.create_imported_model(DETAILS)
        return made.id, made.response.work_request_id, made.response.request_id, genai.simulator.new_retry_token()
    children = [forked(create) for _ in range(3)]
    nested = forked(lambda: forked(create))
    rows = [*map(eval, children), eval(eval(nested)), create()]
    for column in zip(*rows):
        print(len(set(column)), *column)
    """
    first = run(story)
    assert [line.split()[0] for line in first] == ["5"] * 4
    assert run(story) == first


def test_a_world_that_is_made_in_a_child_has_the_ids_of_its_seed():
    story = """
    def create():
        return InMemoryModelRepository(seed=7).create_imported_model(DETAILS).id
    print(forked(create) == repr(create()))
    """
    assert run(story) == ["True"]


def test_a_snapshot_of_a_child_continues_with_the_ids_of_the_child():
    story = """
    genai = InMemoryModelRepository(seed=7)
    def restored_goes_on():
        genai.create_imported_model(DETAILS)
        copy = InMemoryModelRepository(simulator=Simulator.restore(genai.simulator.snapshot()))
        return copy.create_imported_model(DETAILS).id == genai.create_imported_model(DETAILS).id
    print(forked(restored_goes_on))
    """
    assert run(story) == ["True"]


def test_a_child_keeps_neither_the_port_nor_a_connection_of_a_server():
    story = """
    server = FakeServer()
    server.start()
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(b"GET /_sim/health HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
    client.recv(9)
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        client.close()
        os.close(writes)
        os.read(reads, 1)  # until the parent has looked
        os._exit(0)
    os.close(reads)
    server.close()
    while client.recv(4096):
        pass
    with FakeServer(port=server.port):
        print("closed, and taken again")
    os.close(writes)
    os.waitpid(child, 0)
    """
    assert run(story) == ["closed, and taken again"]


@pytest.mark.parametrize("act", ["close()", "start()", "__exit__(None, None, None)"])
def test_a_child_can_close_its_copy_of_a_server_while_the_parent_serves_on(act):
    story = f"""
    with FakeServer() as server, connect(server.url) as genai:
        genai.list_models(COMPARTMENT).first()
        print(forked(lambda: server.{act}))
        created = eval(forked(lambda: genai.create_imported_model(DETAILS).id))
        print(genai.get_imported_model(created).id == created)
    """
    refused = "ConfigurationError('this server is closed: create a new one')"
    assert run(story) == [refused if act == "start()" else "None", "True"]


def test_a_child_cannot_start_its_copy_of_a_server():
    story = """
    with FakeServer() as server:
        print(forked(server.start))
    """
    assert run(story) == ["ConfigurationError('this server is closed: create a new one')"]


def test_a_child_does_not_write_the_recording_of_its_parent(tmp_path):
    file = tmp_path / "tape.yaml"
    story = f"""
    with FakeServer(record={str(file)!r}) as server, connect(server.url) as genai:
        genai.list_models(COMPARTMENT).first()
        print(forked(lambda: (server.close(), os.path.exists({str(file)!r}))))
    print(os.path.exists({str(file)!r}))
    """
    assert run(story) == ["(None, False)", "True"]


def test_a_child_leaves_the_state_directory_to_its_parent(tmp_path):
    story = f"""
    with FakeServer(state={str(tmp_path)!r}) as server, connect(server.url) as genai:
        genai.create_imported_model(DETAILS)
        print(forked(server.close))
        created = genai.create_imported_model(DETAILS).id
    with FakeServer(state={str(tmp_path)!r}) as server, connect(server.url) as genai:
        print(genai.get_imported_model(created).id == created)
    """
    assert run(story) == ["None", "True"]


def test_a_child_and_its_parent_do_not_share_a_connection_to_a_server():
    story = """
    with FakeServer() as server, connect(server.url) as genai:
        genai.list_models(COMPARTMENT).first()
        names = lambda word: [genai.create_imported_model(DETAILS).id for _ in range(20)]
        child = []
        thread = threading.Thread(target=lambda: child.append(eval(forked(lambda: names("child")))))
        thread.start()
        own = names("parent")
        thread.join()
        print(len({*own, *child[0]}))
    """
    assert run(story) == ["40"]


def test_a_pool_of_forked_workers_uses_a_world_and_ends():
    story = """
    import multiprocessing
    genai = InMemoryModelRepository()
    def create(_):
        return genai.create_imported_model(DETAILS).id
    with FakeServer() as server, multiprocessing.get_context("fork").Pool(2) as pool:
        print(len(pool.map(create, range(4), chunksize=1)) == 4)
        pool.close()
        pool.join()
    """
    assert run(story) == ["True"]


def test_a_child_does_not_find_the_worlds_that_its_parent_has_published():
    story = """
    from genai_ports.backends.published import published
    with published(Simulator()) as url:
        print(forked(lambda: connect(url)).startswith("ConfigurationError"), connect(url).default_region)
    """
    assert run(story) == ["True us-chicago-1"]


def test_a_child_uses_no_connection_of_a_client_of_its_parent():
    story = """
    from genai_ports import SdkModelRepository
    from genai_ports.testing.wsgi_transport import WsgiTransport
    class Transport(WsgiTransport):
        closed = 0
        def close(self):
            self.closed += 1
    transport = Transport(FakeServer().app)
    genai = SdkModelRepository(endpoint="http://fake", transport=transport, region_paths=True)
    genai.list_models(COMPARTMENT).first()
    print(forked(lambda: transport.closed), transport.closed)  # mounted for http and for https
    """
    assert run(story) == ["2 0"]
