"""Random requests: each path and method, any headers and bodies, and the checks of `tests/server/test_fuzz.py`.

    python tests/attacks/random_load.py --requests 100000 --seed 1

It ends at the first response that is a 500, has not the form of OCI's, or refuses a request that has changed the world,
and prints the requests that led to it. Otherwise it prints how many responses had which status.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from populated_world import populated
from random_requests import requests, send_checked

from fake_server import Settings, create_app
from genai_ports.tenancy import TENANCY

TOGETHER = 20
"""How many requests one world gets."""
SHOWN_EVERY = 5_000


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000, help="default: 100000")
    parser.add_argument("--seed", type=int, default=0, help="which random requests; default: 0")
    options = parser.parse_args()
    statuses: Counter[int | None] = Counter()
    shown = [0]
    app = create_app(Settings(clock="virtual"))

    @seed(options.seed)
    @settings(
        max_examples=options.requests // TOGETHER,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # to shrink many requests takes minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(wanted=st.data())
    def attack(wanted: Any) -> None:
        app.worlds.reset_all()
        ids = populated(app.worlds.get(TENANCY))
        for _ in range(TOGETHER):
            statuses[send_checked(app, app.worlds.get(TENANCY), wanted.draw(requests()), ids)] += 1
        if statuses.total() - shown[-1] >= SHOWN_EVERY:
            shown.append(statuses.total())
            print(f"{shown[-1]} requests without a fault", flush=True)

    started = perf_counter()
    attack()
    seconds, ended = perf_counter() - started, statuses.pop(None, 0)
    print(f"{statuses.total() + ended} requests in {seconds:.0f} s; connections ended by faults: {ended}")
    print(", ".join(f"{status}: {statuses[status]}" for status in sorted(statuses, key=str)))


if __name__ == "__main__":
    main()
