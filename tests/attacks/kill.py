"""Kill: eight clients write to a server with a state directory, which is killed at random moments and started again.

    python tests/attacks/kill.py --kills 1000
    python tests/attacks/kill.py --kills 1000 --rows 20

With `--rows`, a snapshot is made after so many writes, so that many kills happen while one is made.

After each start, every write that was acknowledged must be there, and each other one whole or not at all. No id may be
given twice. The server is a process of its own on loopback; only that process is killed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, sleep
from typing import Any, Final

COMPARTMENT: Final = "ocid1.compartment.oc1..kill"
MODELS: Final = "/20231130/importedModels"
CLIENTS: Final = 8
DELETED: Final = {"DELETING", "DELETED"}


@dataclass
class Known:
    """What the clients know after the responses that they got."""

    names: dict[str, set[str]] = field(default_factory=dict)
    """The names that a resource may have, by its OCID: two if a renaming was not acknowledged."""
    deleted: set[str] = field(default_factory=set)
    perhaps_deleted: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    """The names of creates that were not acknowledged."""
    ids: list[str] = field(default_factory=list)
    """Every OCID and request id that was given."""


class Writer:
    """A client that writes until its server ends."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.known = Known()
        self.count = 0
        self.error = ""

    def run(self, port: int) -> None:
        """Create, rename and delete."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            with suppress(OSError, http.client.HTTPException):
                while not self.error:
                    self._step(connection)
        finally:
            connection.close()

    def _step(self, connection: http.client.HTTPConnection) -> None:
        self.count += 1
        name = f"{self.number}-{self.count}"
        known, mine = self.known, sorted(self.known.names.keys() - self.known.deleted - self.known.perhaps_deleted)
        action = self.count % 4
        if action in (1, 2) or not mine:
            known.unknown.add(name)
            made = self._send(connection, "POST", MODELS, named_model(name), 201)
            known.unknown.discard(name)
            known.names[made["id"]] = {name}
            known.ids.append(made["id"])
        elif action == 3:
            known.names[mine[0]].add(name)
            self._send(connection, "PUT", f"{MODELS}/{mine[0]}", {"displayName": name}, 202)
            known.names[mine[0]] = {name}
        else:
            known.perhaps_deleted.add(mine[0])
            self._send(connection, "DELETE", f"{MODELS}/{mine[0]}", None, 202)
            known.perhaps_deleted.discard(mine[0])
            known.deleted.add(mine[0])

    def _send(self, connection: http.client.HTTPConnection, method: str, path: str, body: Any, status: int) -> Any:
        data = json.dumps(body) if body else None
        connection.request(method, path, data, {"content-type": "application/json"} if body else {})
        response = connection.getresponse()
        text = response.read()
        if response.status != status:
            self.error = f"{method} {path}: {response.status} {text.decode()}"
        self.known.ids.append(response.headers["opc-request-id"])
        return json.loads(text) if text else None


def named_model(name: str) -> dict[str, Any]:
    """Return the details of an import with a name."""
    source = {"sourceType": "HUGGING_FACE_MODEL", "modelId": "acme/model"}
    return {"compartmentId": COMPARTMENT, "displayName": name, "dataSource": source}


_WITH_SNAPSHOTS: Final = """
import sys
from fake_server import __main__
from fake_server.state import compaction
compaction._ROWS, compaction._PART = int(sys.argv.pop(1)), 10**9
__main__.main()
"""


class Server:
    """The server that is killed.

    Args:
        state: its state directory.
        rows: after how many writes it makes a snapshot; default: as usual.
    """

    def __init__(self, state: Path, rows: int | None = None) -> None:
        program = ["-m", "fake_server"] if rows is None else ["-c", _WITH_SNAPSHOTS, str(rows)]
        command = [sys.executable, *program, "-q", "--port", "0", "--pace", "instant", "--seed", "7"]
        began = perf_counter()
        self._process = subprocess.Popen(
            [*command, "--state", str(state)], stdout=subprocess.PIPE, stderr=sys.stderr, text=True
        )
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        if not first:
            raise SystemExit("the server did not start again")
        self.seconds = perf_counter() - began
        self.port = int(first.strip().rpartition(":")[2])

    def kill(self) -> None:
        """End it as a loss of power does for the process."""
        self._process.kill()
        self._process.communicate()

    def models(self) -> dict[str, Any]:
        """Return all models by OCID."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/_sim/state")
        state = json.loads(connection.getresponse().read())
        connection.close()
        return {item["id"]: item for item in state["importedModels"]}


def check(writers: list[Writer], models: dict[str, Any]) -> list[str]:
    """Compare what the clients know with what the server has; adopt what was not acknowledged."""
    wrong = [writer.error for writer in writers if writer.error]
    unknown = {name: writer for writer in writers for name in writer.known.unknown}
    known = {ocid: writer for writer in writers for ocid in writer.known.names}
    for ocid, item in models.items():
        if set(named_model("")) - set(item) or item["lifecycleState"] == "CREATING":
            wrong.append(f"half a resource: {item}")
        if ocid not in known and item["displayName"] not in unknown:
            wrong.append(f"nobody created {item}")
        if ocid not in known and item["displayName"] in unknown:
            unknown.pop(item["displayName"]).known.names[ocid] = {item["displayName"]}
    for ocid, writer in known.items():
        wrong += _differences(writer.known, ocid, models.get(ocid))
    for writer in writers:
        writer.known.unknown.clear()
        writer.known.perhaps_deleted.clear()
    ids = [each for writer in writers for each in writer.known.ids]
    if len(ids) != len(set(ids)):
        wrong.append("an id was given twice")
    return wrong


def _differences(known: Known, ocid: str, item: Any) -> list[str]:
    is_deleted = item is None or item["lifecycleState"] in DELETED
    if ocid in known.deleted and not is_deleted:
        return [f"{ocid} was deleted, and is there"]
    if is_deleted:
        known.deleted |= {ocid} & known.perhaps_deleted
        return [] if ocid in known.deleted else [f"{ocid} was created, and is not there"]
    if item["displayName"] not in known.names[ocid]:
        return [f"{ocid} is named {item['displayName']}, not {' or '.join(known.names[ocid])}"]
    known.names[ocid] = {item["displayName"]}
    return []


def attack(state: Path, kills: int, longest: float, rows: int | None) -> None:
    """Kill the server, start it again and compare, many times."""
    writers = [Writer(number) for number in range(CLIENTS)]
    chance = random.Random(7)  # noqa: S311  # not a secret
    slowest = 0.0
    snapshots: set[str] = set()
    under_way = 0
    server = Server(state, rows)
    try:
        for kill in range(1, kills + 1):
            threads = [Thread(target=writer.run, args=(server.port,)) for writer in writers]
            for thread in threads:
                thread.start()
            sleep(chance.uniform(0, longest))
            server.kill()
            under_way += any(state.glob("*.draft"))
            snapshots.update(file.name for file in state.glob("snapshot-*"))
            for thread in threads:
                thread.join()
            server = Server(state, rows)
            slowest = max(slowest, server.seconds)
            wrong = check(writers, server.models())
            if wrong:
                raise SystemExit("\n".join([f"after kill {kill}:", *wrong[:20]]))
            if kill % max(1, kills // 10) == 0:
                print(f"{kill} kills: {_summary(writers)}, slowest start {slowest:.2f} s")
                print(f"    {len(snapshots)} snapshots seen, {under_way} kills while one was written", flush=True)
    finally:
        server.kill()


def _summary(writers: list[Writer]) -> str:
    resources = sum(len(writer.known.names) for writer in writers)
    return f"{sum(writer.count for writer in writers)} writes, {resources} resources, all acknowledged writes are there"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10, help="default: 10")
    parser.add_argument("--longest", type=float, default=0.3, help="seconds of writing before a kill; default: 0.3")
    parser.add_argument("--rows", type=int, help="after how many writes a snapshot is made; default: as usual")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        attack(Path(folder) / "state", options.kills, options.longest, options.rows)


if __name__ == "__main__":
    main()
