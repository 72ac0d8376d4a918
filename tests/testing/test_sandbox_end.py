"""A sandbox ends as it should, whatever happens in it, and wherever."""

from __future__ import annotations

import copy
import os
import pickle
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from unittest.mock import patch

import oci
import pytest

from genai_ports import connect
from genai_ports.errors import ConfigurationError
from genai_ports.testing import RefusedConnection, Sandbox

COMPARTMENT = "ocid1.compartment.oc1..example"


def list_models():
    with connect() as genai:
        return genai.list_models(COMPARTMENT).first().type


@dataclass(frozen=True)
class FrozenError(Exception):
    """An exception that refuses notes."""

    number: int


def test_an_exception_that_takes_no_notes_passes():
    sandbox, before = Sandbox(), dict(os.environ)
    with pytest.raises(FrozenError), sandbox:
        raise FrozenError(5)
    assert dict(os.environ) == before


def test_a_report_that_fails_does_not_hide_the_error_of_the_test():
    sandbox, before = Sandbox(), dict(os.environ)
    fails = patch.object(Sandbox, "report", side_effect=ValueError("defect"))
    with fails, pytest.raises(ZeroDivisionError) as raised, sandbox:
        1 / 0  # noqa: B018
    assert raised.value.__notes__ == ["genai_ports: no report of the world: ValueError: defect"]
    assert dict(os.environ) == before


def test_a_sandbox_that_cannot_open_changes_nothing():
    sandbox, before = Sandbox(), dict(os.environ)
    fails = patch("genai_ports.testing.isolation.hygiene.empty_home", side_effect=OSError("disk full"))
    with fails, pytest.raises(OSError, match="disk full"):
        sandbox.__enter__()
    assert oci.waiter.time is time
    assert dict(os.environ) == before


def test_it_can_be_closed_in_another_thread_that_has_used_it():
    before, sandbox = dict(os.environ), Sandbox().__enter__()

    def use_and_close():
        list_models()
        sandbox.__exit__(None, None, None)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(use_and_close).result(10)
    assert sandbox.left_behind == ()
    assert dict(os.environ) == before


def test_it_is_used_once_and_in_its_block():
    sandbox = Sandbox(name="test_one")
    with pytest.raises(ConfigurationError, match="the sandbox of test_one is not open"):
        sandbox.genai_server  # noqa: B018
    with sandbox:
        sandbox.close()
    with pytest.raises(ConfigurationError, match="the sandbox of test_one is closed"):
        sandbox.oci_redirected  # noqa: B018
    with pytest.raises(ConfigurationError, match="was used before: make a new one"), sandbox:
        pass


def test_errors_can_be_sent_to_another_process():
    with pytest.raises(RefusedConnection) as refused, Sandbox(name="test_one"):
        socket.create_connection(("db.example", 5432))
    for sent in (pickle.loads(pickle.dumps(refused.value)), copy.deepcopy(refused.value)):  # noqa: S301
        assert (str(sent), sent.destination) == (str(refused.value), refused.value.destination)
        assert sent.__notes__ == refused.value.__notes__
        assert "refused a connection to db.example" in sent.__notes__[0]


@pytest.mark.parametrize("new_pool", [ThreadPoolExecutor, ThreadPool])
def test_a_pool_that_a_test_has_made_works_on_for_the_next_one(new_pool):
    with ExitStack() as stack:
        pool = None
        for name in ("test_one", "test_two"):
            with Sandbox(name=name) as sandbox:
                pool = pool or stack.enter_context(new_pool(1))
                [read] = pool.map(lambda _: list_models(), [1])
                assert read == "BASE"
                assert len(sandbox.genai_simulator.journal) == 1
            assert sandbox.left_behind == ()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_does_not_connect_to_a_copy_of_the_world():
    with Sandbox():
        reader, writer = os.pipe()
        process = os.fork()
        if process == 0:
            try:
                connect()
                os.write(writer, b"connected")
            except ConfigurationError as error:
                os.write(writer, str(error).encode())
            finally:
                os._exit(0)
        os.waitpid(process, 0)
        assert b"runs in another process, which needs the URL of a server" in os.read(reader, 1000)
        assert list_models() == "BASE"
    os.close(reader)
    os.close(writer)
