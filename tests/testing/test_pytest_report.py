"""The report of a failed test under pytest: in the terminal, in JUnit XML, and under pytest-xdist."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

pytest_plugins = ["pytester"]

TITLE = "genai_ports: the world of this test"
USING = """
import pytest
from genai_ports import connect
from genai_ports.testing import Sandbox, ready

COMPARTMENT = "ocid1.compartment.oc1..example"

def call(genai, name="one"):
    return genai.create_dedicated_ai_cluster(ready.cluster_details(display_name=name))
"""


@pytest.fixture
def shown(pytester, monkeypatch):
    """Run a suite, and return what the terminal shows, and the failures in its JUnit XML."""
    monkeypatch.setenv("CI", "true")  # the summary has whole messages there, and the start of their first lines else

    def run(suite, *options, **outcomes):
        pytester.makepyfile(USING + suite)
        done = pytester.runpytest_subprocess("-W", "error", "--junitxml=junit.xml", *options)
        done.assert_outcomes(**outcomes)
        root = ET.parse(pytester.path / "junit.xml")  # noqa: S314  # our own
        return done.stdout.str(), "".join(each.text for each in root.iter() if each.tag in ("failure", "error"))

    return run


PHASES = """
@pytest.fixture
def early(genai):
    call(genai)
    genai.get_model("ocid1.generativeaimodel.oc1..setup")

def test_setup(early): ...

def test_call(genai):
    call(genai)
    genai.get_model("ocid1.generativeaimodel.oc1..call")

@pytest.fixture
def late(genai):
    yield
    genai.get_model("ocid1.generativeaimodel.oc1..teardown")

def test_teardown(late, genai):
    call(genai)
"""


@pytest.mark.parametrize("options", [(), ("-n", "2"), ("--tb=short",), ("--tb=native",)], ids=" ".join)
def test_setup_call_and_teardown_are_reported_everywhere(shown, options):
    terminal, junit = shown(PHASES, *options, passed=1, failed=1, errors=2)
    for text in (terminal, junit):
        assert text.count(TITLE) == 3
        assert text.count("seed 0 (repeat: --genai-seed 0)") == 3
        assert text.count("not-found: Authorization failed or requested resource not found") == 3
        for name in ("setup", "call", "teardown"):
            assert (
                len(
                    re.findall(
                        rf"00:00:00 get_model ocid1.generativeaimodel.oc1..{name}: 404 not-found$", text, re.MULTILINE
                    )
                )
                == 1
            )


def test_a_teardown_reports_only_what_came_after_the_failed_call(shown):
    suite = """
@pytest.fixture
def late(genai):
    yield
    genai.get_model("ocid1.generativeaimodel.oc1..teardown")

def test_both(late, genai):
    genai.get_model("ocid1.generativeaimodel.oc1..call")
"""
    terminal, _ = shown(suite, failed=1, errors=1)
    assert (
        terminal.count("get_model ocid1.generativeaimodel.oc1..call: 404")
        == terminal.count("get_model ocid1.generativeaimodel.oc1..teardown: 404")
        == 1
    )


def test_worlds_of_the_tests_own_are_reported(shown):
    suite = """
from fake_server import FakeServer, Settings, create_app
from genai_ports import InMemoryModelRepository
from werkzeug.test import Client

def test_own():
    with FakeServer(settings=Settings(clock="virtual", seed=5)) as server, connect(server.url) as genai:
        list(genai.list_models(COMPARTMENT))
        app = create_app()
        Client(app).get("/20231130/models/ocid1.generativeaimodel.oc1..own")
        mine, unused = InMemoryModelRepository(), InMemoryModelRepository(seed="unused")
        mine.get_model("ocid1.generativeaimodel.oc1..mine")

def test_no_other():
    assert False
"""
    terminal, _ = shown(suite, failed=2)
    assert terminal.count("genai_ports: another world, through a fake server") == 2
    assert "seed 5\n" in terminal
    assert (
        "get_model ocid1.generativeaimodel.oc1..own: 401" in terminal
        or "get_model ocid1.generativeaimodel.oc1..own: 404" in terminal
    )
    assert terminal.count("genai_ports: another world, through memory") == 1
    assert "get_model ocid1.generativeaimodel.oc1..mine: 404" in terminal
    assert "genai_ports: " not in terminal.partition("_ test_no_other _")[2]


def test_a_shared_world_shows_only_what_the_failed_test_did(shown):
    suite = """
@pytest.fixture(scope="module")
def shared():
    with Sandbox() as sandbox:
        yield sandbox.genai

def test_first(shared):
    call(shared)
    shared.clock.advance(60)

def test_second(shared):
    shared.get_model("ocid1.generativeaimodel.oc1..second")

def test_third(shared):
    assert False

def test_after_a_reset(shared):
    shared.simulator.reset()
    shared.get_model("ocid1.generativeaimodel.oc1..last")
"""
    terminal, _ = shown(suite, passed=1, failed=3)
    second, third, last = re.split("_ test_(?:third|after_a_reset) _", terminal.partition("_ test_second _")[2])
    call = "00:01:00 get_model ocid1.generativeaimodel.oc1..second: 404 not-found"
    assert f"clock: 2026-07-15 00:01:00 to 00:01:00\ncalls: 1\n  {call}\n" in second
    assert "create_dedicated_ai_cluster" not in terminal
    assert "genai_ports: " not in third
    assert "calls: 1\n  00:00:00 get_model ocid1.generativeaimodel.oc1..last: 404" in last


def test_a_sandbox_in_a_test_is_reported_once(shown):
    suite = """
def test_block():
    with Sandbox(seed=7) as sandbox:
        sandbox.genai.get_model("ocid1.generativeaimodel.oc1..block")

def test_chain():
    with pytest.raises(RuntimeError):
        with Sandbox() as caught:
            call(caught.genai)
            raise RuntimeError
    try:
        with Sandbox(seed=8) as sandbox:
            sandbox.genai.get_model("ocid1.generativeaimodel.oc1..chain")
    except Exception as error:
        raise ValueError from error
"""
    terminal, _ = shown(suite, failed=2)
    assert (
        terminal.count("get_model ocid1.generativeaimodel.oc1..block: 404")
        == terminal.count("get_model ocid1.generativeaimodel.oc1..chain: 404")
        == 1
    )
    assert TITLE not in terminal.partition("short test summary info")[2]
    assert terminal.count("create_dedicated_ai_cluster …") == 1, "the world of the caught error is another one"


def test_the_frames_of_the_library_and_of_the_sdk_are_hidden(shown):
    suite = """
def test_memory(genai):
    genai.get_model("ocid1.generativeaimodel.oc1..memory")

def test_sdk(oci_generative_ai_client):
    oci_generative_ai_client.get_model("ocid1.generativeaimodel.oc1..sdk")

def test_refused(oci_redirected):
    import oci
    oci.identity.IdentityClient(oci.config.from_file()).list_regions()
"""
    terminal, _ = shown(suite, failed=3)
    assert not re.findall(r"^\S*(?:genai_ports|fake_server|oci|urllib3)/\S+\.py:\d+: ", terminal, re.MULTILINE)
    assert re.search(r"^test_\w+\.py:\d+: NotFound$", terminal, re.MULTILINE)
    assert re.search(r"^test_\w+\.py:\d+: ServiceError$", terminal, re.MULTILINE)
    assert terminal.count("  refused a connection to identity.us-chicago-1.oci.oraclecloud.com\n") == 1
    full, _ = shown(suite, "--full-trace", failed=3)
    assert re.findall(r"^\S*genai_ports/\S+\.py:\d+: ", full, re.MULTILINE)
    ini, _ = shown(suite, "-o", "genai_full_trace=true", failed=3)
    assert re.findall(r"^\S*oci/\S+\.py:\d+: ", ini, re.MULTILINE)


def test_the_frames_of_the_sdk_are_shown_without_a_world_and_for_other_errors(shown):
    suite = """
def test_world(genai): ...

def test_sdk():
    import oci
    oci.config.validate_config({})

def test_defect(oci_generative_ai_client):
    oci_generative_ai_client.get_model(None)
"""
    terminal, _ = shown(suite, passed=1, failed=2)
    assert "oci/config.py" in terminal
    assert "oci/generative_ai/generative_ai_client.py" in terminal


def test_other_kinds_of_failures_are_reported_too(shown):
    suite = '''
@pytest.mark.xfail(strict=True)
def test_unexpected(genai):
    call(genai)

@pytest.mark.xfail
def test_expected(genai):
    genai.get_model("ocid1.generativeaimodel.oc1..expected")

def test_without_trace(genai):
    call(genai)
    pytest.fail("no trace", pytrace=False)

def test_skipped(genai):
    call(genai)
    pytest.skip()

def in_text():
    """
    >>> from genai_ports import connect
    >>> genai = connect("memory://")
    >>> list(genai.list_models("ocid1.compartment.oc1..example")) == []
    True
    """
'''
    terminal, junit = shown(suite, "--doctest-modules", "-n", "2", failed=3, skipped=1, xfailed=1)
    failures, _, summary = terminal.partition("short test summary info")
    assert summary  # it repeats whole the reports of what failed without a traceback
    for text in (failures, junit):
        assert text.count(TITLE) == 2
        assert text.count("genai_ports: another world, through memory") == 1
        assert "All traceback entries are hidden" not in text
    assert "get_model ocid1.generativeaimodel.oc1..expected" not in terminal


def test_a_passing_suite_prints_nothing(shown):
    suite = """
def test_passes(genai):
    call(genai)
"""
    terminal, _ = shown(suite, "-rA", passed=1)
    assert "genai" not in terminal.partition("collected 1 item")[2]


def test_without_the_plugin_a_suite_with_its_own_fixtures_runs(shown):
    suite = """
@pytest.fixture
def genai():
    with connect("memory://") as genai:
        yield genai

def test_fails(genai):
    genai.get_model("ocid1.generativeaimodel.oc1..x")
"""
    terminal, _ = shown(suite, "-p", "no:genai_ports", failed=1)
    assert "the world of" not in terminal
    terminal, _ = shown(suite, failed=1)
    assert "genai_ports: another world, through memory" in terminal


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=" ".join)
def test_what_passed_tests_did_beside_their_world_is_summed_up_in_the_terminal(shown, options):
    suite = """
import socket

def test_connects(genai):
    for _ in range(2):
        with pytest.raises(OSError):
            socket.create_connection(("gateway.example", 443))

def test_fails(genai):
    with pytest.raises(OSError):
        socket.create_connection(("gateway.example", 443))
    assert False

def test_next(genai):
    ...
"""
    terminal, junit = shown(suite, *options, passed=2, failed=1)
    name = "test_what_passed_tests_did_beside_their_world_is_summed_up_in_the_terminal.py"
    remark = "refused a connection to gateway.example"
    _, _, summary = terminal.partition("= genai_ports: remarks =")
    assert sorted(line for line in summary.splitlines() if remark in line) == [
        f"{name}::test_connects: {remark}",
        f"{name}::test_fails: {remark}",
    ]
    assert junit.count(remark) == 1


def test_a_defect_of_the_report_hides_no_failure(shown):
    suite = """
from genai_ports.testing import report

def test_fails(genai, monkeypatch):
    call(genai)
    monkeypatch.setattr(report, "calls_since", None)
    monkeypatch.setattr("genai_ports.testing.pytest_report.calls_since", None)
    assert 1 == 2
"""
    terminal, _ = shown(suite, failed=1)
    assert "assert 1 == 2" in terminal
    assert "genai_ports: no report of the worlds" in terminal


def test_a_thread_left_behind_is_named(shown):
    suite = """
from threading import Event, Thread

release = Event()

def test_leaves(genai):
    def poll():
        call(genai)
        called.set()
        release.wait(20)
    called = Event()
    Thread(target=poll, name="poller", daemon=True).start()
    assert called.wait(20)

def test_next(genai):
    release.set()
"""
    terminal, _ = shown(suite, passed=2)
    [line] = [each for each in terminal.splitlines() if "left behind: thread 'poller'" in each]
    assert line.startswith("test_a_thread_left_behind_is_named.py::test_leaves: left behind: ")


def test_the_world_of_a_test_that_has_passed_is_not_kept(shown):
    suite = """
import gc
from weakref import ref

worlds = []

def test_passes(genai):
    call(genai)
    worlds.append(ref(genai.simulator))

def test_next():
    gc.collect()
    assert [world() for world in worlds] == [None]
"""
    shown(suite, passed=2)
