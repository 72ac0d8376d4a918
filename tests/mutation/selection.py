"""Which tests can notice a mutant: those that run its line, by the coverage of one run with a context for each test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mutants import Mutant

SUITE: Final = (
    "tests/unit",
    "tests/contract",
    "tests/server",
    "tests/property",
    *(f"tests/recording/test_{name}.py" for name in ("cassette", "record_server", "replay")),
    *(
        f"--ignore-glob=*test_{name}.py"
        for name in "certify cli_demo cli_profile container drift endless* fuzz inheriting installed lock_step"
        " one_lock package planted_secrets pytest_plugin run sandbox* sdk_over_socket server_commands threads".split()
    ),
    "--deselect=tests/server/test_lifecycle.py::test_a_signal_during_the_imports_ends_a_command_without_a_traceback",
)
"""What runs against a mutant: the fast tests. Those of whole programs and with very many requests take too long.

The deselected one hangs under coverage.
"""

_PLAIN: Final = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:cov")
QUIET: Final = (*_PLAIN, "-p", "no:xdist")

_SETTINGS: Final = """
[run]
source = genai_ports,fake_server
data_file = {}
concurrency = thread
parallel = true
context = ${{GENAI_PORTS_TEST}}
disable_warnings = no-data-collected,module-not-imported,module-not-measured,module-never-imported
"""
"""Of coverage, also in the processes that tests start: those inherit the name of the test."""

AT_IMPORT: Final = 0
"""The number that stands for no test: what runs when modules and tests are imported."""
SLOW: Final = 1.0
"""Tests that take more seconds run after all others."""

Lines = dict[str, dict[str, list[int]]]
"""For each file and line, the numbers of the tests that run it."""


class Selection:
    """The tests by the lines that they run.

    Args:
        tests: the ids of all tests, each with the seconds that it takes.
        lines: for each file and line, which of them run it.
        tree: the copy of the project, to find where a name is used.
    """

    def __init__(self, tests: dict[str, float], lines: Lines, tree: Path) -> None:
        self._tests = [*tests]
        self._seconds = tests
        self._lines = lines
        self._sources = {file: (tree / file).read_text(encoding="utf-8").splitlines() for file in lines}
        files = {test.partition("::")[0] for test in self._tests[AT_IMPORT + 1 :]}
        self._test_files = {file: (tree / file).read_text(encoding="utf-8") for file in files}

    def tests_for(self, mutant: Mutant) -> tuple[list[str], list[str]]:
        """Return the tests that run a mutant's line or use its names, and the others that run its file.

        A line that runs once, when its module is imported or for a cache, is of no test or of the first one: any of the
        others may notice its change.
        """
        lines = self._lines.get(mutant.file, {})
        near = {*lines.get(str(mutant.line), ())} | self._users(mutant)
        others = {n for tests in lines.values() for n in tests}
        near.discard(AT_IMPORT)
        others.discard(AT_IMPORT)
        return self._in_order(near, mutant), self._in_order(others - near, mutant)

    def runs_at_import(self, mutant: Mutant) -> bool:
        """Tell whether a mutant's line runs when modules and tests are imported, also."""
        return AT_IMPORT in self._lines.get(mutant.file, {}).get(str(mutant.line), ())

    def _in_order(self, tests: set[int], mutant: Mutant) -> list[str]:
        """Return the ids of tests: first of files that name what the mutant changes, or its module; slow ones last."""
        naming = self._files_with(mutant.names)
        of_module = self._files_with([Path(mutant.file).stem])

        def place(test: str) -> tuple[bool, bool, bool, float]:
            file = test.partition("::")[0]
            seconds = self._seconds[test]
            return seconds > SLOW, file not in naming, file not in of_module, seconds

        return sorted((self._tests[n] for n in tests), key=place)

    def _files_with(self, names: Iterable[str]) -> set[str]:
        """Return the files of tests that name something public."""
        public = [name for name in names if len(name) > 1 and not name.startswith("_")]
        word = _words(public)
        return {file for file, text in self._test_files.items() if public and word.search(text)}

    def _users(self, mutant: Mutant) -> set[int]:
        names = [name for name in mutant.names if len(name) > 1]
        if not names:
            return set()
        word = _words(names)
        places = [
            (file, str(number))
            for file, lines in self._sources.items()
            for number, line in enumerate(lines, 1)
            if word.search(line) and (file == mutant.file or not names[-1].startswith("_"))
        ]
        using = {n for file, number in places for n in self._lines.get(file, {}).get(number, ())}
        stating = self._files_with([Path(mutant.file).stem, *names])
        return using | {n for n, test in enumerate(self._tests) if test.partition("::")[0] in stating}


def read_selection(tree: Path, kept: Path) -> Selection:
    """Read the tests by line from a file; measure them first, which takes minutes, if it is not of this source."""
    if not kept.exists() or _read(kept)["source"] != _digest(tree):
        _measure(tree, kept)
    document = _read(kept)
    return Selection(document["tests"], document["lines"], tree)


def _read(kept: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return document


def _digest(tree: Path) -> str:
    """Return a digest of the source and its tests: with other lines or names, the tests by line would be wrong."""
    paths = sorted(path for part in ("genai_ports", "fake_server", "tests") for path in (tree / part).rglob("*.py"))
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def _words(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")


def _measure(tree: Path, kept: Path) -> None:
    data = kept.with_suffix(".coverage")
    settings = kept.with_suffix(".ini")
    settings.write_text(_SETTINGS.format(data), "utf-8")
    run = (sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile", "-p", "contexts", *_PLAIN, *SUITE)
    reports = kept.with_suffix(".reports")
    reports.write_text("", encoding="utf-8")
    paths = f"{tree}{os.pathsep}{Path(__file__).parent}"
    measures = {"COVERAGE_PROCESS_START": str(settings), "GENAI_PORTS_REPORTS": str(reports)}
    coverage = (sys.executable, "-m", "coverage")
    subprocess.run([*coverage, "erase", f"--rcfile={settings}"], cwd=tree, check=True)
    subprocess.run(run, cwd=tree, env={**os.environ, "PYTHONPATH": paths, **measures}, check=False)
    subprocess.run([*coverage, "combine", "-q", f"--rcfile={settings}"], cwd=tree, check=True)
    _write(tree, data, kept, [json.loads(line) for line in reports.read_text(encoding="utf-8").splitlines()])


def _write(tree: Path, data: Path, kept: Path, reports: list[tuple[str, float, bool]]) -> None:
    """Write the tests by line, from the data of coverage; tests that fail anyway are left out."""
    from coverage import CoverageData

    measured = CoverageData(str(data))
    measured.read()
    failed = {test for test, _, has_failed in reports if has_failed}
    tests = {"": 0.0}
    for test, seconds, _ in reports:
        tests[test] = tests.get(test, 0.0) + seconds
    numbers = {test: number for number, test in enumerate(tests) if test not in failed}
    lines: Lines = {}
    for path in sorted(measured.measured_files()):
        by_line = lines.setdefault(path.removeprefix(f"{tree}/"), {})
        for line, contexts in measured.contexts_by_lineno(path).items():
            by_line[str(line)] = sorted(numbers[test] for test in contexts if test in numbers)
    document = {"source": _digest(tree), "tests": tests, "lines": lines}
    kept.write_text(json.dumps(document), encoding="utf-8")
