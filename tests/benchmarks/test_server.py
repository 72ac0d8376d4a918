"""Over HTTP, against moto's server, werkzeug's own server, and the plain OCI SDK."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from statistics import median
from time import perf_counter, sleep

import pytest
from benchmarks import load, moto_side, our_side
from oci.generative_ai import GenerativeAiClient

from genai_ports import SdkModelRepository
from genai_ports.backends.sdk import throwaway_signer
from genai_ports.throwaway import credentials

_SECONDS = 2
_HELLO = """
import sys
from werkzeug.serving import WSGIRequestHandler, run_simple
WSGIRequestHandler.log_request = lambda *_: None
def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]
run_simple("127.0.0.1", int(sys.argv[1]), hello, threaded=True)
"""
_CREDENTIAL = "none/20260101/us-east-1/bedrock/aws4_request"
_CREDENTIALS = f"AWS4-HMAC-SHA256 Credential={_CREDENTIAL}, SignedHeaders=host, Signature=0"
_MOTO_HEADERS = (f"Authorization: {_CREDENTIALS}",)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def responds(port, path):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(20).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


@contextmanager
def serving(command, path):
    """Start a server, and return its port and the seconds until its first response."""
    port = free_port()
    started = perf_counter()
    process = subprocess.Popen(
        [part.format(port=port) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not responds(port, path):
            assert process.poll() is None, f"{command} ended"
            sleep(0.002)
        yield port, perf_counter() - started
    finally:
        process.terminate()
        process.wait()


OURS = [sys.executable, "-m", "fake_server", "--port", "{port}", "--pace", "instant", "-q"], "/_sim/health"
MOTO = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "{port}"], "/moto-api/data.json"
HELLO = [sys.executable, "-c", _HELLO, "{port}"], "/"


@pytest.fixture(scope="module")
def ours():
    with serving(*OURS) as (port, _):
        with SdkModelRepository(endpoint=f"http://127.0.0.1:{port}") as genai:
            identifier = our_side.fill(genai, 1000)
        yield port, identifier


@pytest.fixture(scope="module")
def moto():
    with serving(*MOTO) as (port, _):
        client = moto_side.client(f"http://127.0.0.1:{port}")
        for number in range(150):
            moto_side.create(client, number)
        yield port


def in_turns(measure, sides, rounds=5):
    """Measure the sides in turns, so that a busy moment hits all of them, and give each side's median."""
    taken = [[measure(side) for side in sides] for _ in range(rounds)]
    return [median(results) for results in zip(*taken, strict=True)]


def one(benchmark, call):
    benchmark.pedantic(call, rounds=1)


def test_one_model(figures, benchmark, ours, moto):
    port, identifier = ours
    with serving(*HELLO) as (hello, _):
        sides = (
            (port, f"/20231130/models/{identifier}", ()),
            (moto, "/custom-models/model-50", _MOTO_HEADERS),
            (hello, "/", ()),
        )

        def rate(side):
            return load.run(side[0], side[1], headers=side[2], connections=8, seconds=_SECONDS)[0]

        mine, theirs, plain = in_turns(rate, sides)
        one(benchmark, lambda: load.run(port, sides[0][1], connections=8, seconds=0.1))
    detail = f"{mine:,.0f}, {theirs:,.0f} responses per second"
    figures.at_least(10, "one model over 8 connections, ours / moto_server", mine / theirs, detail)
    detail = f"{mine:,.0f}, {plain:,.0f} responses per second"
    figures.at_least(1.5, "one model over 8 connections, ours / werkzeug's hello", mine / plain, detail)


def test_slowest_of_64(figures, benchmark, ours, moto):
    port, identifier = ours
    sides = ((port, f"/20231130/models/{identifier}", ()), (moto, "/custom-models/model-50", _MOTO_HEADERS))

    def slowest(side):
        return load.p99(load.run(side[0], side[1], headers=side[2], connections=64, seconds=_SECONDS)[1])

    mine, theirs = in_turns(slowest, sides)
    one(benchmark, lambda: load.run(port, sides[0][1], connections=64, seconds=0.1))
    detail = f"{mine * 1e3:.1f} ms, {theirs * 1e3:.1f} ms"
    figures.at_most(0.25, "p99 of one model over 64 connections, ours / moto_server", mine / theirs, detail)


def test_page_of_100(figures, benchmark, ours, moto):
    page = f"/20231130/models?compartmentId={our_side.COMPARTMENT}&limit=100"
    sides = ((ours[0], page, ()), (moto, "/custom-models?maxResults=100", _MOTO_HEADERS))

    def rate(side):
        return load.run(side[0], side[1], headers=side[2], connections=8, seconds=_SECONDS)[0]

    mine, theirs = in_turns(rate, sides)
    one(benchmark, lambda: load.run(ours[0], page, connections=8, seconds=0.1))
    detail = f"{mine:,.0f}, {theirs:,.0f} responses per second"
    figures.at_least(8, "a page of 100 over 8 connections, ours / moto_server", mine / theirs, detail)


def test_first_answer(figures, benchmark):
    def first(side):
        with serving(*side) as (_, taken):
            return taken

    mine, theirs = in_turns(first, (OURS, MOTO), rounds=5)
    one(benchmark, lambda: first(OURS))
    detail = f"{mine * 1e3:.0f} ms, {theirs * 1e3:.0f} ms"
    figures.at_most(0.4, "first response from the start, ours / moto_server", mine / theirs, detail)


@pytest.fixture
def kept(tmp_path):
    command, path = OURS
    with serving([*command, "--state", str(tmp_path / "state")], path) as (port, _):
        yield port


def creates(port, path, body, headers):
    """Return a function that creates one resource more over a connection that stays open."""
    connection = HTTPConnection("127.0.0.1", port)
    numbers = count(1000)  # after those that are there

    def create():
        connection.request("POST", path, json.dumps(body(next(numbers))), headers)
        made = json.loads(connection.getresponse().read())
        assert made.keys() & {"id", "jobArn"}, made

    return create


def test_create_on_disk(figures, seconds, kept, ours, moto):
    as_json = {"Content-Type": "application/json"}
    mine = {"compartmentId": our_side.COMPARTMENT, "dataSource": our_side.SOURCE}
    imports = "/20231130/importedModels"
    on_disk, in_memory, theirs = seconds(
        creates(kept, imports, lambda _: mine, as_json),
        creates(ours[0], imports, lambda _: mine, as_json),
        creates(moto, "/model-customization-jobs", moto_side.job, {**as_json, "Authorization": _CREDENTIALS}),
        at_least=0.1,
    )
    detail = f"{on_disk * 1e3:.1f} ms, {theirs * 1e3:.1f} ms; in memory {in_memory * 1e3:.1f} ms"
    figures.at_most(1, "a create on the disk / one in memory of moto_server", on_disk / theirs, detail)


@pytest.fixture
def clients(ours):
    """Our adapter and the plain SDK, signing with the same key."""
    url, mine = f"http://127.0.0.1:{ours[0]}", credentials()
    config = {"tenancy": mine.tenancy, "user": mine.user, "fingerprint": mine.fingerprint, "region": "us-chicago-1"}
    plain = GenerativeAiClient(
        {**config, "key_content": mine.private_key}, signer=throwaway_signer(), service_endpoint=url
    )
    with SdkModelRepository(endpoint=url) as genai:
        yield genai, plain


def test_get_by_adapter_and_sdk(figures, seconds, ours, clients):
    genai, plain = clients
    mine, theirs = seconds(lambda: genai.get_model(ours[1]), lambda: plain.get_model(ours[1]))
    detail = f"{mine * 1e3:.2f} ms, {theirs * 1e3:.2f} ms"
    figures.at_most(1, "a get over HTTP, our adapter / the plain SDK", mine / theirs, detail)


def test_page_by_adapter_and_sdk(figures, seconds, clients):
    genai, plain = clients
    mine, theirs = seconds(
        lambda: next(genai.list_models(our_side.COMPARTMENT, limit=1000).pages()),
        lambda: plain.list_models(our_side.COMPARTMENT, limit=1000),
        rounds=7,
    )
    detail = f"{mine * 1e3:.0f} ms, {theirs * 1e3:.0f} ms"
    figures.at_least(2, "a page of 1,000 over HTTP, the plain SDK / our adapter", theirs / mine, detail)
