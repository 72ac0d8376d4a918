"""The table of figures that a benchmark run ends with: each is a ratio against something measured in the same run.

Run it with `python -m pytest tests/benchmarks`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import pytest

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="us-east-1")


@dataclass
class Figure:
    """One figure: what was measured, as a ratio, and what it should be."""

    name: str
    ratio: float
    target: float
    at_least: bool
    detail: str

    @property
    def met(self) -> bool:
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


FIGURES = pytest.StashKey[list[Figure]]()


def pytest_configure(config):
    config.stash[FIGURES] = []
    config.addinivalue_line("filterwarnings", "ignore")  # what others warn of is theirs


class Figures:
    """Takes figures in."""

    def __init__(self, figures):
        self._figures = figures

    def at_least(self, target, name, ratio, detail):
        self._figures.append(Figure(name, ratio, target, at_least=True, detail=detail))

    def at_most(self, target, name, ratio, detail):
        self._figures.append(Figure(name, ratio, target, at_least=False, detail=detail))


@pytest.fixture
def figures(request):
    return Figures(request.config.stash[FIGURES])


@pytest.fixture
def seconds(benchmark):
    """Time two or more calls alternately, so that a busy moment of the machine hits all of them, and give the medians.

    The first one is also what pytest-benchmark reports.
    """

    def measure(*calls, rounds=15, at_least=0.005):
        repeats = [_repeats(call, at_least) for call in calls]
        samples = [[] for _ in calls]
        for _ in range(rounds):
            for call, count, taken in zip(calls, repeats, samples, strict=True):
                taken.append(_seconds(call, count) / count)
        benchmark.pedantic(calls[0], rounds=3, iterations=repeats[0])
        return [median(taken) for taken in samples]

    return measure


def _seconds(call, count):
    started = perf_counter()
    for _ in range(count):
        call()
    return perf_counter() - started


def _repeats(call, at_least):
    """Find how often a call is to be repeated to take long enough to be timed well."""
    count = 1
    while _seconds(call, count) < at_least:
        count *= 2
    return count


def pytest_terminal_summary(terminalreporter, config):
    figures = config.stash[FIGURES]
    if not figures:
        return
    terminalreporter.section("figures")
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        sign = ">=" if figure.at_least else "<="
        mark = "met   " if figure.met else "MISSED"
        line = f"{mark} {figure.name:<{width}} {figure.ratio:9.2f}  {sign} {figure.target:<6g} {figure.detail}"
        terminalreporter.write_line(line, green=figure.met, red=not figure.met)
