"""The console with many models, in Chromium: the time to the first rows, to turn a page and to search, and memory.

    python tests/attacks/console.py --models 100000

The server is a process of its own on loopback. The times are those that a person waits: from the key or the click to
the rows that the page shows. Linux with Debian's `chromium` only: it reads /proc.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Page, expect, sync_playwright

from genai_ports.api.imported_model import CreateImportedModelDetails, HuggingFaceModel
from genai_ports.backends.memory import InMemoryModelRepository
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.world_file import save_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPARTMENT: Final = "ocid1.compartment.oc1..load"
ROWS: Final = "tbody tr"
_PAGES: Final = 3
_UPDATES: Final = 10
_LONGEST: Final = 60_000
"""Milliseconds after which a step fails."""


def fill(file: Path, models: int) -> None:
    """Write a world file with models."""
    simulator = Simulator(seed=7)
    with InMemoryModelRepository(simulator=simulator) as genai:
        source = HuggingFaceModel(model_id="openai/gpt-oss-20b")
        for number in range(models):
            details = CreateImportedModelDetails(
                compartment_id=COMPARTMENT, data_source=source, display_name=f"model-{number}"
            )
            genai.create_imported_model(details)
    save_world(file, simulator.snapshot())


@contextmanager
def a_server(world: Path) -> Iterator[tuple[str, int]]:
    """Start a server; returns its URL and its process id."""
    command = [sys.executable, "-m", "fake_server", "-q", "--port", "0", "--world", str(world)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").strip(), process.pid
    finally:
        process.terminate()
        process.wait(60)


def measure(page: Page, url: str, models: int) -> None:
    """Use the console, and print how long each step takes."""
    rows = page.locator(ROWS)

    def show(what: str, act: Callable[[], object], first: str) -> None:
        began = perf_counter()
        act()
        expect(rows.first).to_contain_text(first)
        print(f"{what}: {(perf_counter() - began) * 1e3:.0f} ms", flush=True)

    last = models - 1
    show("first rows", lambda: page.goto(f"{url}/#/r/importedModels"), f"model-{last}")
    show("scroll to the end of the page", rows.last.scroll_into_view_if_needed, f"model-{last}")
    older = page.get_by_role("button", name="Older")
    for number in range(1, _PAGES + 1):
        show(f"page {number + 1}", older.click, f"model-{last - 50 * number}")
    search = page.get_by_role("searchbox")
    show("search for the newest", lambda: search.fill(f"model-{last}"), f"model-{last}")
    show("search for the oldest", lambda: search.fill("model-0"), "model-0")
    began = perf_counter()
    search.fill("no such model")
    expect(page.get_by_text("Nothing matches.")).to_be_visible()
    print(f"search for none: {(perf_counter() - began) * 1e3:.0f} ms", flush=True)
    search.fill("")
    expect(rows.first).to_contain_text(f"model-{last}")


def of_updates(page: Page) -> str:
    """Return how long the server takes for what the console reads again and again."""
    took = page.evaluate(
        """async (times) => {
          const all = [];
          for (let n = 0; n < times; n++) {
            const began = performance.now();
            await Promise.all(["overview", "resources?kind=importedModels&limit=50"].map((path) =>
              fetch(`/_sim/${path}`, { headers: { accept: "application/json" } }).then((each) => each.json())));
            all.push(performance.now() - began);
          }
          return all.sort((a, b) => a - b);
        }""",
        _UPDATES,
    )
    return f"an update: median {took[len(took) // 2]:.0f} ms, longest {took[-1]:.0f} ms"


def memory_of(pid: int) -> int:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) // 1024


def heap_of(page: Page) -> str:
    """Return the memory that the JavaScript of the page uses."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return f"{session.send('Runtime.getHeapUsage')['usedSize'] / 1e6:.1f} MB"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=int, default=100_000, help="default: 100000")
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("the Debian package chromium is not installed")
    expect.set_options(timeout=_LONGEST)
    with TemporaryDirectory() as folder:
        world = Path(folder) / "world.json"
        began = perf_counter()
        fill(world, options.models)
        print(f"{options.models} models made in {perf_counter() - began:.0f} s", flush=True)
        with a_server(world) as (url, pid), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page()
            page.set_default_timeout(_LONGEST)
            before = memory_of(pid)
            measure(page, url, options.models)
            print(of_updates(page))
            print(f"memory: server {before} MB before and {memory_of(pid)} MB after, page {heap_of(page)}")
            browser.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
