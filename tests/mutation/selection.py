"""Which tests can notice a mutant: those that run its line, by the coverage of one run with a context for each test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mutants import Mutant

SUITE: Final = (
    "tests/unit",
    "tests/contract/test_memory.py",
    "tests/server",
    "tests/recording/test_record_server.py",
    "tests/recording/test_replay.py",
    *(
        f"--ignore-glob=*test_{name}.py"
        for name in "bad_input certify cli* contract drift endless* endpoints fuzz installed main one_lock package"
        " profiles pytest_plugin sandbox* server signature_verification stock* threads unused_faults".split()
    ),
)
"""What runs against a mutant: the fast tests. Suites that start processes or send random requests take too long."""

QUIET: Final = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cov")

Lines = dict[str, dict[str, list[int]]]
"""For each file and line, the numbers of the tests that run it."""


class Selection:
    """The tests by the lines that they run.

    Args:
        tests: the ids of all tests.
        lines: for each file and line, which of them run it.
        sources: the lines of each file, to find where a name is used.
    """

    def __init__(self, tests: list[str], lines: Lines, sources: dict[str, list[str]]) -> None:
        self._tests = tests
        self._lines = lines
        self._sources = sources

    def tests_for(self, mutant: Mutant) -> list[str]:
        """Return the tests that run a mutant's line or, for a constant, the lines that use it; unit tests first."""
        found = {*self._lines.get(mutant.file, {}).get(str(mutant.line), ())}
        if mutant.names or not found:
            found |= self._users(mutant)
        return sorted((self._tests[n] for n in found), key=lambda test: (not test.startswith("tests/unit"), test))

    def _users(self, mutant: Mutant) -> set[int]:
        names = [name for name in mutant.names if len(name) > 1]
        if not names:
            return set()
        word = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        places = [
            (file, str(number))
            for file, lines in self._sources.items()
            for number, line in enumerate(lines, 1)
            if word.search(line) and (file == mutant.file or not names[-1].startswith("_"))
        ]
        return {n for file, number in places for n in self._lines.get(file, {}).get(number, ())}


def read_selection(tree: Path, kept: Path) -> Selection:
    """Read the tests by line from a file; measure them first if there is no such file, which takes minutes."""
    if not kept.exists():
        _measure(tree, kept)
    document = json.loads(kept.read_text(encoding="utf-8"))
    sources = {file: (tree / file).read_text(encoding="utf-8").splitlines() for file in document["lines"]}
    return Selection(document["tests"], document["lines"], sources)


def _measure(tree: Path, kept: Path) -> None:
    data = kept.with_suffix(".coverage")
    settings = kept.with_suffix(".ini")
    settings.write_text(f"[run]\nsource = genai_ports,fake_server\ndata_file = {data}\nconcurrency = thread\n", "utf-8")
    command = ("coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-p", "contexts", *QUIET, *SUITE)
    failed = kept.with_suffix(".failed")
    failed.write_text("", encoding="utf-8")
    paths = f"{tree}{os.pathsep}{Path(__file__).parent}"
    environment = {**os.environ, "PYTHONPATH": paths, "GENAI_PORTS_FAILED_TESTS": str(failed)}
    subprocess.run([sys.executable, "-m", *command], cwd=tree, env=environment, check=False)
    _write(tree, data, kept, failed={*failed.read_text(encoding="utf-8").split("\n")})


def _write(tree: Path, data: Path, kept: Path, failed: set[str]) -> None:
    """Write the tests by line, from the data of coverage; tests that fail anyway are left out."""
    from coverage import CoverageData

    measured = CoverageData(str(data))
    measured.read()
    tests: dict[str, int] = {}
    lines: Lines = {}
    for path in sorted(measured.measured_files()):
        by_line = lines.setdefault(path.removeprefix(f"{tree}/"), {})
        for line, contexts in measured.contexts_by_lineno(path).items():
            by_line[str(line)] = sorted(tests.setdefault(test, len(tests)) for test in {*contexts} - failed)
    kept.write_text(json.dumps({"tests": list(tests), "lines": lines}), encoding="utf-8")
