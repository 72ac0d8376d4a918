"""Notices of faults that wait in the world of one tenancy while another one calls."""

from __future__ import annotations

import pytest

from fake_server import Settings, create_app
from fake_server.waiting_faults import WaitingFaults
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY

MINE, OTHER, THIRD = (f"ocid1.tenancy.oc1..{name}" for name in ("mine", "other", "third"))
NOTICE = (
    "fake_server: a fault waits in the world of {}, which nobody calls; the calls are for that of {}: name the tenancy "
    "when you add a fault"
)


@pytest.fixture
def waiting():
    return WaitingFaults(create_app().worlds)


@pytest.fixture
def said(caplog):
    return lambda: [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("path", ["/faults", "/failing-work"])
def test_it_is_said_at_the_third_call_for_another_world_and_only_once(waiting, said, path):
    waiting.control("POST", path, MINE, is_done=True)
    waiting.call(OTHER)
    waiting.call(TENANCY)
    assert said() == []
    waiting.call(OTHER)
    assert said() == [NOTICE.format(MINE, OTHER)]
    for _ in range(6):
        waiting.call(OTHER)
    assert len(said()) == 1


def test_the_usual_tenancy_is_not_named_and_one_that_has_not_the_form_is_not_shown(waiting, said):
    waiting.control("POST", "/faults", TENANCY, is_done=True)
    for _ in range(3):
        waiting.call("ocid1.tenancy.oc1..Hunter2")
    assert "the world of the usual tenancy, " in said()[0]
    assert "Hunter2" not in said()[0]


@pytest.mark.parametrize(
    ("request_line", "is_done", "is_said"),
    [
        ("DELETE /faults", True, False),
        ("DELETE /failing-work", True, False),
        ("POST /reset", True, False),
        ("PUT /snapshot", True, False),
        ("DELETE /faults", False, True),
        ("POST /reset", False, True),
        ("GET /faults", True, True),
        ("PUT /clock", True, True),
        ("DELETE /keys", True, True),
    ],
)
def test_what_removes_a_fault_ends_the_wait(waiting, said, request_line, is_done, is_said):
    waiting.control("POST", "/faults", MINE, is_done=True)
    waiting.control(*request_line.split(), OTHER, is_done=True)
    waiting.control(*request_line.split(), MINE, is_done=is_done)
    for _ in range(3):
        waiting.call(OTHER)
    assert bool(said()) is is_said


@pytest.mark.parametrize(
    ("method", "path", "is_done"), [("POST", "/faults", False), ("POST", "/clock", True), ("PUT", "/faults", True)]
)
def test_what_adds_no_fault_is_not_waited_for(waiting, said, method, path, is_done):
    waiting.control(method, path, MINE, is_done=is_done)
    for _ in range(3):
        waiting.call(OTHER)
    assert said() == []


def test_a_call_for_its_own_world_ends_the_wait_and_the_others_wait_on(waiting, said):
    for tenancy in (MINE, OTHER):
        waiting.control("POST", "/faults", tenancy, is_done=True)
    for _ in range(3):
        waiting.call(MINE)
    assert said() == [NOTICE.format(OTHER, MINE)]
    waiting.control("POST", "/faults", OTHER, is_done=True)
    waiting.control("POST", "/faults", THIRD, is_done=True)
    for _ in range(3):
        waiting.call(MINE)
    assert len(said()) == 3


def test_another_fault_waits_anew(waiting, said):
    for _ in range(2):
        waiting.control("POST", "/faults", MINE, is_done=True)
        waiting.call(OTHER)
        waiting.call(OTHER)
    assert said() == []


def test_where_one_world_serves_all_each_call_is_for_it(said):
    waiting = WaitingFaults(create_app(simulator=Simulator()).worlds)
    waiting.control("POST", "/faults", MINE, is_done=True)
    for _ in range(3):
        waiting.call(OTHER)
    assert said() == []


def test_a_world_that_cannot_be_made_is_another_one(said):
    app = create_app(Settings(max_tenancies=1))
    app.worlds.get(MINE).set_modes("short-pages")
    waiting = WaitingFaults(app.worlds)
    waiting.control("POST", "/faults", MINE, is_done=True)
    for _ in range(3):
        waiting.call(OTHER)
    assert said() == [NOTICE.format(MINE, OTHER)]
