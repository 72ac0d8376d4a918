"""`genai-ports state`: worlds move between directories as files."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from fake_server import FakeServer, Settings
from genai_ports.cli.state import state
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY

OTHER = "ocid1.tenancy.oc1..other"
CLUSTER = {
    "compartmentId": "ocid1.compartment.oc1..example",
    "type": "HOSTING",
    "unitCount": 1,
    "unitShape": "LARGE_COHERE",
}


@pytest.fixture
def run():
    def invoke(*arguments, ends=0):
        done = CliRunner().invoke(state, [str(each) for each in arguments])
        assert done.exit_code == ends, done.output
        return done.output

    return invoke


@pytest.fixture
def directory(tmp_path):
    with FakeServer(settings=Settings(seed=7), state=tmp_path / "state") as server:
        for tenancy in (TENANCY, OTHER):
            signed = {"authorization": f'Signature keyId="{tenancy}/ocid1.user.oc1..u/aa"'}
            Client(server.app).post("/20231130/dedicatedAiClusters", json=CLUSTER, headers=signed)
    return tmp_path / "state"


def ids(text):
    return [each["resource"]["id"] for each in json.loads(text)["world"]["resources"]["dedicatedAiClusters"]]


def test_worlds_move_to_another_directory(run, directory, tmp_path):
    shown = run("export", directory, "--to", tmp_path / "out")
    files = sorted((tmp_path / "out").iterdir())
    assert sorted(shown.split()) == [str(file) for file in files]
    assert {file.stem for file in files} == {TENANCY, OTHER}
    assert run("import", tmp_path / "second", *files).count("imported") == 2
    assert run("export", tmp_path / "second", "--to", tmp_path / "again")
    for file in files:
        assert ids((tmp_path / "again" / file.name).read_text()) == ids(file.read_text()) != []


@pytest.mark.parametrize("clock", ["real", "virtual"])
def test_a_new_directory_has_the_settings_of_the_server_that_the_worlds_are_from(run, tmp_path, clock):
    chosen = Settings(
        seed="moved", pace="2s", region="us-ashburn-1", limits="strict", modes=("short-pages",), clock=clock
    )
    with FakeServer(settings=chosen, state=tmp_path / "state"):
        pass
    run("export", tmp_path / "state", "--to", tmp_path / "out")
    run("import", tmp_path / "second", tmp_path / "out" / f"{TENANCY}.json")
    with FakeServer(settings=chosen, state=tmp_path / "second") as server:
        assert server.app.worlds.settings == chosen


def test_an_import_replaces_only_what_it_names(run, directory, tmp_path):
    run("export", directory, "--to", tmp_path / "out")
    with FakeServer(state=directory) as server:
        Client(server.app).post("/_sim/reset", json={})
        Client(server.app).post(f"/_sim/reset?tenancy={OTHER}", json={})
    run("import", directory, tmp_path / "out" / f"{OTHER}.json")
    assert run("check", directory).splitlines() == [
        f"{TENANCY}: empty",
        f"{OTHER}: 1 dedicatedAiClusters, 1 workRequests",
    ]


def test_a_directory_in_use_can_be_read_and_not_changed(run, directory, tmp_path):
    with FakeServer(state=directory):
        assert run("check", directory).count("1 dedicatedAiClusters") == 2
        run("export", directory, "--to", tmp_path / "out")
        said = run("import", directory, tmp_path / "out" / f"{OTHER}.json", ends=1)
        assert "another server uses the state directory" in said


def test_what_is_no_world_is_refused_and_changes_nothing(run, directory, tmp_path):
    before = run("check", directory)
    named = tmp_path / f"{OTHER}.json"
    named.write_text("{}")
    assert "cannot start from the world file" in run("import", directory, named, ends=1)
    (tmp_path / "any.json").write_text("{}")
    assert "must have the OCID of a tenancy" in run("import", directory, tmp_path / "any.json", ends=1)
    assert run("check", directory) == before


@pytest.mark.parametrize("part", ["settings", "clock", "world", "journal"])
def test_a_damaged_world_file_leaves_no_new_directory(run, tmp_path, part):
    file = tmp_path / f"{TENANCY}.json"
    file.write_text(json.dumps({**Simulator().snapshot(), part: 5}))
    assert f"cannot import the world file {file}: at {part}" in run("import", tmp_path / "new", file, ends=1)
    assert not (tmp_path / "new").exists()


def test_a_damaged_directory_fails_the_check(run, directory):
    (directory / "log.sqlite").write_bytes(b"no database" * 1000)
    assert run("check", directory, ends=1) == (
        f"state check: the state directory {directory} cannot be opened: file is not a database\n"
    )
