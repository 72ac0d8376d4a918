"""Change the source at sampled places, one at a time, and report the changes that no test notices.

    python tests/mutation --sample 300 --seed 7

It needs the `fork` of POSIX. Everything happens in copies of the project in a temporary folder. The first run measures
which tests run which line, which takes minutes; `--keep FILE` keeps that for later runs. A change is noticed if a test
fails or hangs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

import cryptography.hazmat.primitives.asymmetric.rsa
import hypothesis.stateful
import oci.generative_ai
import pytest
import waitress.server
import werkzeug.test
from mutants import mutants_of
from selection import QUIET, SUITE, read_selection
from session import AT_IMPORT, NOTICED, OLD, SURVIVES, Session, changed_file, ends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.queues import SimpleQueue

    from mutants import Mutant
    from selection import Selection

    Report = Callable[[Mutant, str], None]
    Work = Callable[[list[Mutant], "Place", Report], None]

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("api", "backends", "client", "serving", "simulator", "wire", "builders.py", "errors.py", "ocids.py")
DEFAULT_UNDER = (*(f"genai_ports/{part}" for part in PARTS), "fake_server")
LOADED = (cryptography, hypothesis, oci, waitress, werkzeug)
"""What tests import, loaded once: each run of tests is a fork of this process, which has not imported the project."""
HANGS = "20"
"""After how many seconds `tests/time_limit.py` ends a test, which is noticed."""
FILES_FIRST, TESTS_FIRST = 3, 20
"""Of how many files how many tests each run first where each run imports its files."""
ARGUMENTS = ("-q", "--assert=plain", *QUIET)
FEW = 3
"""With no more tests that run a line, the others of its file run too: it may be run once, for a cache."""


@dataclass(frozen=True)
class Place:
    """Where and how mutants are tried: in which copy of the project, with which tests, for how many seconds each."""

    tree: Path
    selection: Selection
    seconds: float


def main() -> int:
    """Run the command."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        trees = [Path(folder) / f"tree{number}" for number in range(options.processes)]
        _copy(trees)
        selection = read_selection(trees[0], options.keep or Path(folder) / "selection.json")
        places = [Place(tree, selection, options.seconds) for tree in trees]
        return 0 if _run(_chosen(options), places) >= options.at_least else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/mutation", description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=300, help="how many changes; default: 300")
    parser.add_argument("--seed", type=int, default=0, help="which sample; default: 0")
    parser.add_argument("--under", nargs="*", default=DEFAULT_UNDER, help="files and folders; default: the core")
    parser.add_argument("--only", type=Path, help="file with printed lines: only the changes that survived, no sample")
    parser.add_argument("--keep", type=Path, help="JSON file that keeps which tests run which line")
    parser.add_argument("--seconds", type=float, default=120, help="longest run of tests for one change; default: 120")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="how many at a time; default: all cores"
    )
    parser.add_argument("--at-least", type=float, default=0.99, help="the score that is a success; default: 0.99")
    return parser.parse_args()


def _copy(trees: list[Path]) -> None:
    ignored = shutil.ignore_patterns(".*", "build", "dist", "__pycache__", "*.egg-info")
    for tree in trees:
        shutil.copytree(ROOT, tree, ignore=ignored)
        for path in tree.rglob("*.py"):
            os.utime(path, (OLD, OLD))
        subprocess.run([sys.executable, "-m", "compileall", "-q", "."], cwd=tree, check=True)


def _chosen(options: argparse.Namespace) -> list[Mutant]:
    paths = [
        path
        for part in options.under
        for path in ([ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"))
    ]
    everything = [mutant for path in sorted(paths) for mutant in mutants_of(ROOT, str(path.relative_to(ROOT)))]
    if options.only:
        lines = {*options.only.read_text(encoding="utf-8").splitlines()}
        return [mutant for mutant in everything if f"{SURVIVES}: {mutant}" in lines]
    return random.Random(options.seed).sample(everything, min(options.sample, len(everything)))  # noqa: S311  # repeatable


def _run(mutants: list[Mutant], places: list[Place]) -> float:
    equivalents = _equivalents()
    counted = [each for each in mutants if not _is_equivalent(each, equivalents)]
    print(f"{len(mutants) - len(counted)} of {len(mutants)} changes change no behaviour", flush=True)
    tally = _Tally()
    unsure = []
    for mutant, outcome in _in_parallel(_try_in_session, counted, places):
        if outcome == AT_IMPORT or (outcome == SURVIVES and places[0].selection.runs_at_import(mutant)):
            unsure.append(mutant)
        else:
            tally.add(mutant, outcome)
    print(f"{len(unsure)} changes of what runs at the import", flush=True)
    for mutant, outcome in _in_parallel(_try_anew, unsure, places):
        tally.add(mutant, outcome)
    return tally.score()


class _Tally:
    """What became of the mutants."""

    def __init__(self) -> None:
        self._started = monotonic()
        self._outcomes: list[str] = []

    def add(self, mutant: Mutant, outcome: str) -> None:
        self._outcomes.append(outcome)
        if outcome == SURVIVES:
            print(f"{SURVIVES}: {mutant}", flush=True)
        if len(self._outcomes) % 20 == 0:
            print(f"{len(self._outcomes)} changes, {monotonic() - self._started:.0f} s", flush=True)

    def score(self) -> float:
        noticed, counted = self._outcomes.count(NOTICED), len(self._outcomes)
        score = noticed / counted if counted else 0.0
        print(f"noticed {noticed} of {counted} changes ({score:.1%})")
        return score


def _equivalents() -> set[tuple[str, str, str]]:
    listed = tomllib.loads((Path(__file__).parent / "equivalents.toml").read_text(encoding="utf-8"))
    return {(each["file"], each["line"], after) for each in listed["equivalent"] for after in each["after"]}


def _is_equivalent(mutant: Mutant, equivalents: set[tuple[str, str, str]]) -> bool:
    line = (ROOT / mutant.file).read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
    return (mutant.file, line, mutant.after) in equivalents


def _in_parallel(work: Work, mutants: list[Mutant], places: list[Place]) -> Iterator[tuple[Mutant, str]]:
    """Yield mutants with what became of them, in the order in which that is known."""
    forks = multiprocessing.get_context("fork")
    outcomes: SimpleQueue[tuple[Mutant, str] | None] = forks.SimpleQueue()
    shares = [(mutants[number :: len(places)], place) for number, place in enumerate(places)]
    started = [
        forks.Process(target=_in_process, args=(work, share, place, outcomes)) for share, place in shares if share
    ]
    for process in started:
        process.start()
    working = len(started)
    while working:
        outcome = outcomes.get()
        if outcome is None:
            working -= 1
        else:
            yield outcome
    for process in started:
        process.join()


def _in_process(
    work: Work, mutants: list[Mutant], place: Place, outcomes: SimpleQueue[tuple[Mutant, str] | None]
) -> None:
    """Work in a process of its own: it is silent, and imports ours from its copy."""
    try:
        os.chdir(place.tree)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        sys.path.insert(0, str(place.tree))
        os.environ |= {"PYTHONPATH": str(place.tree), "GENAI_PORTS_TEST_SECONDS": HANGS}
        sys.dont_write_bytecode = True
        work(mutants, place, lambda mutant, outcome: outcomes.put((mutant, outcome)))
    finally:
        outcomes.put(None)


def _try_in_session(mutants: list[Mutant], place: Place, report: Report) -> None:
    """Try mutants in functions, which are patched: all tests are collected once."""

    def with_tests() -> Iterator[tuple[Mutant, list[str]]]:
        for mutant in mutants:
            near, others = place.selection.tests_for(mutant)
            yield mutant, near if len(near) > FEW else near + others

    plugin = Session(place.tree, with_tests(), place.seconds, report)
    pytest.main([*ARGUMENTS, f"--rootdir={place.tree}", *SUITE], plugins=[plugin])


def _try_anew(mutants: list[Mutant], place: Place, report: Report) -> None:
    """Try mutants of what runs at the import: a process imports the project for each of them."""
    for mutant in mutants:
        path = place.tree / mutant.file
        original = path.read_bytes()
        near, others = place.selection.tests_for(mutant)
        with changed_file(path, original, mutant.apply(original)):
            is_noticed = any(_fails(place, tests) for tests in (_first(near), near, others))
        report(mutant, NOTICED if is_noticed else SURVIVES)


def _first(tests: list[str]) -> list[str]:
    """Return some tests of few files: they notice most changes, and few files are imported fast."""
    by_file: dict[str, list[str]] = {}
    for test in tests:
        by_file.setdefault(test.partition("::")[0], []).append(test)
    return [test for own in [*by_file.values()][:FILES_FIRST] for test in own[:TESTS_FIRST]]


def _fails(place: Place, tests: list[str]) -> bool:
    """Run tests until one fails or hangs; a run that takes too long has not failed."""
    if not tests:
        return False
    child = os.fork()
    if child == 0:
        _become_pytest(place.tree, tests)
    return ends(child, place.seconds) not in {0, None}


def _become_pytest(tree: Path, tests: list[str]) -> NoReturn:
    status = 1
    try:
        os.setsid()
        status = int(pytest.main(["-x", *ARGUMENTS, f"--rootdir={tree}", *tests]))
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
