"""A server in a forked process of its own process: the copy does nothing, and the parent serves on."""

from __future__ import annotations

import os
import signal

import pytest
from werkzeug.test import Client

from fake_server import FakeServer

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),  # later Pythons warn of every fork beside threads
]
LIST = "/20231130/models?compartmentId=ocid1.compartment.oc1..a&limit=1"


def forked(act):
    """Run a function in a forked process; return what it returns or raises, as text."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            os.write(writes, repr(act()).encode())
        except BaseException as error:  # noqa: BLE001  # the test compares it
            os.write(writes, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


def test_a_copy_writes_no_recording_and_the_parent_does(tmp_path):
    file = tmp_path / "tape.yaml"
    with FakeServer(record=file) as server:
        assert Client(server.application).get(LIST).status_code == 200
        assert forked(lambda: (server.close(), file.exists())) == "(None, False)"
    assert file.exists()


def test_a_copy_cannot_be_started():
    with FakeServer() as server:
        assert forked(server.start) == "ConfigurationError('this server is closed: create a new one')"
        server.start()
