"""Change the source at sampled places, one at a time, and report the changes that no test notices.

    python tests/mutation --sample 300 --seed 7

It needs the `fork` of POSIX. Everything happens in a copy of the project in a temporary folder. The first run measures
which tests run which line, which takes minutes; `--keep FILE` keeps that for later runs. A change is noticed if a test
fails or hangs.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, NoReturn

import cryptography.hazmat.primitives.asymmetric.rsa
import hypothesis.stateful
import oci.generative_ai
import pytest
import waitress.server
import werkzeug.test
from mutants import mutants_of
from selection import QUIET, read_selection

if TYPE_CHECKING:
    from mutants import Mutant
    from selection import Selection

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("api", "backends", "client", "serving", "simulator", "wire", "builders.py", "errors.py", "ocids.py")
DEFAULT_UNDER = (*(f"genai_ports/{part}" for part in PARTS), "fake_server")
OLD = 946_684_800
"""The time of unchanged files, so that Python never takes a changed file for its compiled form."""
LOADED = (cryptography, hypothesis, oci, waitress, werkzeug)
"""What tests import, loaded once: each run of tests is a fork of this process, which has not imported the project."""
SURVIVES = "survives: "
HANGS = "30"
"""After how many seconds `tests/time_limit.py` ends a test, which is noticed."""
FILES_FIRST, TESTS_FIRST = 3, 20
"""Of how many files how many tests each run first: they notice most changes, and few files are imported fast."""


def main() -> int:
    """Run the command."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _copy(tree)
        selection = read_selection(tree, options.keep or Path(folder) / "selection.json")
        mutants = _chosen(options)
        return 0 if _run(mutants, tree, selection, options) >= options.at_least else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/mutation", description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=300, help="how many changes; default: 300")
    parser.add_argument("--seed", type=int, default=0, help="which sample; default: 0")
    parser.add_argument("--under", nargs="*", default=DEFAULT_UNDER, help="files and folders; default: the core")
    parser.add_argument("--only", type=Path, help="file with printed lines: only the changes that survived, no sample")
    parser.add_argument("--keep", type=Path, help="JSON file that keeps which tests run which line")
    parser.add_argument("--seconds", type=float, default=120, help="longest run of tests for one change; default: 120")
    parser.add_argument("--until", type=float, default=1e9, help="stop after these seconds; default: never")
    parser.add_argument("--at-least", type=float, default=0.99, help="the score that is a success; default: 0.99")
    return parser.parse_args()


def _copy(tree: Path) -> None:
    ignored = shutil.ignore_patterns(".*", "build", "dist", "__pycache__", "*.egg-info")
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
        return [mutant for mutant in everything if f"{SURVIVES}{mutant}" in lines]
    return random.Random(options.seed).sample(everything, min(options.sample, len(everything)))  # noqa: S311  # repeatable


def _run(mutants: list[Mutant], tree: Path, selection: Selection, options: argparse.Namespace) -> float:
    equivalents = _equivalents()
    started = monotonic()
    noticed, survivors, skipped = 0, [], 0
    for number, mutant in enumerate(mutants, 1):
        if monotonic() - started > options.until:
            break
        line = (tree / mutant.file).read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
        if (mutant.file, line, mutant.after) in equivalents:
            skipped += 1
        elif _is_noticed(mutant, tree, selection, options.seconds):
            noticed += 1
        else:
            survivors.append(mutant)
            print(f"{SURVIVES}{mutant}", flush=True)
        if number % 10 == 0:
            print(f"{number} of {len(mutants)}, {monotonic() - started:.0f} s", flush=True)
    counted = noticed + len(survivors)
    score = noticed / counted if counted else 0.0
    print(f"noticed {noticed} of {counted} changes ({score:.1%}), apart from {skipped} that change no behaviour")
    return score


def _equivalents() -> set[tuple[str, str, str]]:
    listed = tomllib.loads((Path(__file__).parent / "equivalents.toml").read_text(encoding="utf-8"))
    return {(each["file"], each["line"], after) for each in listed["equivalent"] for after in each["after"]}


def _is_noticed(mutant: Mutant, tree: Path, selection: Selection, seconds: float) -> bool:
    path = tree / mutant.file
    original = path.read_bytes()
    near, others = selection.tests_for(mutant)
    path.write_bytes(mutant.apply(original))
    try:
        return any(_fails(tree, tests, seconds) for tests in (_first(near), near, others))
    finally:
        path.write_bytes(original)
        os.utime(path, (OLD, OLD))


def _first(tests: list[str]) -> list[str]:
    by_file: dict[str, list[str]] = {}
    for test in tests:
        by_file.setdefault(test.partition("::")[0], []).append(test)
    return [test for own in [*by_file.values()][:FILES_FIRST] for test in own[:TESTS_FIRST]]


def _fails(tree: Path, tests: list[str], seconds: float) -> bool:
    """Run tests until one fails or hangs; a run that takes too long has not failed, and is reported."""
    if not tests:
        return False
    child = os.fork()
    if child == 0:
        _become_pytest(tree, tests)
    ends = monotonic() + seconds
    while monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        sleep(0.02)
    print(f"{len(tests)} tests take too long for what follows", flush=True)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _become_pytest(tree: Path, tests: list[str]) -> NoReturn:
    """Run tests in this process, which was forked: it has the packages of others, and imports ours from the copy."""
    status = 1
    try:
        os.setsid()
        os.chdir(tree)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        sys.path.insert(0, str(tree))
        os.environ |= {"PYTHONPATH": str(tree), "GENAI_PORTS_TEST_SECONDS": HANGS}
        sys.dont_write_bytecode = True
        status = int(pytest.main(["-q", "-x", "--assert=plain", f"--rootdir={tree}", *QUIET, *tests]))
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
