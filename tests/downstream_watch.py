"""A pytest plugin for the suite in `tests/downstream`: it shuffles, repeats, and writes down what each test did.

`tests/test_downstream.py` loads it with `-p` in a process of its own. Settings are environment variables:
`WATCH_INTO` (a directory), `WATCH_TURNS` (how often each test runs) and `WATCH_SHUFFLE` (the seed of the order).
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import socket
import threading
from functools import wraps
from itertools import count
from pathlib import Path

import pytest

INTO = Path(os.environ.get("WATCH_INTO", "."))
TURNS = int(os.environ.get("WATCH_TURNS", "1"))
SHUFFLE = os.environ.get("WATCH_SHUFFLE")
_NUMBERS = count()
_TURN = re.compile(r"-?turn\d+(?=\])|turn\d+-")


@pytest.fixture
def turn():
    """Which run of the test this is."""


def pytest_generate_tests(metafunc):
    if TURNS > 1 and "oci_cli_env" not in metafunc.fixturenames:  # another process takes a second
        metafunc.fixturenames.append("turn")
        metafunc.parametrize("turn", range(TURNS), ids=lambda number: f"turn{number}", indirect=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    if SHUFFLE:
        random.Random(SHUFFLE).shuffle(items)  # noqa: S311  # a shuffle that can be repeated


def pytest_sessionstart(session):
    from genai_ports.testing.sandbox import Sandbox

    session.config.files_before = _open_files()
    make, original = Sandbox.__init__, Sandbox.close

    @wraps(make)
    def make_for_any_turn(sandbox, *settings, name, **options):
        make(sandbox, *settings, name=_TURN.sub("", name).replace("[]", ""), **options)

    @wraps(original)
    def close(sandbox):
        _write(sandbox.name, sandbox.genai_simulator)
        original(sandbox)

    Sandbox.__init__, Sandbox.close = make_for_any_turn, close  # the name of a test is part of its seed


def _write(name, simulator):
    """Write the world of a test, one file for each turn."""
    path = INTO / name.replace("/", ".") / f"{os.getpid()}-{next(_NUMBERS)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(simulator.snapshot()), encoding="utf-8")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    gc.collect()
    import genai_ports

    report = {
        "genai_ports": genai_ports.__file__,
        "threads": [each.name for each in threading.enumerate() if each is not threading.main_thread()],
        "files": sorted(_open_files() - session.config.files_before),
        "sockets": [repr(each) for each in gc.get_objects() if isinstance(each, socket.socket) and each.fileno() >= 0],
    }
    (INTO / f"process-{os.getpid()}.json").write_text(json.dumps(report), encoding="utf-8")


def _open_files():
    """Return what the open file descriptors of this process lead to, without the deleted files of pytest's capture."""
    links = Path("/proc/self/fd")
    found = {str(each.readlink()) for each in links.iterdir() if each.is_symlink()} if links.exists() else set()
    return {each for each in found if not each.startswith(("/proc/", "/dev/", "pipe:")) and "(deleted)" not in each}
