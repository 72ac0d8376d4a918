"""What things take: bytes of memory, and the milliseconds for which one operation holds a world.

Run `python tests/benchmarks/memory.py [resources]` from the root of the repository; `docs/limits.md` has its figures.
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports import InMemoryModelRepository
from genai_ports.simulator.difference import difference
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.journal import KEPT
from genai_ports.simulator.state.retry_tokens import FORGOTTEN_A_CALL
from genai_ports.simulator.work.removal import DELETED_STAYS
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 2000
TENANCIES = 200
DETAILS = ready.imported_model_details()


def main() -> None:
    """Print both tables."""
    resources = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    lines = [f"{name:<52}{measured:>9,.0f} bytes" for name, measured in bytes_taken().items()]
    lines += ["", f"with {resources:,} resources:"]
    lines += [f"{name:<52}{measured:>9,.1f} ms" for name, measured in milliseconds(resources).items()]
    print("\n".join(lines))  # noqa: T201  # a command


def bytes_taken() -> dict[str, float]:
    """Return the bytes that one of each thing takes."""
    resource, token = resource_and_token(create)
    deleted, _ = resource_and_token(create_and_delete)
    return {
        "a resource with its work request": resource,
        "the same, deleted, with both work requests": deleted,
        "a retry token, for 24 hours": token,
        f"a journal entry; a world keeps {KEPT:,}": journal_entry(),
        "the same with details, for a create": journal_entry(details=True),
        "a tenancy that was read once": tenancy(),
        "an item in the server's cache of JSON": cached_item(),
    }


def create(genai: InMemoryModelRepository) -> None:
    """Create a resource; the client sends a retry token."""
    genai.create_imported_model(DETAILS)


def create_and_delete(genai: InMemoryModelRepository) -> None:
    """Create a resource and delete it."""
    genai.delete_imported_model(genai.create_imported_model(DETAILS).id)


def resource_and_token(action: Callable[[InMemoryModelRepository], None]) -> tuple[float, float]:
    """Return the bytes that a resource takes, and those of the retry token of its creation."""
    genai = InMemoryModelRepository()
    for _ in range(KEPT):
        genai.list_models(ready.COMPARTMENT).first()  # so that the journal is full, and does not grow

    def forget_tokens() -> None:
        genai.clock.sleep(24 * 3600)
        for _ in range(TIMES // FORGOTTEN_A_CALL + 1):
            create(genai)

    both, both_without_tokens = traced(lambda: [action(genai) for _ in range(TIMES)], forget_tokens)
    return both_without_tokens / TIMES, (both - both_without_tokens) / TIMES


def journal_entry(*, details: bool = False) -> float:
    """Return the bytes of an entry."""
    genai = InMemoryModelRepository(details=details)
    full, cleared = traced(lambda: [create(genai) for _ in range(KEPT)], genai.simulator.journal.clear)
    return (full - cleared) / KEPT


def tenancy() -> float:
    """Return the bytes of a world that has responded to one list."""
    app = create_app(Settings())
    http = Client(app)

    def read(name: str) -> None:
        signature = f'Signature keyId="ocid1.tenancy.oc1..{name}/ocid1.user.oc1..u/aa"'
        http.get(f"/20231130/models?compartmentId={ready.COMPARTMENT}", headers={"authorization": signature})

    read("first")
    [grown] = traced(lambda: [read(str(number)) for number in range(TENANCIES)])
    return grown / TENANCIES


def cached_item() -> float:
    """Return the bytes that an item of a list takes in the server's cache."""
    genai = InMemoryModelRepository()
    for _ in range(1000):
        create(genai)
    list(genai.list_imported_models(ready.COMPARTMENT))
    http = Client(create_app(simulator=genai.simulator))
    path = f"/20231130/importedModels?compartmentId={ready.COMPARTMENT}&limit="
    http.get(f"{path}1")
    [grown] = traced(lambda: http.get(f"{path}1000").close())
    return grown / 999


def traced(*actions: Callable[[], object]) -> list[int]:
    """Return the bytes in use after each of these actions, without those in use before the first."""
    found = []
    gc.collect()
    tracemalloc.start()
    for action in actions:
        action()
        gc.collect()
        found.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    return found


def milliseconds(resources: int) -> dict[str, float]:
    """Return for how long each operation holds a world with so many resources."""
    genai = InMemoryModelRepository(seed=7)
    ids = [genai.create_imported_model(DETAILS).id for _ in range(resources)]
    simulator, found = genai.simulator, {}

    def measure(name: str, action: Callable[[], Any]) -> Any:
        gc.collect()
        gc.disable()
        start = time.thread_time()
        result = action()
        found[name] = (time.thread_time() - start) * 1000
        gc.enable()
        return result

    def first_page(**query: Any) -> Any:
        return next(genai.list_imported_models(ready.COMPARTMENT, **query).pages())

    measure("get", lambda: genai.get_imported_model(ids[0]))
    measure("a page of 100", lambda: first_page(limit=100))
    measure("the first list by another sort key", lambda: first_page(limit=100, sort_by="displayName"))
    measure("a filter that matches nothing", lambda: first_page(limit=100, display_name="none"))
    measure("state", simulator.state)
    saved = measure("snapshot", simulator.snapshot)
    measure("restore", lambda: Simulator.restore(saved))
    measure("difference from a snapshot", lambda: difference(saved, simulator))
    block = simulator.rollback()
    measure("rollback, at its start", block.__enter__)
    measure("rollback, at its end", lambda: block.__exit__(None, None, None))
    measure("stale-lists on", lambda: simulator.set_modes("stale-lists:1"))
    measure("stale-lists off", simulator.set_modes)
    for identifier in ids:
        genai.delete_imported_model(identifier)
    genai.clock.sleep(DELETED_STAYS.total_seconds() + 1)
    measure("the first call when all deleted ones are due", lambda: genai.list_models(ready.COMPARTMENT).first())
    measure("a list of their compartment then", first_page)
    measure("state then", simulator.state)
    for _ in range(resources):
        create(genai)
    measure("reset", simulator.reset)
    return found


if __name__ == "__main__":
    main()
