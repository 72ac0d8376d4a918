"""Soak: many calls to one server with a state directory and many resources; memory, response times and state over time.

    python tests/attacks/soak.py --calls 10000000 --resources 100000 --days 40

One of ten calls changes a resource; the others read. The clock of the world moves forward by `--days` in all, an hour
at a time, as if the calls came over so many days: deleted resources and retry tokens go away by that clock.

It prints now and then, for the calls since the last line, how many a second there were and the response times, and the
memory of the server and the size of the state directory; at the end, how long the server takes to start again. The
server is a process of its own on loopback. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import re
import selectors
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from mixed_load import BODY, COMPARTMENT, MODELS, WITHOUT_ERROR, Connection

from fake_server import Settings
from fake_server.state.kept_worlds import open_worlds
from genai_ports import InMemoryModelRepository
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS: Final = 8
_LINES: Final = 20


class Client(Connection):
    """A connection that changes a resource with one call of ten: creates, renames, deletes."""

    def _next(self) -> tuple[str, str, dict[str, Any] | None]:
        step = next(self._steps) % 30
        if step == 0 or not self.mine:
            return "POST", MODELS, BODY
        if step == 10:
            return "PUT", f"{MODELS}/{self.mine[-1]}", {"displayName": "changed"}
        if step == 20:
            return "DELETE", f"{MODELS}/{self.mine.pop()}", None
        if step % 2:
            return "GET", f"{MODELS}/{self.mine[-1]}", None
        return "GET", f"{MODELS}?compartmentId={COMPARTMENT}&limit=10", None


def fill(state: Path, resources: int) -> None:
    """Make a state directory with resources."""
    simulator = Simulator(seed=7)
    with InMemoryModelRepository(simulator=simulator) as genai:
        for _ in range(resources):
            genai.create_imported_model(ready.imported_model_details(compartment_id=COMPARTMENT))
    worlds = open_worlds(Settings(seed=7), state)
    worlds.take([(TENANCY, simulator.snapshot())])
    worlds.close()


@contextmanager
def a_server(state: Path) -> Iterator[tuple[int, int]]:
    """Start a server; returns its port and its process id."""
    command = [sys.executable, "-m", "fake_server", "-q", "--port", "0", "--state", str(state)]
    began = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rstrip().rpartition(":")[2])
        print(f"started in {perf_counter() - began:.1f} s, {_memory(process.pid)} MB", flush=True)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(60)


def soak(port: int, pid: int, state: Path, calls: int, hours: int) -> None:
    """Send the calls, let the hours pass meanwhile, and print the figures."""
    selector = selectors.DefaultSelector()
    crowd = [Client(port, selector) for _ in range(CONNECTIONS)]
    times: list[float] = []
    done, began = 0, perf_counter()
    every, an_hour = max(1, calls // _LINES), calls // hours if hours else calls + 1
    for connection in crowd:
        connection.send()
    while done < calls:
        for key, _ in selector.select(30):
            status = key.data.status()
            if status is None:
                continue
            if status not in WITHOUT_ERROR:
                raise SystemExit(f"after {done} calls: status {status}")
            done += 1
            times.append(perf_counter() - key.data.sent_at)
            key.data.send()
            if done % an_hour == 0:
                pass_an_hour(port)
            if done % every == 0:
                print(
                    f"{done:9} calls, {_figures(times, perf_counter() - began)}, {_memory(pid)} MB, {_size(state)} MB"
                )
                sys.stdout.flush()
                times, began = [], perf_counter()
    for connection in crowd:
        connection.close()


def pass_an_hour(port: int) -> None:
    """Move the clock of the world forward."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/_sim/clock", '{"advance": 3600}', {"content-type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    if status not in WITHOUT_ERROR:
        raise SystemExit(f"the clock cannot be moved: status {status}")


def _figures(times: list[float], seconds: float) -> str:
    times.sort()
    median, p99 = (times[int(len(times) * part)] * 1e3 for part in (0.5, 0.99))
    return (
        f"{len(times) / seconds:5.0f} a second, p50 {median:.2f} ms, p99 {p99:.1f} ms, longest {times[-1] * 1e3:.0f} ms"
    )


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) // 1024


def _size(state: Path) -> str:
    return f"{sum(file.stat().st_size for file in state.iterdir()) / 1e6:.1f}"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=100_000, help="default: 100000")
    parser.add_argument("--resources", type=int, default=10_000, help="in the world before; default: 10000")
    parser.add_argument("--days", type=int, default=0, help="that pass on the clock of the world; default: 0")
    parser.add_argument("--folder", help="where the state directory is made; default: the folder for temporary files")
    options = parser.parse_args()
    with TemporaryDirectory(dir=options.folder) as folder:
        state = Path(folder) / "state"
        began = perf_counter()
        fill(state, options.resources)
        print(f"{options.resources} resources made in {perf_counter() - began:.1f} s, {_size(state)} MB", flush=True)
        with a_server(state) as (port, pid):
            soak(port, pid, state, options.calls, options.days * 24)
        with a_server(state):
            pass


if __name__ == "__main__":
    main()
