"""The settings of a server: their bounds, and which apply beside an existing world or a recording."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from fake_server.settings import check_beside_replay, check_beside_simulator
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.world_file import save_world


@pytest.mark.parametrize("most", [1, 1_000_000])
def test_there_are_1_to_a_million_tenancies(most):
    assert Settings(max_tenancies=most).max_tenancies == most
    with pytest.raises(InvalidInput, match=r"^max_tenancies must be from 1 to 1000000, not "):
        Settings(max_tenancies=most - 1 if most == 1 else most + 1)


@pytest.mark.parametrize("clock", ["sundial", "", None, 5, ["real"]])
def test_a_clock_that_does_not_exist_is_refused(clock):
    with pytest.raises(InvalidInput, match=r"^clock must be real or virtual, not "):
        Settings(clock=clock)


@pytest.fixture
def of_file(tmp_path):
    """Settings with a world file, which has all settings of its world."""
    save_world(tmp_path / "world.json", Simulator(region="fra", seed=7, pace="3s", modes=["short-pages"]).snapshot())
    return Settings(world=tmp_path / "world.json")


@pytest.mark.parametrize(
    ("check", "settings", "refused"),
    [
        (check_beside_replay, {"seed": 7, "clock": "virtual", "pace": "2s"}, "omit seed, pace, or omit replay$"),
        (check_beside_replay, {"lenient": True, "one_world": True}, "omit lenient, one_world, or omit replay$"),
        (check_beside_simulator, {"seed": 7, "lenient": True, "clock": "virtual"}, "omit seed, clock, or omit simul"),
        (check_beside_simulator, {"one_world": True, "max_tenancies": 5}, "omit max_tenancies, one_world, or omit sim"),
    ],
)
def test_what_does_not_apply_is_refused_by_name(check, settings, refused):
    with pytest.raises(ConfigurationError, match=refused):
        check(Settings(**settings))


def test_a_world_file_is_refused_by_that_name_alone(of_file):
    for check, other in ((check_beside_replay, "replay"), (check_beside_simulator, "simulator")):
        with pytest.raises(ConfigurationError, match=f"omit world, or omit {other}$"):
            check(of_file)


def test_a_reset_refuses_a_setting_of_the_world_file_also_if_it_is_the_same(of_file):
    response = Client(create_app(of_file)).post("/_sim/reset", json={"pace": "3s"})
    assert (response.status_code, response.json["message"]) == (
        400,
        "a world file has settings of its own: omit pace, or omit world",
    )


def test_what_applies_is_accepted():
    check_beside_replay(Settings(clock="virtual"))
    check_beside_simulator(Settings(lenient=True, verify_signatures=True))


def test_an_app_and_a_server_check_what_applies_beside_a_simulator():
    for serve in (create_app, lambda settings, simulator: FakeServer(settings=settings, simulator=simulator)):
        with pytest.raises(ConfigurationError, match="a simulator has its own settings and clock: omit seed, or omit"):
            serve(Settings(seed=7), simulator=Simulator())


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("host", 5),
        ("host", "a\ud800"),
        ("settings", {"seed": 7}),
        ("simulator", "a world"),
        ("state", 5),
        ("state", ""),
        ("tls", 5),
        ("tls", ""),
        ("log", "yes"),
        ("log", 1),
        ("allow_hosts", "genai.test"),
        ("allow_hosts", 5),
        ("record", 5),
        ("replay", 5),
    ],
)
def test_an_argument_of_another_type_is_refused_by_its_name(name, wrong):
    with pytest.raises(InvalidInput, match=rf"^{name}\b"):
        FakeServer(**{name: wrong})


@pytest.mark.parametrize(
    ("together", "says"),
    [
        ({"state": "a", "simulator": Simulator()}, "only worlds of the server's own are kept"),
        ({"state": "a", "replay": "a.yaml"}, "only worlds of the server's own are kept"),
        ({"record": "a.yaml", "replay": "a.yaml"}, "a server either records or replays"),
        ({"replay": "a.yaml", "simulator": Simulator()}, "a server serves either a simulator or a recording"),
    ],
)
def test_what_cannot_be_served_together_is_refused(tmp_path, monkeypatch, together, says):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=says):
        FakeServer(**together)
    assert [*tmp_path.iterdir()] == []
