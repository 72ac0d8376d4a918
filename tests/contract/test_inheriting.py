"""A suite of its own that inherits the contract: its declarations, and the table of what holds."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

SUITE = """
from genai_ports import Repository, Simulator
from genai_ports.backends.memory import MemoryBackend
from genai_ports.testing.contract import Capability, Contract, PortContract

class TestMine(PortContract):
    {declared}

    def backend(self, **settings):
        return MemoryBackend(Simulator(**settings))
"""
SELECTED = "test_waiting_ and not zero or test_tags_are or test_another_seed or test_reads_and_time"


@pytest.fixture
def run(pytester):
    """Run a suite with some contract tests."""

    def run_suite(suite, *options, selected=SELECTED):
        pytester.makepyfile(suite)
        return pytester.runpytest_subprocess("-W", "error", "-k", selected, "-p", "no:cacheprovider", *options)

    return run_suite


def test_a_backend_inherits_the_contract_in_five_lines(run):
    result = run(SUITE.format(declared=""))
    result.assert_outcomes(passed=20)
    result.stdout.fnmatch_lines(["*contract*", "*::TestMine: 20 held"])


def test_a_declared_test_is_counted_as_declared(run):
    lacking = "cannot = {Capability.PACE: 'it is slow'}"
    suite = SUITE.format(declared=lacking).replace("**settings", "seed=0").replace("(seed=0)", "(seed=seed)")
    result = run(suite)
    assert result.ret == 0
    result.assert_outcomes(passed=15)
    result.stdout.fnmatch_lines(["*TestMine: 15 held, 5 declared", "*15 passed, *5 declared*"])
    result.stdout.no_fnmatch_line("*skipped*")
    result.stdout.no_fnmatch_line("*xfailed*")


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serial", "xdist"])
@pytest.mark.parametrize(
    ("declared", "named"),
    [
        ("cannot = {Capability.REGION: 'there is one'}", "Capability.REGION"),
        ("differs = {'test_tags_are_empty_by_default': 'tags are not'}", "test_tags_are_empty_by_default"),
    ],
)
def test_a_declaration_that_does_not_apply_fails_the_run(run, declared, named, options):
    selected = "test_tags_are or test_a_call_without_a_region"
    result = run(SUITE.format(declared=declared), *options, selected=selected)
    assert result.ret == 1
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines([f"  {named} is declared, but holds: remove it"])


def test_a_declaration_that_applies_to_one_case_does_not_fail_the_run(run):
    suite = SUITE.format(declared="differs = {'test_tags_are_empty_by_default': 'those of models are not'}")
    suite += """
    def test_tags_are_empty_by_default(self, resources):
        assert resources.kind.name != "model"
"""
    result = run(suite, selected="test_tags_are")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*TestMine: 4 held, 1 declared"])


def test_a_declaration_is_not_judged_by_one_case(run, pytester):
    suite = SUITE.format(declared="differs = {'test_tags_are_empty_by_default': 'those of models are not'}")
    pytester.makepyfile(test_it=suite)
    one = "test_it.py::TestMine::test_tags_are_empty_by_default[endpoint]"
    assert pytester.runpytest_subprocess(one).ret == 0


def test_a_test_of_something_declared_does_not_run_if_it_would_wait_in_real_time(run):
    suite = (
        SUITE.format(declared="cannot = {Capability.DAYS: 'its clock is real'}")
        + """
class RealClock:
    def sleep(self, seconds):
        raise SystemExit("it waits")

class RealTime(MemoryBackend):
    clock = property(lambda self: RealClock(), lambda self, clock: None)
"""
    )
    suite = suite.replace("return MemoryBackend(", "return RealTime(")
    result = run(suite, selected="deleted_resource_can_be_read or valid_for_a_day")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*TestMine: * declared"])


def test_a_backend_that_refuses_a_setting_hears_what_to_declare(run):
    result = run(SUITE.format(declared="").replace("**settings", ""), selected="test_waiting_returns")
    result.stdout.fnmatch_lines(["*backend() does not accept pace: accept [*][*]settings, or declare in `cannot`*"])


def test_a_backend_can_request_fixtures(run):
    suite = (
        SUITE.format(declared="").replace("self, **settings", "self, tmp_path, *, seed=0, **settings")
        + """
    @pytest.fixture
    def tmp_path(self, tmp_path):
        return tmp_path / "mine"
"""
    )
    suite = "import pytest\n" + suite.replace("return Mem", 'assert tmp_path.name == "mine"\n        return Mem')
    run(suite, selected="test_tags_are").assert_outcomes(passed=5)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ("5", "*backend() must return an object with send(call), or a Repository, not 5*"),
        ("Repository(MemoryBackend(Simulator()))", "*Repository has no attribute `simulator`: inherit PortContract*"),
    ],
)
def test_a_backend_that_returns_something_else_hears_what_is_right(run, returned, message):
    base = "(PortContract)" if returned == "5" else "(Contract)"
    suite = (
        SUITE.format(declared="")
        .replace("(PortContract)", base)
        .replace("return MemoryBackend(Simulator(**settings))", f"return {returned}")
    )
    run(suite, selected="test_tags_are").stdout.fnmatch_lines([message])


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["serial", "xdist"])
def test_the_table_shows_each_area_and_each_capability(run, pytester, options):
    suite = (
        SUITE.format(declared="differs = {'test_waiting_returns_the_finished_work_request': 'it is | late'}")
        + """
    def test_waiting_returns_the_finished_work_request(self):
        assert False

    def test_waiting_for_finished_work_returns_at_once(self):
        assert False

    def test_waiting_of_mine(self):
        pass
"""
    )
    result = run(suite, "--genai-contract-table", "--genai-contract-markdown=holds.md", *options)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*TestMine: 19 held, 1 failed, 1 declared",
            "  determinism * 2 held",
            "  tests of your own * 1 held",
            "  waiting * 11 held, 1 failed, 1 declared",
            "  choose how fast work finishes (PACE) * 4 held",
            "  declared, 1: it is | late",
        ]
    )
    page = (pytester.path / "holds.md").read_text(encoding="utf-8")
    for line in ("| waiting | 11 | 1 | 1 |", "| choose how fast work finishes (PACE) | 4 | 0 | 0 |"):
        assert line in page
    assert "| it is \\| late | 1 |" in page
