"""In memory, against moto in process."""

from __future__ import annotations

import gc
import itertools
import subprocess
import sys
import tracemalloc
from functools import partial
from statistics import median
from time import perf_counter

import pytest
from benchmarks import moto_side, our_side
from moto import mock_aws

from genai_ports import connect


@pytest.fixture
def moto():
    with mock_aws():
        yield moto_side.client()


def microseconds(*times):
    return ", ".join(f"{time * 1e6:,.1f} us" for time in times)


def test_get(figures, seconds, moto):
    genai = connect("memory://")
    identifier = our_side.fill(genai, 100)
    for number in range(100):
        moto_side.create(moto, number)
    ours, theirs = seconds(
        lambda: genai.get_model(identifier), lambda: moto.get_custom_model(modelIdentifier="model-50")
    )
    figures.at_least(100, "get a model, moto / ours", theirs / ours, microseconds(ours, theirs))


def test_create(figures, seconds, moto):
    genai = connect("memory://")
    body = our_side.details(genai)
    numbers = itertools.count()
    ours, theirs = seconds(lambda: genai.create_model(body), lambda: moto_side.create(moto, next(numbers)))
    figures.at_least(12, "create a model, moto / ours", theirs / ours, microseconds(ours, theirs))


def test_page_of_100(figures, seconds, moto):
    genai = connect("memory://")
    our_side.fill(genai, 150)
    for number in range(150):
        moto_side.create(moto, number)

    def our_page():
        return next(genai.list_models(our_side.COMPARTMENT, limit=100).pages())

    assert len(our_page().items) == len(moto.list_custom_models(maxResults=100)["modelSummaries"]) == 100
    ours, theirs = seconds(our_page, lambda: moto.list_custom_models(maxResults=100))
    figures.at_least(100, "a page of 100, moto / ours", theirs / ours, microseconds(ours, theirs))


def test_fresh_world(figures, seconds):
    connect("memory://").list_models(our_side.COMPARTMENT).first()

    def ours():
        with connect("memory://"):
            pass

    def theirs():
        with mock_aws():
            moto_side.boto3.client("bedrock")

    ours, theirs = seconds(ours, theirs, rounds=5)
    figures.at_least(100, "a fresh world, moto's fixture and client / ours", theirs / ours, microseconds(ours, theirs))


@pytest.fixture(scope="module")
def worlds():
    """Worlds of 100 to 100,000 custom models."""
    made = {size: connect("memory://") for size in (100, 1000, 10_000, 100_000)}
    for size, world in made.items():
        our_side.fill(world, size)
    gc.collect()
    gc.freeze()
    yield made
    gc.unfreeze()


def in_turns(calls, rounds, repeats=1):
    """Time calls in turns, and give the median of each in seconds."""
    taken = [[] for _ in calls]
    for _ in range(rounds):
        for call, times in zip(calls, taken, strict=True):
            started = perf_counter()
            for _ in range(repeats):
                call()
            times.append((perf_counter() - started) / repeats)
    return [median(times) for times in taken]


def first_page(world):
    return next(world.list_models(our_side.COMPARTMENT, limit=100).pages())


def test_page_in_worlds_of_any_size(figures, benchmark, worlds):
    costs = in_turns([partial(first_page, world) for world in worlds.values()], rounds=60, repeats=10)
    benchmark.pedantic(first_page, (worlds[100_000],), rounds=1)
    name = "a page of 100, largest / smallest of 100 to 100,000 models"
    figures.at_most(2, name, max(costs) / min(costs), microseconds(*costs))


def walk(items):
    for _ in items:
        pass


def test_walk(figures, benchmark, worlds):
    listing = worlds[100_000].list_models(our_side.COMPARTMENT, limit=1000)
    plain = sorted(listing, key=lambda model: model.time_created, reverse=True)
    ours, theirs = in_turns([partial(walk, listing), partial(walk, plain)], rounds=9)
    benchmark.pedantic(walk, (listing,), rounds=1)
    detail = f"{ours * 1e3:.1f} ms, {theirs * 1e3:.1f} ms"
    figures.at_most(5, "walking 100,000, ours / walking a plain sorted list", ours / theirs, detail)


def test_memory(figures, benchmark):
    genai = connect("memory://")
    our_side.fill(genai, 2000)
    body = our_side.details(genai)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    count = 20_000
    for _ in range(count):
        genai.create_model(body)
    genai.list_models(our_side.COMPARTMENT).first()
    gc.collect()
    used = (tracemalloc.get_traced_memory()[0] - before) / count
    tracemalloc.stop()
    benchmark.pedantic(lambda: genai.create_model(body), rounds=1)
    figures.at_most(3, "memory, KB a model with its work request", used / 1024, f"{used:,.0f} bytes")


def test_import(figures, benchmark):
    def run(code):
        started = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return perf_counter() - started

    ours_code = "import genai_ports; genai_ports.connect('memory://')"
    theirs_code = "import json, dataclasses"
    pairs = [(run(ours_code), run(theirs_code)) for _ in range(15)]
    ours, theirs = (median(times) for times in zip(*pairs, strict=True))
    benchmark.pedantic(lambda: run(ours_code), rounds=1)
    detail = f"{ours * 1e3:.0f} ms, {theirs * 1e3:.0f} ms, whole processes"
    figures.at_most(2.5, "import and connect, ours / import json, dataclasses", ours / theirs, detail)
