"""The pytest plugin: its fixtures, and the report of a failed test."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from genai_ports.pytest_plugin import OLDEST_PYTEST

ROOT = Path(__file__).resolve().parents[2]

pytest_plugins = ["pytester"]

USING = """
COMPARTMENT = "ocid1.compartment.oc1..example"

def cluster(genai):
    from genai_ports import CreateDedicatedAiClusterDetails
    return genai.create_dedicated_ai_cluster(CreateDedicatedAiClusterDetails(
        compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"))

def clusters(genai):
    return list(genai.list_dedicated_ai_clusters(COMPARTMENT))
"""


IN_ORDER = ("-p", "no:randomly", "-p", "no:random_order")
"""Some suites look at the end at what their first tests found; plugins of this environment may mix the order."""


@pytest.fixture
def passes(pytester):
    """Run a suite that uses the plugin, and check that this many tests pass and none fails."""

    def run(suite, *, passed):
        pytester.makepyfile(USING + suite)
        # In a new process: pytester removes the modules that a suite loads in this one, so they would be loaded twice.
        pytester.runpytest_subprocess(*IN_ORDER, "-W", "error").assert_outcomes(passed=passed)

    return run


def test_genai_is_a_new_world_for_each_test(passes):
    suite = """
import pytest

@pytest.mark.parametrize("turn", [1, 2])
def test_alone(genai, turn):
    assert clusters(genai) == []
    cluster(genai)
    assert len(clusters(genai)) == 1
"""
    passes(suite, passed=2)


def test_genai_server_is_a_new_server_for_each_test(passes):
    suite = """
import pytest
from genai_ports import connect

urls = set()

@pytest.mark.parametrize("turn", [1, 2])
def test_reset(genai_server, turn):
    with connect(genai_server.url) as genai:
        assert clusters(genai) == []
        cluster(genai)
    assert len(genai_server.simulator.state()["dedicatedAiClusters"]) == 1
    genai_server.clock.sleep(3600)
    urls.add((genai_server.url, genai_server.simulator.clock.now().isoformat()))

def test_one():
    assert len({url for url, _ in urls}) == 2
    assert len({time for _, time in urls}) == 1
"""
    passes(suite, passed=3)


def test_genai_over_http_is_that_server_through_the_sdk_and_waits_on_its_clock(passes):
    suite = """
def test_over_http(genai_over_http, genai_server):
    from genai_ports import SdkModelRepository
    assert isinstance(genai_over_http, SdkModelRepository)
    begun = cluster(genai_over_http)
    genai_over_http.wait_for_work_request(begun.response.work_request_id)
    assert [each.id for each in clusters(genai_over_http)] == [begun.id]
    assert genai_over_http.clock.now() == genai_server.clock.now()
"""
    passes(suite, passed=1)


def test_a_suite_without_the_fixtures_loads_the_plugin_alone_even_if_a_test_fails(pytester):
    pytester.makepyfile("""
import sys

def loaded():
    return {name for name in sys.modules if name.partition(".")[0] in ("genai_ports", "fake_server")}

def test_fails():
    assert False

def test_nothing():
    light = {"genai_ports", "genai_ports.api", "genai_ports.errors"}
    hooks = {"genai_ports.testing", "genai_ports.testing.pytest_hooks"}
    assert loaded() == {*light, *hooks, "genai_ports.pytest_plugin"}
    assert not {"oci", "werkzeug", "waitress", "sortedcontainers"} & set(sys.modules)
""")
    pytester.runpytest_subprocess().assert_outcomes(passed=1, failed=1)


def test_the_fixtures_are_documented(pytester):
    shown = pytester.runpytest("--fixtures", "-q").stdout.str()
    for name in ("genai", "genai_server", "genai_over_http"):
        assert f"\n{name} -- " in shown or f"\n{name} [" in shown
    assert "All repositories over the test's world, in memory." in shown


def test_the_report_of_a_failed_test_shows_the_last_calls(pytester):
    pytester.makepyfile(
        USING
        + """
import pytest
from genai_ports import Fault, NotFound

def test_fails(genai, genai_server):
    genai.simulator.faults.add(Fault(latency=2, operation="list_dedicated_ai_clusters"))
    clusters(genai)
    for _ in range(5):
        with pytest.raises(NotFound):
            genai.get_model("ocid1.generativeaimodel.oc1..none")
    assert False

def test_passes(genai):
    clusters(genai)
"""
    )
    result = pytester.runpytest_subprocess("-W", "error", "-rA")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        [
            "*- genai_ports: the world of this test -*",
            "  00:00:00 list_dedicated_ai_clusters: 200 (fault: latency, 2 s)",
            "  00:00:02 get_model ocid1.generativeaimodel.oc1..none: 404 not-found, 5 times until 00:00:02",
            "  repeated-request: get_model ocid1.generativeaimodel.oc1..none, 5 times; *",
        ]
    )
    assert result.stdout.str().count("genai_ports: ") == 1


def test_another_fixture_with_the_same_name_needs_no_simulator(pytester):
    pytester.makepyfile("""
import pytest
from unittest.mock import Mock

@pytest.fixture
def genai():
    return object()

@pytest.fixture
def genai_server():
    return Mock()

def test_fails(genai, genai_server):
    assert False
""")
    result = pytester.runpytest_subprocess("-W", "error")
    result.assert_outcomes(failed=1)
    assert "genai_ports" not in result.stdout.str().partition("= FAILURES =")[2]


def test_the_clock_of_a_fixture_can_be_moved_forward(passes):
    suite = """
def test_clocks(genai, genai_server):
    for clock in (genai.clock, genai_server.clock):
        before = clock.now()
        clock.advance(3600)
        assert (clock.now() - before).total_seconds() == 3600
"""
    passes(suite, passed=1)


def test_the_marker_of_the_contract_is_registered(pytester):
    assert "@pytest.mark.needs_capability(...)" in pytester.runpytest("--markers").stdout.str()


def test_all_fixtures_of_a_test_share_one_world(passes):
    suite = """
from genai_ports import connect

def test_shared(genai, genai_over_http, genai_simulator, genai_clock, genai_server, oci_generative_ai_client):
    begun = cluster(genai_over_http)
    assert [each.id for each in clusters(genai)] == [begun.id]
    assert oci_generative_ai_client.get_dedicated_ai_cluster(begun.id).data.id == begun.id
    assert genai.simulator is genai_server.simulator is genai_simulator
    with connect() as mine:
        assert mine.simulator is genai_simulator
    assert genai_clock is genai.clock is genai_simulator.clock
"""
    passes(suite, passed=1)


def test_every_client_of_the_sdk_is_redirected(passes):
    suite = """
import oci
from genai_ports.throwaway import credentials

client = oci.generative_ai.GenerativeAiClient(credentials().config("eu-frankfurt-1"))
other = dict(credentials().config("us-chicago-1"), tenancy="ocid1.tenancy.oc1..other")

def test_redirected(oci_redirected):
    assert client.list_models(COMPARTMENT).status == 200
    within = oci.generative_ai.GenerativeAiClient(other, service_endpoint="http://gateway.example/genai/20231130")
    assert within.list_models(COMPARTMENT).status == 200
    assert [each.region for each in oci_redirected.journal] == ["eu-frankfurt-1", "us-chicago-1"]
"""
    passes(suite, passed=1)


def test_the_marker_and_the_settings_of_a_suite_set_the_world(passes):
    suite = """
import pytest
from genai_ports import Fault, TooManyRequests

@pytest.fixture
def genai_settings(genai_settings):
    return genai_settings.changed(seed=5, region="fra")

@pytest.mark.genai(pace="2s", faults=[Fault(status=429, operation="list_models", times=8)])
def test_settings(genai, genai_simulator):
    assert genai.default_region == "eu-frankfurt-1"
    assert (genai_simulator.settings.seed, genai_simulator.settings.pace) == (5, "2s")
    with pytest.raises(TooManyRequests):
        genai.list_models(COMPARTMENT).first()
"""
    passes(suite, passed=1)


OLD_PYTEST = """
import sys
import pytest

pytest.version_tuple, pytest.__version__ = (7, 1, 3), "7.1.3"
of_now = pytest.hookimpl

def hookimpl(function=None, **options):
    if "wrapper" in options and sys._getframe(1).f_globals["__name__"].startswith("genai_ports"):
        raise TypeError("hookimpl() got an unexpected keyword argument 'wrapper'")
    return of_now(function, **options)

pytest.hookimpl = hookimpl
sys.exit(pytest.main(["-W", "error", "-p", "no:cacheprovider"]))
"""
"""What a suite sees of an older pytest: its version, and markers of hooks that know no `wrapper`."""


def test_a_suite_of_an_older_pytest_runs_as_without_us(pytester):
    pytester.makepyfile("""
import genai_ports

def test_core():
    with genai_ports.connect("memory://") as genai:
        assert genai.list_models("ocid1.compartment.oc1..example").first()

def test_fails():
    assert False
""")
    assert pytester.run(sys.executable, "-c", OLD_PYTEST).parseoutcomes() == {"passed": 1, "failed": 1}


@pytest.mark.parametrize("fixture", ["genai", "genai_server", "genai_settings", "oci_hygiene"])
def test_a_fixture_says_in_one_line_which_pytest_it_needs(pytester, fixture):
    pytester.makeconftest("import pytest\n@pytest.fixture\ndef mine():\n    return 1\n")
    pytester.makepyfile(f"def test_uses({fixture}, mine):\n    pass\n\ndef test_other(mine):\n    pass\n")
    result = pytester.run(sys.executable, "-c", OLD_PYTEST)
    assert result.parseoutcomes() == {"passed": 1, "errors": 1}
    reason = "the fixtures of genai_ports need pytest 8.2 or newer; this is pytest 7.1.3: pip install"
    result.stdout.fnmatch_lines_random([f"{reason} 'genai-ports[[]testing]'"])
    assert "pytest_plugin.py" not in result.stdout.str()


def test_the_extra_testing_installs_the_pytest_that_the_fixtures_need():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert "pytest>={}.{}".format(*OLDEST_PYTEST) in extras["testing"]


@pytest.mark.parametrize(
    ("fixture", "package"),
    [
        ("genai_server", "werkzeug"),
        ("genai_server", "waitress"),
        ("genai_over_http", "oci"),
        ("oci_config", "cryptography"),
        ("oci_signer", "oci"),
        ("oci_generative_ai_client", "oci"),
        ("oci_redirected", "oci"),
    ],
)
def test_a_fixture_says_in_one_line_which_package_is_missing(pytester, fixture, package):
    pytester.makeconftest(f"import sys\nsys.modules[{package!r}] = None  # as if it were not installed\n")
    pytester.makepyfile(f"def test_uses({fixture}):\n    pass\n\ndef test_in_memory(genai):\n    pass\n")
    result = pytester.runpytest_subprocess("-W", "error")
    assert result.parseoutcomes() == {"passed": 1, "errors": 1}
    reason = f"{package} is not installed; a fixture of genai_ports needs it: pip install 'genai-ports[[]testing]'"
    result.stdout.fnmatch_lines_random([reason])
    assert "Traceback" not in result.stdout.str()
    assert "genai_ports/" not in result.stdout.str()


def test_a_package_that_the_test_itself_misses_is_reported_as_always(pytester):
    pytester.makepyfile("def test_uses(genai):\n    import no_such_package\n")
    result = pytester.runpytest_subprocess("-W", "error")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["E*No module named 'no_such_package'"])
