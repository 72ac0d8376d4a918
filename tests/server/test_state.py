"""A state directory: what a server has acknowledged is there when it starts again."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from fake_server import FakeServer, Settings, create_app
from fake_server.app import App
from fake_server.state.directory import StateDirectory
from fake_server.state.kept_worlds import KeptWorlds, open_worlds
from fake_server.state.wall import Wall
from genai_ports import connect
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import ConfigurationError
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.world_file import save_world
from genai_ports.tenancy import TENANCY
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARTMENT = "ocid1.compartment.oc1..example"
OTHER = "ocid1.tenancy.oc1..other"
TOKEN = "hf_planted" + "x" * 24
MODEL = {
    "compartmentId": COMPARTMENT,
    "displayName": "kept",
    "vendor": "acme",
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "acme/kept", "accessToken": TOKEN},
}
CLUSTER = {"compartmentId": COMPARTMENT, "type": "HOSTING", "unitCount": 1, "unitShape": "LARGE_COHERE"}
DATASET = {"datasetType": "OBJECT_STORAGE", "namespaceName": "ns", "bucketName": "b", "objectName": "train.jsonl"}
TUNING = {
    "trainingDataset": DATASET,
    "trainingConfig": {"trainingConfigType": "LORA_TRAINING_CONFIG", "totalTrainingEpochs": 3},
}
MODELS = "/20231130/importedModels"
CLUSTERS = "/20231130/dedicatedAiClusters"


class Kept:
    """A server with a state directory, without a socket; it can be killed and started again."""

    def __init__(self, path: Path, chosen: Settings) -> None:
        self.path = path
        self.settings = chosen
        self.start()

    def start(self) -> None:
        self.worlds = open_worlds(self.settings, self.path)
        self.http = Client(App(self.settings, self.worlds))
        self.settings = Settings()

    def kill(self) -> None:
        """End it as `kill -9` does: nothing is written at the end."""
        self.worlds._directory.close()
        self.start()

    def compact(self) -> None:
        self.worlds.take([])

    def write_snapshot(self) -> None:
        """Write a snapshot as the process beside the server does."""
        command = [sys.executable, "-m", "fake_server.state", str(self.path), str(self.worlds._directory.last)]
        subprocess.run(command, check=True)


@pytest.fixture
def kept(tmp_path):
    servers: list[Kept] = []

    def start(**options: Any) -> Kept:
        servers.append(Kept(tmp_path / "state", Settings(**options)))
        return servers[-1]

    yield start
    for each in servers:
        each.worlds.close()


def content(worlds: Any, tenancy: str) -> dict[str, Any]:
    """What a world holds, without what reads and calls that cannot be written count."""
    world = worlds.get(tenancy)
    world.state()
    data = world.snapshot()
    del data["world"]["requestIds"]
    data["journal"] = [
        entry
        for entry in data["journal"]
        if not entry["operation"].startswith(("get", "list")) and entry.get("rule") != "state-not-written"
    ]
    for entry in data["journal"]:
        entry.pop("requestId", None)
    return data


TENANCIES = st.sampled_from([TENANCY, OTHER])
ACTIONS = st.one_of(
    st.tuples(
        st.just("create"), st.sampled_from([(MODELS, MODEL), (CLUSTERS, CLUSTER)]), st.sampled_from(["", "a", "b"])
    ),
    st.tuples(st.just("delete"), st.sampled_from([MODELS, CLUSTERS]), st.integers(0, 3)),
    st.tuples(st.just("rename"), st.sampled_from([MODELS, CLUSTERS]), st.integers(0, 3)),
    st.tuples(st.just("get"), st.sampled_from([MODELS, CLUSTERS]), st.integers(0, 3)),
    st.tuples(st.just("list"), st.sampled_from([MODELS, CLUSTERS])),
    st.tuples(st.just("/_sim/clock"), st.just("POST"), st.builds(dict, advance=st.integers(0, 5000))),
    st.tuples(st.just("/_sim/modes"), st.just("PUT"), st.sampled_from([{"modes": []}, {"modes": ["stale-lists:30"]}])),
    st.tuples(
        st.just("/_sim/faults"),
        st.just("POST"),
        st.sampled_from([{"status": 429, "times": 2}, {"damage": "reset", "nth": 2}, {"latency": 5}]),
    ),
    st.tuples(st.just("/_sim/failing-work"), st.just("POST"), st.just({"percent": 40})),
    st.tuples(
        st.just("/_sim/limits"), st.just("PUT"), st.just({"name": "dedicated-unit-large-cohere-count", "most": 1})
    ),
    st.tuples(st.just("/_sim/reset"), st.just("POST"), st.sampled_from([{}, {"pace": "reads:2"}])),
    st.tuples(st.just("kill")),
)


def act(http: Client, action: tuple[Any, ...], tenancy: str) -> None:
    """Do the same to a server as to another: its responses name what later actions refer to."""
    signed = {"authorization": f'Signature keyId="{tenancy}/ocid1.user.oc1..u/aa"'}
    what, *parts = action
    if what == "create":
        (path, body), token = parts
        http.post(path, json=body, headers={**signed, **({"opc-retry-token": token} if token else {})})
    elif what in ("delete", "rename", "get"):
        path, number = parts
        state = http.get(f"/_sim/state?tenancy={tenancy}").json
        known = state[path.rpartition("/")[2]]
        url = f"{path}/{known[number % len(known)]['id'] if known else 'ocid1.none'}"
        method = {"delete": "DELETE", "rename": "PUT", "get": "GET"}[what]
        http.open(url, method=method, headers=signed, json={"displayName": "renamed"} if what == "rename" else None)
    elif what == "list":
        http.get(f"{parts[0]}?compartmentId={COMPARTMENT}", headers=signed)
    else:
        method, body = parts
        done = http.open(f"{what}?tenancy={tenancy}", method=method, json=body)
        assert done.status_code < 300, done.text


class Passing:
    """Real time for both servers, which stands still within an action."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def shown(self) -> Callable[[SystemClock], datetime]:
        return lambda clock: self.now + clock._ahead


@pytest.mark.parametrize("clock", ["virtual", "real"])
@given(actions=st.lists(st.tuples(ACTIONS, TENANCIES), max_size=25))
@settings(max_examples=20, deadline=None)
def test_worlds_are_the_same_whether_the_server_was_killed_or_not(clock, actions):
    passing = Passing()
    chosen = Settings(seed=7, pace="60s", clock=clock)
    with TemporaryDirectory() as path, mock.patch.object(SystemClock, "now", passing.shown()):
        app = create_app(chosen)
        kept = Kept(Path(path) / "state", chosen)
        try:
            for action, tenancy in actions:
                passing.now += timedelta(seconds=17)
                if action == ("kill",):
                    kept.kill()
                    continue
                for http in (Client(app), kept.http):
                    try:
                        act(http, action, tenancy)
                    except ConnectionError:  # a fault
                        continue
            kept.kill()
            for tenancy in (TENANCY, OTHER):
                assert content(kept.worlds, tenancy) == content(app.worlds, tenancy)
        finally:
            kept.worlds.close()


def test_work_under_way_ends_when_it_would_have(kept, monkeypatch):
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("genai_ports.backends.system_clock.SystemClock.now", lambda _: now)
    server = kept(pace="100s")
    made = server.http.post(MODELS, json=MODEL).json
    assert server.http.post("/_sim/clock", json={"advance": 50}).status_code == 200
    server.kill()
    for passed, state in ((49, "CREATING"), (1, "ACTIVE")):
        now += timedelta(seconds=passed)
        assert server.http.get(f"{MODELS}/{made['id']}").json["lifecycleState"] == state
    shown = server.http.get(f"{MODELS}/{made['id']}").json
    assert shown["timeUpdated"] == "2026-11-01T12:01:40.000Z"


@pytest.mark.parametrize("killed_after", [0, 40, 99])
def test_a_fine_tuning_goes_on_as_if_the_server_had_not_been_killed(kept, monkeypatch, killed_after):
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("genai_ports.backends.system_clock.SystemClock.now", lambda _: now)
    server, undisturbed = kept(pace="100s", seed=7), Client(create_app(Settings(pace="100s", seed=7)))
    cluster = {**CLUSTER, "type": "FINE_TUNING", "unitShape": "LARGE_GENERIC"}
    body = {"compartmentId": COMPARTMENT, "baseModelId": _tunable(undisturbed), "fineTuneDetails": dict(TUNING)}
    for client in (server.http, undisturbed):
        body["fineTuneDetails"]["dedicatedAiClusterId"] = client.post(CLUSTERS, json=cluster).json["id"]
    now += timedelta(seconds=100)
    made = [client.post("/20231130/models", json=body) for client in (server.http, undisturbed)]
    work = f"/20231130/workRequests/{made[1].headers['opc-work-request-id']}"
    paths = [
        work,
        f"{work}/logs",
        f"/20231130/models/{made[1].json['id']}",
        f"{CLUSTERS}/{made[1].json['fineTuneDetails']['dedicatedAiClusterId']}",
    ]
    now += timedelta(seconds=killed_after)
    server.kill()
    states = []
    for _ in range(6):
        shown = [[client.get(path).json for path in paths] for client in (server.http, undisturbed)]
        assert shown[0] == shown[1]
        states.append(shown[0][2]["lifecycleState"])
        now += timedelta(seconds=21)
    assert (states[0], states[-1]) == ("CREATING", "ACTIVE")


def _tunable(client: Client) -> str:
    models = client.get("/20231130/models", query_string={"compartmentId": COMPARTMENT, "capability": "FINE_TUNE"}).json
    return next(each["id"] for each in models["items"] if each["vendor"] == "meta")


def test_a_wall_clock_that_goes_back_changes_nothing(kept, monkeypatch):
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("genai_ports.backends.system_clock.SystemClock.now", lambda _: now)
    server = kept()
    now += timedelta(seconds=10)
    server.http.get(MODELS, query_string={"compartmentId": COMPARTMENT})
    now -= timedelta(seconds=5)
    server.http.post(MODELS, json=MODEL)
    before = content(server.worlds, TENANCY)
    server.kill()
    assert content(server.worlds, TENANCY) == before


def test_a_wall_clock_shows_the_time_of_a_call_of_the_log_and_then_never_an_earlier_one(monkeypatch):
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("genai_ports.backends.system_clock.SystemClock.now", lambda _: noon)
    wall, shown = Wall(), []
    for minutes in (10, -5, 20):
        with wall.at(noon + timedelta(minutes=minutes)):
            shown.append(wall.now())
        shown.append(wall.now())
    assert [(each - noon).total_seconds() / 60 for each in shown] == [10, 10, -5, 10, 20, 20]


def test_the_journal_has_the_request_ids_of_the_responses(kept):
    server = kept()
    given = []
    for _ in range(2):
        server.http.get(MODELS, query_string={"compartmentId": COMPARTMENT})
        given.append(server.http.post(MODELS, json=MODEL).headers["opc-request-id"])
    server.kill()
    assert [entry.request_id for entry in server.worlds.get(TENANCY).journal] == given


@pytest.mark.parametrize("settled", ["at the start", "for one"])
def test_reads_that_move_work_are_kept(kept, settled):
    server = kept(pace="reads:3" if settled == "at the start" else "60s", clock="virtual")
    url = f"{MODELS}/{server.http.post(MODELS, json=MODEL).json['id']}"
    if settled == "for one":
        action = {"id": url.rpartition("/")[2], "action": "pace", "pace": "reads:3"}
        assert server.http.post("/_sim/work", json=action).status_code == 200
    states = []
    for _ in range(5):
        states.append(server.http.get(url).json["lifecycleState"])
        server.kill()
    assert states == ["CREATING"] * 3 + ["ACTIVE"] * 2


def test_a_delayed_response_moves_a_virtual_clock_again(kept):
    server = kept(clock="virtual")
    server.http.post("/_sim/faults", json={"latency": 90})
    server.http.post(MODELS, json=MODEL)
    assert server.http.get("/_sim/clock").json == {"time": "2026-07-15T00:01:30.000Z"}
    server.kill()
    assert server.http.get("/_sim/clock").json == {"time": "2026-07-15T00:01:30.000Z"}


def test_a_snapshot_replaces_the_log(kept):
    server = kept(pace="60s")
    for _ in range(3):
        server.http.post(MODELS, json=MODEL)
    before = content(server.worlds, TENANCY)
    server.compact()
    assert server.worlds._directory.size == (0, 0)
    server.http.post(CLUSTERS, json=CLUSTER)
    server.compact()
    server.kill()
    assert len(list(server.path.glob("snapshot-*"))) == 1
    after = content(server.worlds, TENANCY)
    assert after["world"]["resources"]["importedModels"] == before["world"]["resources"]["importedModels"]
    assert len(after["world"]["resources"]["dedicatedAiClusters"]) == 1


def test_a_snapshot_that_is_complete_after_a_kill_is_used(kept):
    server = kept()
    for _ in range(2):
        server.http.post(MODELS, json=MODEL)
        server.write_snapshot()
    server.http.post(MODELS, json=MODEL)
    server.kill()
    assert server.worlds._directory.size[0] == 1
    assert [file.name.split("-")[1] for file in server.path.glob("snapshot-*")] == ["2"]
    assert len(content(server.worlds, TENANCY)["world"]["resources"]["importedModels"]) == 3


def test_a_snapshot_of_another_log_is_not_used(kept, tmp_path):
    for path in (tmp_path / "other", tmp_path / "state"):
        server = Kept(path, Settings(seed=path.name))
        server.http.post(MODELS, json=MODEL)
        if path.name == "other":
            server.write_snapshot()
        server.worlds.close()
    [file] = (tmp_path / "other").glob("snapshot-*")
    shutil.copy(file, tmp_path / "state")
    server = kept()
    assert server.worlds._directory.size[0] == 1
    assert server.worlds.settings.seed == "state"


def test_a_server_makes_snapshots_by_itself(kept, monkeypatch):
    monkeypatch.setattr("fake_server.state.compaction._ROWS", 3)
    server = kept()
    for _ in range(4):
        server.http.post(MODELS, json=MODEL)
    server.worlds._compaction._process.wait()
    server.http.post(MODELS, json=MODEL)
    assert server.worlds._directory.size[0] == 2
    server.kill()
    assert len(content(server.worlds, TENANCY)["world"]["resources"]["importedModels"]) == 5


def test_a_server_makes_a_snapshot_after_so_many_bytes(kept, monkeypatch):
    server = kept()
    server.http.post(MODELS, json=MODEL)
    assert server.worlds._compaction._process is None
    monkeypatch.setattr("fake_server.state.compaction._BYTES", 1)
    server.http.post(MODELS, json=MODEL)
    assert server.worlds._compaction._process is not None


def test_snapshots_are_as_frequent_as_the_size_of_the_world_allows(kept, monkeypatch):
    monkeypatch.setattr("fake_server.state.compaction._ROWS", 6)
    monkeypatch.setattr("fake_server.state.compaction._PART", 0.1)  # a snapshot after ten rows for each resource
    server = kept()
    for _ in range(4):
        made = server.http.post(MODELS, json=MODEL).json
        server.http.delete(f"{MODELS}/{made['id']}")
    assert server.worlds._compaction._process is None
    server.http.post("/_sim/clock", json={"advance": 15 * 24 * 3600})
    assert server.http.get(f"{MODELS}/{made['id']}").status_code == 404
    server.http.post("/_sim/clock", json={"advance": 1})  # the world is empty now
    assert server.worlds._compaction._process is not None


def test_no_secret_is_in_the_directory(kept):
    server = kept()
    assert server.http.post(MODELS, json=MODEL).status_code == 201
    wrong = {**MODEL, "dataSource": {"sourceType": "NEW", "accessToken": TOKEN, "more": {"token": TOKEN}}}
    server.http.post(MODELS, json=wrong)
    server.http.post(MODELS, json={**MODEL, "dataSource": {**MODEL["dataSource"], "accessToken": {"a": TOKEN}}})
    server.http.post(MODELS, json={**MODEL, "dataSource": TOKEN, "displayName": [TOKEN]})
    for again in (False, True):
        if again:
            server.compact()
        written = b"".join(file.read_bytes() for file in server.path.iterdir())
        assert TOKEN.encode() not in written


def test_a_full_disk_refuses_and_changes_nothing(kept):
    server = kept(clock="virtual")
    server.http.post(MODELS, json=MODEL)
    before = content(server.worlds, TENANCY)
    log = server.worlds._directory._log
    pages = log.execute("PRAGMA page_count").fetchone()[0]
    log.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(100):
        refused = server.http.post(MODELS, json=MODEL)
        if refused.status_code != 201:
            break
        before = content(server.worlds, TENANCY)
    assert refused.status_code == 503
    assert refused.json["message"].endswith(
        "The server cannot write to its state directory: database or disk is full. Nothing has changed."
    )
    assert server.http.get(MODELS, query_string={"compartmentId": COMPARTMENT}).status_code == 200
    assert content(server.worlds, TENANCY) == before
    log.execute("PRAGMA max_page_count = 1000000")
    assert server.http.post(MODELS, json=MODEL).status_code == 201
    before = content(server.worlds, TENANCY)
    server.kill()
    assert content(server.worlds, TENANCY) == before


def test_a_second_server_is_refused_by_name(kept):
    server = kept()
    with pytest.raises(ConfigurationError, match=r"another server uses the state directory .*state: stop it, or"):
        FakeServer(state=server.path)


def test_a_world_file_is_kept(kept, tmp_path):
    source = create_app(Settings(seed=3))
    Client(source).post(MODELS, json=MODEL)
    file = tmp_path / "world.json"
    save_world(file, source.worlds.get(TENANCY).snapshot())
    server = kept(world=file)
    file.unlink()
    server.http.post(MODELS, json=MODEL)
    server.kill()
    assert len(content(server.worlds, TENANCY)["world"]["resources"]["importedModels"]) == 2
    assert len(content(server.worlds, OTHER)["world"]["resources"]["importedModels"]) == 1


def _without_a_row(path: Path) -> None:
    with closing(sqlite3.connect(path / "log.sqlite")) as log, log:
        log.execute("DELETE FROM log WHERE number = 2")


def _with_another_row(path: Path) -> None:
    with closing(sqlite3.connect(path / "log.sqlite")) as log, log:
        log.execute("UPDATE log SET document = replace(document, 'kept', 'kepd') WHERE number = 2")


def _without_the_log(path: Path) -> None:
    (path / "log.sqlite").unlink()


def _cut(path: Path) -> None:
    file = path / "log.sqlite"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _emptied(path: Path) -> None:
    (path / "log.sqlite").write_bytes(b"")


def _overwritten(path: Path) -> None:
    (path / "log.sqlite").write_bytes(b"not a database" * 1000)


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path / "log.sqlite")) as log:
        log.execute("PRAGMA user_version = 99")


def _older(path: Path) -> None:
    with closing(sqlite3.connect(path / "log.sqlite")) as log:
        log.execute("PRAGMA user_version = 1")


def _cut_snapshot(path: Path) -> None:
    [file] = path.glob("snapshot-*.gz")
    file.write_bytes(file.read_bytes()[:-20])


def _no_snapshot(path: Path) -> None:
    [file] = path.glob("snapshot-*.gz")
    file.unlink()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_without_a_row, "is damaged: the log at row"),
        (_with_another_row, "is damaged: the log at row"),
        (_without_the_log, "has no log.sqlite"),
        (_cut, "damaged|cannot be opened"),
        (_emptied, "is damaged: log.sqlite"),
        (_overwritten, "cannot be opened: file is not a database"),
        (_newer, "has format 99, and this release reads 2: export it with the release that wrote it"),
        (_older, "has format 1, and this release reads 2: export it with the release that wrote it"),
        (_cut_snapshot, r"is damaged: snapshot-1-\w{8}\.gz"),
        (_no_snapshot, r"is damaged: snapshot-1-\w{8}\.gz"),
    ],
)
def test_a_damaged_directory_is_refused_and_left_as_it_is(kept, tmp_path, damage, says):
    server = kept()
    server.http.post(MODELS, json=MODEL)
    server.compact()
    for _ in range(50):
        server.http.post(MODELS, json=MODEL)
    server.worlds.close()
    copied = tmp_path / "copy"
    shutil.copytree(server.path, copied)
    damage(copied)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=says):
            open_worlds(Settings(), copied)
    server.start()


def test_calls_that_lead_elsewhere_are_refused(kept, monkeypatch):
    """As when another release carries them out otherwise."""
    server = kept()
    server.http.post(MODELS, json=MODEL)
    server.http.post(MODELS, json=MODEL)
    server.worlds.close()
    with monkeypatch.context() as patched:
        patched.setattr("genai_ports.simulator.simulator.Simulator.handle", lambda *_: None)
        with pytest.raises(ConfigurationError, match="row 2 of the log does not follow from those before it"):
            open_worlds(Settings(), server.path)
    server.start()


def test_a_directory_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"cannot be opened: (File exists|Not a directory)"):
        FakeServer(state=tmp_path / "file")


def test_a_server_over_a_socket_keeps_its_worlds(tmp_path):
    with FakeServer(settings=Settings(pace="60s"), state=tmp_path / "state") as server, connect(server.url) as genai:
        made = genai.create_imported_model(ready.imported_model_details())
    with FakeServer(state=tmp_path / "state") as server, connect(server.url) as genai:
        assert genai.get_imported_model(made.id).lifecycle_state == "CREATING"


def test_a_call_that_closes_its_server_is_kept(tmp_path):
    server = FakeServer(state=tmp_path / "state")
    serve = server._loop._server.application

    def close_and_serve(environ, start_response):
        server.close()
        return serve(environ, start_response)

    server._loop._server.application = close_and_serve
    server.start()
    with connect(server.url) as genai:
        made = genai.create_imported_model(ready.imported_model_details())
    server.close()
    with FakeServer(state=tmp_path / "state") as again, connect(again.url) as genai:
        assert genai.get_imported_model(made.id).id == made.id


def test_a_server_that_cannot_start_gives_its_directory_back(kept, tmp_path):
    with FakeServer(state=tmp_path / "other") as taken, pytest.raises(ConfigurationError, match="cannot listen"):
        FakeServer(state=tmp_path / "state", port=taken.port)
    kept()


@pytest.mark.parametrize("other", [{"simulator": Simulator()}, {"replay": "tape.yaml"}], ids=["simulator", "replay"])
def test_only_worlds_of_its_own_are_kept(tmp_path, other):
    with pytest.raises(ConfigurationError, match="only worlds of the server's own are kept"):
        FakeServer(state=tmp_path, **other)


USES: dict[str, Callable[[FakeServer], object]] = {
    "simulator": lambda server: server.simulator,
    "clock": lambda server: server.clock,
    "reset": lambda server: server.reset(),
}


@pytest.mark.parametrize("name", USES)
def test_what_would_not_be_kept_is_refused(tmp_path, name):
    with (
        FakeServer(state=tmp_path / "state") as server,
        pytest.raises(ConfigurationError, match="keeps only what comes over HTTP: use the control paths"),
    ):
        USES[name](server)


def test_no_private_key_is_in_the_directory(kept):
    server = kept()
    key = "-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----"
    for _ in range(2):
        refused = server.http.post("/_sim/keys", json={"user": "ocid1.user.oc1..u", "publicKey": key})
        assert refused.status_code == 400
        server.kill()
    assert b"planted" not in b"".join(file.read_bytes() for file in server.path.iterdir())


def test_worlds_are_kept_beyond_a_smaller_number_of_tenancies(kept):
    server = kept(max_tenancies=3)
    for number in range(3):
        signed = {"authorization": f'Signature keyId="{OTHER}{number}/ocid1.user.oc1..u/aa"'}
        assert server.http.post(MODELS, json=MODEL, headers=signed).status_code == 201
    server.settings = Settings(max_tenancies=1)
    server.kill()
    server.compact()
    assert len(server.worlds.by_tenancy()) == 4
    signed = {"authorization": f'Signature keyId="{OTHER}/ocid1.user.oc1..u/aa"'}
    assert server.http.post(MODELS, json=MODEL, headers=signed).json["code"] == "LimitExceeded"


def test_a_snapshot_that_cannot_be_made_changes_no_response(kept, monkeypatch, caplog):
    monkeypatch.setattr("fake_server.state.compaction._ROWS", 2)
    monkeypatch.setattr("subprocess.Popen", mock.Mock(side_effect=OSError(12, "Cannot allocate memory")))
    server = kept()
    assert [server.http.post(MODELS, json=MODEL).status_code for _ in range(4)] == [201] * 4
    assert "no snapshot of the state directory is made: Cannot allocate memory" in caplog.text


def test_a_call_that_meets_a_defect_does_not_end_the_next_start(kept, monkeypatch):
    server = kept()
    handle = Simulator.handle

    def defective(world, call):
        if call.details and call.details.display_name == "defect":
            raise RuntimeError
        return handle(world, call)

    monkeypatch.setattr(Simulator, "handle", defective)
    assert server.http.post(MODELS, json={**MODEL, "displayName": "defect"}).status_code == 500
    assert server.http.post(MODELS, json=MODEL).status_code == 201
    server.kill()
    assert len(content(server.worlds, TENANCY)["world"]["resources"]["importedModels"]) == 1


def test_a_reader_sees_one_state_while_a_server_makes_snapshots(kept):
    server = kept()
    server.http.post(MODELS, json=MODEL)
    server.compact()
    with StateDirectory(server.path, read_only=True) as reader:
        server.http.post(MODELS, json=MODEL)
        server.compact()
        server.http.post(MODELS, json=MODEL)
        seen = content(KeptWorlds(Settings(), reader), TENANCY)
    assert len(seen["world"]["resources"]["importedModels"]) == 1


def test_each_draft_of_a_snapshot_has_a_name_of_its_own(kept):
    """A process that a killed server leaves behind may still write one."""
    server = kept()
    server.http.post(MODELS, json=MODEL)
    directory = server.worlds._directory
    worlds = list(server.worlds.saved())

    def meanwhile():
        yield worlds[0]
        directory.write_snapshot(directory.last, worlds)

    directory.write_snapshot(directory.last, meanwhile())
    directory.use_snapshot(directory.last)
    server.kill()
    assert not list(server.path.glob("*.draft*"))


def test_a_snapshot_is_on_the_disk_before_it_has_its_name(kept):
    server = kept()
    server.http.post(MODELS, json=MODEL)
    directory, steps = server.worlds._directory, []
    with (
        mock.patch("os.fsync", side_effect=lambda _: steps.append("fsync")),
        mock.patch.object(Path, "replace", side_effect=lambda _: steps.append("replace")),
    ):
        directory.write_snapshot(directory.last, server.worlds.saved())
    assert steps == ["fsync", "replace", "fsync"]


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
NESTED = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "sourceType"]), inner), max_leaves=5
)
NAMES = [*MODEL, "freeformTags", "definedTags", "unknown"]
OF_WRONG_TYPE: list[Any] = [[TOKEN], {"a": [TOKEN]}, {TOKEN: [1]}, [{"a": TOKEN}]]
BODIES = st.builds(
    lambda body, planted: {**body, **planted},
    st.dictionaries(st.sampled_from([*NAMES, "capabilities"]), NESTED),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(OF_WRONG_TYPE)),
)


@given(body=BODIES, lenient=st.booleans())
@settings(max_examples=50, deadline=None)
def test_any_body_has_the_same_response_and_survives(body, lenient):
    with TemporaryDirectory() as path:
        chosen = Settings(clock="virtual", lenient=lenient)
        app = create_app(chosen)
        kept = Kept(Path(path) / "state", chosen)
        try:
            sent = {**MODEL, **body}
            responses = [http.post(MODELS, json=sent) for http in (Client(app), kept.http)]
            assert responses[0].get_data() == responses[1].get_data()
            kept.kill()
            after, expected = (content(each, TENANCY) for each in (kept.worlds, app.worlds))
            del after["journal"], expected["journal"]  # the log has neither secrets nor requests that are no calls
            assert after == expected
            assert TOKEN.encode() not in b"".join(file.read_bytes() for file in kept.path.iterdir())
        finally:
            kept.worlds.close()


REFUSED = {
    "of a wrong type in a tag": {"freeformTags": {"a": [TOKEN]}},
    "deep in a tag": {"freeformTags": {"a": {"b": {"c": TOKEN}}}},
    "as a key of a wrong tag": {"freeformTags": {TOKEN: 1}},
    "as a key of more tags than there may be": {"freeformTags": {f"{TOKEN}{n:02}": "" for n in range(65)}},
    "in a right tag beside a wrong one": {"freeformTags": {"a": TOKEN, "b": 1}},
    "of a wrong type in a namespace": {"definedTags": {"a": TOKEN}},
    "in a defined tag beside a wrong one": {"definedTags": {"a": {"b": {"c": [TOKEN]}}, "b": 1}},
    "as a compartment": {"compartmentId": TOKEN},
    "in a name that is too long": {"displayName": f"{TOKEN} {'x' * 255}"},
    "in a name with half a character": {"displayName": f"{TOKEN} \ud800"},
    "beside a wrong value": {"displayName": TOKEN, "vendor": 1},
    "as a name of another property": {"dataSource": {TOKEN: 1}},
}


@pytest.mark.parametrize("where", REFUSED)
def test_no_secret_of_a_refused_body_is_kept(kept, where):
    server = kept(clock="virtual")
    refused = server.http.post(MODELS, json={**MODEL, **REFUSED[where]})
    assert refused.status_code == 400
    assert server.http.post(MODELS, json=MODEL).status_code == 201
    before = content(server.worlds, TENANCY)
    server.kill()
    after = content(server.worlds, TENANCY)
    for each in (*before["journal"], *after["journal"]):
        each.pop("request", None)  # a digest of the body
    assert after == before
    assert [each.get("rule") for each in after["journal"]] == [refused.headers["x-genai-ports-rule"], None]
    assert TOKEN.encode() not in b"".join(file.read_bytes() for file in server.path.iterdir())


def test_one_world_is_kept(kept):
    server = kept(one_world=True, clock="virtual")
    signed = {"authorization": f'Signature keyId="{OTHER}/ocid1.user.oc1..u/aa"'}
    for compacts in (True, False):
        assert server.http.post(MODELS, json=MODEL, headers=signed).status_code == 201
        assert server.http.post(f"/_sim/clock?tenancy={OTHER}", json={"advance": 5}).status_code == 200
        if compacts:
            server.compact()
        server.kill()
    assert list(server.worlds.by_tenancy()) == [TENANCY]
    assert len(content(server.worlds, TENANCY)["world"]["resources"]["importedModels"]) == 2
    assert server.http.get("/_sim/clock").json == {"time": "2026-07-15T00:00:10.000Z"}


def test_clients_that_retry_lose_nothing_in_a_restart(tmp_path):
    """Each create has a retry token, as those of the OCI SDK have; what is cut off is sent again."""
    up, port, made = Event(), 0, 30

    def write(writer: int) -> None:
        for number in range(made):
            body = json.dumps({**MODEL, "displayName": f"{writer}-{number}"})
            headers = {"content-type": "application/json", "opc-retry-token": f"{writer}-{number}"}
            while True:
                connection = HTTPConnection("127.0.0.1", port, timeout=30)
                try:
                    connection.request("POST", MODELS, body, headers)
                    assert connection.getresponse().status == 201
                    break
                except (OSError, HTTPException):
                    assert up.wait(30)
                finally:
                    connection.close()
            if (writer, number) == (0, made // 3):
                begun.set()

    begun = Event()
    with FakeServer(state=tmp_path / "state") as first, ThreadPoolExecutor(4) as threads:
        port = first.port
        writing = [threads.submit(write, writer) for writer in range(4)]
        assert begun.wait(30)
        first.close(drain=5)
        with FakeServer(state=tmp_path / "state", port=port) as second:
            up.set()
            for each in writing:
                each.result()
            state = Client(second.app).get("/_sim/state").json
    names = sorted(each["displayName"] for each in state["importedModels"])
    assert names == sorted(f"{writer}-{number}" for writer in range(4) for number in range(made))


@contextmanager
def unprivileged():
    """Run the block as a user whose rights count; root's do not."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="files have other rights")
def test_a_directory_that_cannot_be_written_is_refused():
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state"
        server = Kept(path, Settings())
        server.http.post(MODELS, json=MODEL)
        server.worlds.close()
        Path(folder).chmod(0o755)
        for file in (path, *path.iterdir()):
            file.chmod(0o555 if file.is_dir() else 0o444)
        with unprivileged(), pytest.raises(ConfigurationError, match=r"cannot be opened: (unable|attempt)"):
            open_worlds(Settings(), path)
        for file in (path, *path.iterdir()):
            file.chmod(0o700)
        server.start()
        assert len(content(server.worlds, TENANCY)["world"]["resources"]["importedModels"]) == 1
        server.worlds.close()
