"""A world starts from a snapshot file, and a file that is damaged is refused before anything starts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from fake_server import FakeServer, Settings, create_app
from genai_ports import InMemoryModelRepository, connect
from genai_ports.api.kinds import OPERATIONS
from genai_ports.cli.serve import serve
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.simulator.settings import WorldSettings
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.world_file import save_world
from genai_ports.testing import ready

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    genai = InMemoryModelRepository(seed=7, region="fra", pace="realistic")
    ready.endpoint(genai, model_id=ready.custom_model(genai).id)
    genai.create_imported_model(ready.imported_model_details(display_name="mine"))
    path = tmp_path / "world.json"
    save_world(path, genai.simulator.snapshot())
    return path


def started(file: Path) -> Simulator:
    return InMemoryModelRepository(world=file).simulator


def test_a_world_starts_from_a_file_and_after_a_reset_again_even_if_the_file_is_gone(file: Path) -> None:
    taken = json.loads(file.read_text())
    with connect(f"memory://?world={file}") as genai:
        assert genai.default_region == "eu-frankfurt-1"
        world = genai.simulator  # type: ignore[attr-defined]
        assert world.snapshot() == taken
        genai.create_imported_model(ready.imported_model_details())
        file.unlink()
        world.reset()
        assert world.snapshot() == taken


@pytest.mark.parametrize("clock", ["real", "virtual"])
def test_a_server_starts_each_tenancy_from_the_file_and_a_reset_goes_back_to_it(file: Path, clock: str) -> None:
    settings = Settings(world=file, clock=clock)
    with FakeServer(settings=settings) as server, connect(server.url) as genai:
        expected = [model.id for model in connect(f"memory://?world={file}").list_models(ready.COMPARTMENT)]
        assert [model.id for model in genai.list_models(ready.COMPARTMENT)] == expected
        server.app.worlds.get("ocid1.tenancy.oc1..other")
        genai.create_imported_model(ready.imported_model_details())
        server.reset()
        assert len(list(genai.list_imported_models(ready.COMPARTMENT))) == 1


def test_keys_are_kept_beside_those_of_the_file(file: Path) -> None:
    assert Simulator(world=file, keys={"a/b/c": "PEM"}).keys == {"a/b/c": "PEM"}


@pytest.mark.parametrize("other", [{"seed": 8}, {"region": "ord", "pace": "2s"}, {"modes": ["short-pages"]}])
def test_a_file_has_its_own_settings(file: Path, other: dict[str, Any]) -> None:
    if other.get("region") == "ord":
        other = {"region": "phx", "pace": "2s"}
    with pytest.raises(InvalidInput, match="a world file has settings of its own: omit"):
        WorldSettings(world=file, **other)
    with pytest.raises(InvalidInput, match="omit pace, or omit world"):
        connect(f"memory://?world={file}&pace=instant")


@pytest.mark.parametrize("modes", [5, "short-pages", ["odd"]])
def test_wrong_modes_beside_a_file_are_refused_as_without_it(file: Path, modes: Any) -> None:
    with pytest.raises(InvalidInput, match=r"modes must be a sequence of strings|mode 'odd' does not exist"):
        WorldSettings(world=file, modes=modes)


def test_the_settings_of_a_file_can_be_repeated_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    save_world(path, Simulator(seed=7, modes=["short-pages"]).snapshot())
    assert WorldSettings(world=path, seed=7, modes=["short-pages"]) == WorldSettings(world=path)


@pytest.mark.parametrize("change", [{"pace": "slowly"}, {"modes": ["odd"]}, {"modes": 5}, {"seed": None}])
def test_a_file_with_damaged_settings_is_refused_by_name(file: Path, change: dict[str, Any]) -> None:
    data = json.loads(file.read_text())
    data["settings"] |= change
    file.write_text(json.dumps(data))
    with pytest.raises(ConfigurationError, match=r"world file .* is damaged at settings: "):
        WorldSettings(world=file)


def test_serve_refuses_settings_beside_a_file_and_names_it_if_it_is_damaged(file: Path) -> None:
    result = CliRunner().invoke(serve, ["--world", str(file), "--pace", "2s", "--port", "0"])
    assert result.exit_code == 1
    assert "omit pace, or omit world" in result.output
    file.write_text("{")
    result = CliRunner().invoke(serve, ["--world", str(file), "--port", "0"])
    assert result.exit_code == 1
    assert "line 1, column 2" in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON: Expecting value at line 1, column 1"),
        ('{"format":', "at line 1, column 11"),
        ("\udcff", "is not JSON in UTF-8"),
        ("[]", "a snapshot is a dict with format"),
        ('{"format": "genai-ports world", "version": 1}', "make the world again with this release"),
        ('{"format": "genai-ports world", "version": 2}', "at settings: it is missing"),
    ],
)
def test_a_foreign_or_damaged_file_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "world.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigurationError, match=message) as refused:
        connect(f"memory://?world={path}")
    assert str(path) in str(refused.value)


def test_what_is_no_snapshot_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="a snapshot is a dict with format"):
        save_world(tmp_path / "world.json", {})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot read the world file .*none.json: No such file"):
        create_app(Settings(world=tmp_path / "none.json"))


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, part in items for place in ((*path, key), *places(part, (*path, key)))]


@pytest.mark.parametrize("change", ["remove", "number", "text"])
def test_whatever_is_changed_the_file_is_refused_with_its_place_or_the_world_works(file: Path, change: str) -> None:
    """Every part in turn is removed, or replaced by one of another type."""
    taken = json.loads(file.read_text())
    refused = 0
    for place in places(taken):
        data = json.loads(json.dumps(taken))
        parent = data
        for key in place[:-1]:
            parent = parent[key]
        if change == "remove":
            del parent[place[-1]]
        else:
            parent[place[-1]] = 5 if change == "number" else "x"
        file.write_text(json.dumps(data))
        try:
            simulator = started(file)
        except ConfigurationError as error:
            refused += str(file) in str(error)
            continue
        use(simulator)
    assert refused > len(places(taken)) // 3


def use(simulator: Simulator) -> None:
    genai = InMemoryModelRepository(simulator=simulator)
    for name in OPERATIONS:
        if name.startswith("list_") and not name.endswith(("errors", "logs")):
            list(getattr(genai, name)(ready.COMPARTMENT, region="eu-frankfurt-1"))
    genai.clock.sleep(0)


def test_a_draft_never_remains(tmp_path: Path) -> None:
    data = {**Simulator().snapshot(), "journal": {1, 2}}
    with pytest.raises(TypeError):
        save_world(tmp_path / "world.json", data)
    assert not list(tmp_path.iterdir())
