"""Full disk: a server with a state directory on a small file system, which is filled, killed, and started again.

    mkdir small && mount -t tmpfs -o size=4m tmpfs small
    python tests/attacks/full_disk.py small

When the file system is full, calls that change something must be refused with `state-not-written`, and calls that read
must be served. Memory and disk must agree: after a kill, with space again, exactly the acknowledged writes are there.
The server is a process of its own on loopback; only that process is killed. Only files under DIRECTORY are written.
"""

from __future__ import annotations

import argparse
import http.client
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kill import MODELS, Server, named_model

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILLER_BYTES: Final = 1024 * 1024
_MOST_CALLS: Final = 100_000
_REFUSALS: Final = 50


@contextmanager
def a_server(state: Path) -> Iterator[Server]:
    """Start a server, and kill it at the end."""
    server = Server(state)
    try:
        yield server
    finally:
        server.kill()


def fill(port: int) -> tuple[set[str], list[dict[str, Any]]]:
    """Create models until creates were refused many times; return the acknowledged names and the refusals."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    names: set[str] = set()
    refusals: list[dict[str, Any]] = []
    for number in range(_MOST_CALLS):
        connection.request("POST", MODELS, json.dumps(named_model(str(number))), {"content-type": "application/json"})
        response = connection.getresponse()
        document = json.loads(response.read())
        if response.status == http.client.CREATED:
            names.add(document["displayName"])
        else:
            refusals.append({"status": response.status, **document})
        if len(refusals) == _REFUSALS:
            break
    connection.close()
    return names, refusals


def attack(folder: Path) -> None:
    """Fill the file system, and compare what the server has with what was acknowledged."""
    state, filler = folder / "state", folder / "filler"
    filler.write_bytes(bytes(_FILLER_BYTES))
    with a_server(state) as server:
        names, refusals = fill(server.port)
        kinds = {(each["status"], each["code"], each["message"]) for each in refusals}
        print(f"{len(names)} creates were acknowledged, then refused: {kinds}")
        compare("while the disk is full", names, server)
    filler.unlink()
    with a_server(state) as server:
        compare("after a kill, with space again", names, server)
        more, _ = fill(server.port)
        print(f"{len(more)} more creates were acknowledged")


def compare(when: str, names: set[str], server: Server) -> None:
    """End the command if the server has other models than those that were acknowledged."""
    found = {item["displayName"] for item in server.models().values()}
    if found != names:
        raise SystemExit(f"{when}: {len(names - found)} are missing, {len(found - names)} nobody created")
    print(f"{when}: exactly these {len(names)} are there")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="an empty directory on a small file system")
    attack(parser.parse_args().directory)


if __name__ == "__main__":
    main()
