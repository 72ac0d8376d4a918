"""Access to a world from the test's own process takes turns with the server's thread."""

from __future__ import annotations

import sys
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from fake_server import FakeServer, Settings
from genai_ports import SdkModelRepository
from genai_ports.backends.connected import connected
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USES: dict[str, Callable[[Simulator, str, str], object]] = {
    "state": lambda simulator, _, __: simulator.state(),
    "troubles": lambda simulator, _, __: simulator.troubles(),
    "timeline": lambda simulator, model, _: simulator.timeline(model),
    "work_on": lambda simulator, model, _: simulator.work_on(model),
    "set_pace": lambda simulator, model, _: simulator.set_pace(model, "5s"),
    "set_world_pace": lambda simulator, _, __: simulator.set_world_pace("5s"),
    "progress": lambda simulator, model, _: simulator.progress(model, 50),
    "finish": lambda simulator, model, _: simulator.finish(model),
    "fail": lambda simulator, model, _: simulator.fail(model),
    "needs_attention": lambda simulator, _, cluster: simulator.needs_attention(cluster),
    "set_modes": lambda simulator, _, __: simulator.set_modes("short-pages"),
    "reset": lambda simulator, _, __: simulator.reset(),
}


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads that switch a hundred times as often as usual, so that races happen."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.00005)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("use", USES)
def test_access_to_a_world_waits_for_its_lock(use: str) -> None:
    with FakeServer(settings=Settings(clock="virtual", pace="60s")) as server:
        simulator = server.simulator
        with SdkModelRepository(endpoint=server.url, clock=server.clock) as genai:
            cluster = ready.cluster(genai).id
            model = genai.create_imported_model(ready.imported_model_details()).id
        done = Event()
        thread = Thread(target=lambda: (USES[use](simulator, model, cluster), done.set()))
        with simulator.lock:
            thread.start()
            assert not done.wait(0.05)
        thread.join(20)
        assert done.is_set()


@pytest.mark.usefixtures("impatient")
def test_reads_during_requests_do_no_harm() -> None:
    with FakeServer(settings=Settings(clock="virtual", pace="3s")) as server:
        over = Event()
        failures: list[Exception] = []

        def read() -> None:
            while not over.is_set():
                try:
                    server.simulator.state()
                    server.simulator.troubles()
                except Exception as error:  # noqa: BLE001  # the test reports any error
                    failures.append(error)
                    return

        thread = Thread(target=read)
        thread.start()
        try:
            with SdkModelRepository(endpoint=server.url, clock=server.clock) as genai:
                for _ in range(100):
                    genai.create_imported_model(ready.imported_model_details())
                    server.clock.sleep(1)
                models = list(genai.list_imported_models(ready.COMPARTMENT))
        finally:
            over.set()
            thread.join()
    assert failures == []
    assert len(models) == 100


def test_the_world_of_a_server_is_connected_for_the_reports_of_failed_tests() -> None:
    simulator = Simulator()
    with FakeServer(simulator=simulator) as server, FakeServer() as other:
        assert server.simulator is simulator
        assert {connected()[each.simulator].way for each in (server, other)} == {"a fake server"}
