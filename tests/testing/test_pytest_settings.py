"""The settings of a test's world under pytest: ini option, fixture, markers, and `--genai-seed`."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports import Simulator
from genai_ports.errors import GenAiError, InvalidInput
from genai_ports.testing import SandboxSettings
from genai_ports.testing.settings import NAMES

pytest_plugins = ["pytester"]

SHOWS = """
import pytest

def settings(genai_simulator):
    own = genai_simulator.settings
    return str(own.seed), own.pace, own.region, own.limits, own.modes
"""


@pytest.fixture
def ran(pytester):
    """Run a suite, and return the result."""

    def run(suite, *options, ini="", **outcomes):
        pytester.makeini(f"[pytest]\n{ini}")
        pytester.makepyfile(SHOWS + suite)
        done = pytester.runpytest_subprocess("-W", "error", *options)
        if outcomes:
            done.assert_outcomes(**outcomes)
        return done

    return run


def test_the_closest_setting_wins(ran):
    suite = """
@pytest.fixture
def genai_settings(genai_settings):
    return genai_settings.changed(pace="2s")

pytestmark = pytest.mark.genai(limits="strict", modes=["short-pages"])

def test_module(genai_simulator):
    assert settings(genai_simulator) == ("5", "2s", "eu-frankfurt-1", "strict", ("short-pages",))

@pytest.mark.genai(region="iad", modes=["same-names"])
class TestClass:
    def test_class(self, genai_simulator):
        assert settings(genai_simulator) == ("5", "2s", "us-ashburn-1", "strict", ("same-names",))

    @pytest.mark.genai(pace="4s", region="phx")
    @pytest.mark.genai(pace="3s")
    def test_method(self, genai_simulator):
        assert settings(genai_simulator) == ("5", "3s", "us-phoenix-1", "strict", ("same-names",))
"""
    ini = "genai = seed=5 region=fra pace=realistic modes=empty-pages,same-names"
    ran(suite, ini=ini, passed=3)
    ran(suite.replace('("5"', '("9"'), "--genai-seed=9", ini=ini, passed=3)


def test_the_ini_option_may_be_a_list_in_toml(pytester):
    pytester.makepyprojecttoml("""
[tool.pytest.ini_options]
genai = ["seed=a b", "socket=yes"]
""")
    pytester.makepyfile("""
def test_list(genai_settings):
    assert (genai_settings.seed, genai_settings.socket) == ("a b", True)
""")
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "message"),
    [
        ("pace", "'pace' is not name=value, such as pace=2s"),
        ("sed=5", "'sed' is not a setting: * did you mean seed?"),
        ("pace=fast", "* pace *fast*"),
        ("seed=5 seed=6", "seed is repeated"),
        ("socket=maybe", "socket must be yes or no, not 'maybe'"),
        ("faults=x", "faults cannot be text: set it in the fixture genai_settings or in a marker"),
        ("world=none.json", "*none.json*"),
    ],
)
def test_a_wrong_ini_option_is_a_usage_error_of_one_line(ran, ini, message):
    done = ran("def test_nothing(): ...", ini=f"genai = {ini}")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    lines = [line for line in done.stderr.lines if line]
    assert len(lines) == 1
    done.stderr.fnmatch_lines([f"ERROR: */tox.ini: genai: {message}"])


def test_an_empty_seed_is_a_usage_error(ran):
    done = ran("def test_nothing(): ...", "--genai-seed=")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: --genai-seed: pass a seed, such as 7, or random"])


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("sed=5", "'sed' is not a setting: * did you mean seed?"),
        ("'2s'", "it takes settings by name, such as genai(pace='2s'), not '2s'"),
        ("pace='fast'", "*pace*fast*"),
        ("faults=[1]", "faults must be a sequence of Fault and FailingWork; 1 is neither"),
        ("world='none.json'", "*none.json*"),
        ("region=5", "*region*5*"),
    ],
)
def test_a_wrong_marker_fails_the_setup_in_one_line(ran, marker, message):
    suite = f"""
@pytest.mark.genai({marker})
def test_wrong(genai): ...
"""
    done = ran(suite, errors=1)
    done.stdout.fnmatch_lines([f"test_*.py::test_wrong: marker genai: {message}"])
    between = done.stdout.str().partition("ERROR at setup of test_wrong")[2].partition("short test summary")[0]
    assert len(between.strip("_ =\n").splitlines()) == 1


def test_a_marker_without_a_fixture_fails_the_test_in_one_line(ran):
    suite = """
import unittest

@pytest.mark.genai(pace="2s")
def test_no_fixture(): ...

@pytest.mark.genai(pace="2s")
def test_later(request):
    request.getfixturevalue("genai")

@pytest.mark.genai(allow_hosts=["db.example"])
def test_hygiene(oci_hygiene): ...

@pytest.mark.genai(pace="2s")
class TestClass:
    def test_none(self): ...

class Case(unittest.TestCase):
    @pytest.mark.genai(pace="2s")
    def test_case(self): ...
"""
    done = ran(suite, passed=3, failed=2)
    done.stdout.fnmatch_lines(
        ["test_*.py::test_no_fixture: marker genai: it has no effect, for the test uses no fixture*"]
    )


def test_a_fixture_that_returns_something_else_fails_the_setup_in_one_line(ran):
    suite = """
@pytest.fixture
def genai_settings():
    return {"pace": "2s"}

def test_wrong(genai): ...
"""
    line = "test_*.py::test_wrong: fixture genai_settings: it must return SandboxSettings, not a value of type dict; *"
    ran(suite, errors=1).stdout.fnmatch_lines([line])


def test_a_world_file_is_beside_the_test_or_in_the_root_directory(ran, pytester):
    world = json.dumps(Simulator(seed=11, pace="2s").snapshot())
    directory = pytester.mkdir("inner")
    (directory / "beside.json").write_text(world, "utf-8")
    (pytester.path / "root.json").write_text(world, "utf-8")
    (directory / "test_inner.py").write_text(
        SHOWS
        + """
@pytest.mark.genai(world="beside.json")
def test_marker(genai_simulator):
    assert settings(genai_simulator)[:2] == ("11", "2s")
""",
        "utf-8",
    )
    ran("", "--genai-seed=9", ini="genai = seed=5", passed=1)
    suite = """
def test_ini(genai_simulator):
    assert settings(genai_simulator)[:2] == ("11", "2s")

@pytest.mark.genai(world=None, seed=3)
def test_none(genai_simulator):
    assert settings(genai_simulator)[:2] == ("3", "instant")
"""
    ran(suite, ini="genai = world=root.json", passed=3)


def test_the_seed_in_a_report_repeats_the_ids(ran):
    suite = """
from genai_ports.testing import ready

@pytest.mark.parametrize("turn", [1, 2])
def test_fails(genai, turn):
    assert genai.create_dedicated_ai_cluster(ready.cluster_details()).id == ""
"""
    first = ran(suite, "--genai-seed=random", "-n", "2", failed=2).stdout
    seeds = [line.partition("--genai-seed ")[2].rstrip(")") for line in first.lines if line.startswith("seed ")]
    assert len(set(seeds)) == 2
    ids = [line.partition("== ")[0] for line in first.lines if line.startswith("E       AssertionError: assert ")]
    assert len(set(ids)) == 2
    for seed in seeds:
        again = ran(suite, f"--genai-seed={seed}", failed=2).stdout
        assert {line.partition("== ")[0] for line in again.lines if line.startswith("E       AssertionError")} < {*ids}


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.lists(st.text(), max_size=2),
    st.dictionaries(st.text(), st.text(), max_size=1),
    st.just(object()),
)


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), ANYTHING, max_size=2))
def test_no_option_of_a_marker_raises_another_error(options):
    try:
        SandboxSettings().changed(**options)
    except GenAiError as error:
        assert str(error)  # noqa: PT017


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), st.text(), max_size=2))
def test_no_text_raises_another_error(options):
    try:
        SandboxSettings.from_text(options)
    except GenAiError as error:
        assert str(error)  # noqa: PT017


def test_a_world_file_replaces_the_settings_that_it_has(tmp_path):
    file = tmp_path / "world.json"
    file.write_text(json.dumps(Simulator(seed=11, region="fra").snapshot()), "utf-8")
    settings = SandboxSettings(seed=3, pace="2s", socket=True).changed(world=file)
    assert (settings.seed, settings.pace, settings.region, settings.socket) == (11, "instant", "eu-frankfurt-1", True)
    assert settings.changed(world=None) == SandboxSettings(socket=True)
    with pytest.raises(InvalidInput, match="omit seed"):
        settings.changed(seed=4)
