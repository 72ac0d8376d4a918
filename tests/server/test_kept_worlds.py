"""Kept worlds: what is written for a request, and what the next start makes of it."""

from __future__ import annotations

import os
import runpy
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from fake_server import Settings, create_app
from fake_server.app import App
from fake_server.state.directory import StateDirectory
from fake_server.state.kept_worlds import KeptWorlds, open_worlds, read_worlds
from fake_server.state.snapshot_file import SavedWorld
from genai_ports.errors import ConfigurationError
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COMPARTMENT = "ocid1.compartment.oc1..a"
OTHER = "ocid1.tenancy.oc1..other"
THIRD = "ocid1.tenancy.oc1..third"
MODELS = "/20231130/importedModels"
MODEL = {
    "compartmentId": COMPARTMENT,
    "displayName": "mine",
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "acme/kept"},
    "definedTags": {"ns": {"text": "a", "number": 5, "flag": True}},
}
OWN_ID = "0123456789ABCDEF" * 2
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def signed(tenancy: str) -> dict[str, str]:
    return {"authorization": f'Signature keyId="{tenancy}/ocid1.user.oc1..u/aa"'}


class Server:
    """A server with a state directory, without a socket."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.worlds: KeptWorlds | None = None

    def start(self, **options: Any) -> Client:
        """Start it, again if it is running: as after `kill -9`, nothing is written at the end."""
        self.close()
        settings = Settings(**options)
        self.worlds = open_worlds(settings, self.path)
        return Client(App(settings, self.worlds))

    def close(self) -> None:
        if self.worlds is not None:
            self.worlds.close()

    def rows(self) -> int:
        with StateDirectory(self.path, read_only=True) as directory:
            return directory.last

    def compact(self) -> None:
        assert self.worlds is not None
        self.worlds.take([])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "state")
    yield made
    made.close()


def names(http: Client, tenancy: str = TENANCY) -> list[str]:
    models = http.get("/_sim/state", query_string={"tenancy": tenancy}).json["importedModels"]
    return [each["displayName"] for each in models]


def test_only_what_may_change_a_world_is_written(server: Server) -> None:
    http = server.start(clock="virtual")
    made = http.post(MODELS, json=MODEL).json["id"]
    for path in (f"{MODELS}/{made}", f"{MODELS}?compartmentId={COMPARTMENT}", "/_sim/clock", "/_sim/journal"):
        assert http.get(path).status_code == 200
        http.head(path)
    assert http.post("/_sim/nothing").status_code == 404
    assert http.get(f"{MODELS}/none").status_code == 404
    assert server.rows() == 1
    for method, path, body in (
        ("POST", "/_sim/clock", {"advance": 1}),
        ("POST", "/_sim/clock", {"advance": -1}),
        ("PUT", f"{MODELS}/{made}", {"displayName": "new"}),
        ("DELETE", f"{MODELS}/none", None),
    ):
        before = server.rows()
        http.open(path, method=method, json=body)
        assert server.rows() == before + 1


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("/_sim/faults", "POST", {"status": 500, "nth": 9}),
        ("/_sim/failing-work", "POST", {"percent": 5}),
        ("/_sim/modes", "PUT", {"modes": ["short-pages"]}),
        ("/_sim/pace", "PUT", {"pace": "reads:2"}),
    ],
)
def test_a_read_that_something_counts_is_written_too(server: Server, path: str, method: str, body: Any) -> None:
    http = server.start(clock="virtual")
    assert http.open(path, method=method, json=body).status_code == 200
    assert http.get(MODELS, query_string={"compartmentId": COMPARTMENT}).status_code == 200
    assert server.rows() == 2


@pytest.mark.parametrize("clock", ["virtual", "real"])
@pytest.mark.parametrize("compacts", [False, True])
def test_a_world_is_the_same_after_a_restart(
    server: Server, monkeypatch: pytest.MonkeyPatch, clock: str, *, compacts: bool
) -> None:
    monkeypatch.setattr("genai_ports.backends.system_clock.SystemClock.now", lambda clock: NOON + clock._ahead)
    http = server.start(clock=clock, pace="100s", seed="own")
    fresh = Client(create_app(Settings(clock=clock, pace="100s", seed="own")))
    for client in (http, fresh):
        made = client.post(MODELS, json=MODEL)
        client.post("/_sim/clock", json={"advance": 60})
        client.put(f"{MODELS}/{made.json['id']}", json={"displayName": "new"})
        client.post(MODELS, json=MODEL, headers=signed(OTHER))
    if compacts:
        server.compact()
    http = server.start()
    assert server.worlds
    assert server.worlds.by_tenancy().keys() == {TENANCY, OTHER}
    for query in ({}, {"tenancy": OTHER}):
        for path in ("state", "journal", "clock", "overview"):
            shown = [client.get(f"/_sim/{path}", query_string=query).json for client in (http, fresh)]
            assert shown[0] == shown[1]


def test_the_first_start_gives_the_request_ids_of_a_server_without_a_directory(server: Server) -> None:
    path = f"{MODELS}?compartmentId={COMPARTMENT}"
    http, fresh = server.start(), Client(create_app())
    for headers in (signed(TENANCY), signed(OTHER)):
        ids = [client.get(path, headers=headers).headers["opc-request-id"] for client in (http, fresh)]
        assert ids[0] == ids[1]


def test_the_next_starts_give_other_request_ids(server: Server) -> None:
    given = []
    for _ in range(3):
        http = server.start()
        for headers in (signed(TENANCY), signed(OTHER)):
            given += [http.get(f"{MODELS}/none", headers=headers).headers["opc-request-id"] for _ in range(2)]
    assert len(set(given)) == len(given) == 12


@pytest.mark.parametrize("compacts", [False, True])
def test_a_kept_world_is_not_replaced_by_one_of_another_tenancy(server: Server, *, compacts: bool) -> None:
    http = server.start(max_tenancies=2)
    for tenancy in (OTHER, THIRD):
        assert http.post(MODELS, json=MODEL, headers=signed(tenancy)).status_code == 201
    if compacts:
        server.compact()
    http = server.start(max_tenancies=1)
    refused = http.get(f"{MODELS}?compartmentId={COMPARTMENT}", headers=signed(f"{OTHER}s"))
    assert refused.json["code"] == "LimitExceeded"
    assert names(http, OTHER) == names(http, THIRD) == ["mine"]


def test_what_is_no_world_is_a_damage(server: Server) -> None:
    server.start()
    server.close()
    with StateDirectory(server.path) as directory:
        directory.write_snapshot(0, [SavedWorld(OTHER, NOON, {"clock": {"start": "soon"}})])
        directory.use_snapshot(0)
    with pytest.raises(ConfigurationError, match=rf"is damaged: snapshot-0-0{{8}}\.gz, the world of {OTHER}: "):
        server.start()


def test_a_request_that_cannot_be_written_is_refused_and_changes_nothing(server: Server) -> None:
    http = server.start(clock="virtual")
    made = http.post(MODELS, json=MODEL).json["id"]
    full = "CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    with closing(sqlite3.connect(server.path / "log.sqlite")) as log:
        log.execute(full)
        for path, method, body in (
            (f"{MODELS}/{made}", "PUT", {"displayName": "new"}),
            ("/_sim/clock", "POST", {"advance": 9}),
        ):
            refused = http.open(path, method=method, json=body, headers={"opc-request-id": OWN_ID})
            assert (refused.status_code, refused.headers["x-genai-ports-rule"]) == (503, "state-not-written")
            assert "cannot write to its state directory: database or disk is full. Nothing" in refused.json["message"]
        assert (names(http), http.get("/_sim/clock").json["time"]) == (["mine"], "2026-07-15T00:00:00.000Z")
        _, entry = http.get("/_sim/journal").json["items"]
        assert (entry["operation"], entry["resource"], entry["region"], entry["status"]) == (
            "update_imported_model",
            made,
            "us-chicago-1",
            503,
        )
        assert entry["requestId"].startswith(f"{OWN_ID}/")
        log.execute("DROP TRIGGER full")
    assert http.post("/_sim/clock", json={"advance": 9}).json["time"] == "2026-07-15T00:00:09.000Z"
    assert names(server.start()) == ["mine"]


def test_worlds_are_read_up_to_a_row(server: Server) -> None:
    http = server.start()
    for _ in range(3):
        http.post(MODELS, json=MODEL)
    with StateDirectory(server.path, read_only=True) as directory:
        assert len(read_worlds(directory, 2).get(TENANCY).state()["importedModels"]) == 2


@pytest.fixture
def write_snapshot(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, int], list[int]]:
    """Runs `python -m fake_server.state` in this process, and returns by how much it was nicer."""

    def run(path: Path, number: int) -> list[int]:
        niceness: list[int] = []
        monkeypatch.setattr(os, "nice", niceness.append, raising=False)
        monkeypatch.setattr(sys, "argv", ["fake_server.state", str(path), str(number)])
        runpy.run_path(str(files("fake_server.state") / "__main__.py"), run_name="__main__")
        return niceness

    return run


def test_a_snapshot_is_written_by_a_program_that_lets_the_server_go_first(
    server: Server, write_snapshot: Callable[[Path, int], list[int]]
) -> None:
    http = server.start()
    for _ in range(3):
        http.post(MODELS, json=MODEL)
    assert write_snapshot(server.path, 2) == [10]
    [file] = server.path.glob("snapshot-*")
    assert file.name.startswith("snapshot-2-")
    http = server.start()
    assert names(http) == ["mine"] * 3
    with pytest.raises(SystemExit, match="the log ends at row 3"):
        write_snapshot(server.path, 4)
    with pytest.raises(SystemExit, match=r"has no log\.sqlite"):
        write_snapshot(server.path / "none", 1)
