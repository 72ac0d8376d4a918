"""Tests with unittest: the base class, its report, and other runners."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest
from typing import ClassVar

import pytest

from genai_ports import Fault, NotFound, Simulator, TooManyRequests, connect
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.testing import GenAiTestCase, SandboxSettings, ready, sandbox_settings

pytest_plugins = ["pytester"]

COMPARTMENT = "ocid1.compartment.oc1..example"


def result_of(case):
    """Run all tests of a test case, and return the result."""
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def only_text(items):
    [(_, text)] = items
    return text


def make(genai):
    return genai.create_dedicated_ai_cluster(ready.cluster_details())


def test_each_method_has_a_world_of_its_own_from_set_up_to_tear_down():
    class Case(GenAiTestCase):
        worlds: ClassVar = []

        def setUp(self):
            make(self.genai)

        def tearDown(self):
            assert len(list(self.genai.list_dedicated_ai_clusters("ocid1.compartment.oc1..contract"))) == 1
            self.worlds.append(self.genai_simulator)

        def test_one(self):
            with connect() as genai:
                assert genai.simulator is self.genai_simulator

        test_two = test_one

    before = dict(os.environ)
    assert result_of(Case).wasSuccessful()
    assert len({id(world) for world in Case.worlds}) == 2
    assert dict(os.environ) == before
    with pytest.raises(ConfigurationError):
        connect()


def test_all_attributes_reach_one_world():
    class Case(GenAiTestCase):
        def test_shared(self):
            begun = make(self.genai_over_http)
            assert self.oci_generative_ai_client.get_dedicated_ai_cluster(begun.id).data.id == begun.id
            assert self.oci_redirected is self.genai_server.simulator is self.genai_simulator is self.genai.simulator
            assert self.genai_clock is self.no_sleep is self.genai_simulator.clock
            assert self.oci_config["region"] == self.genai.default_region
            assert self.oci_cli_env["GENAI_PORTS_URL"] == self.genai_server.url
            assert self.oci_signer

    result = result_of(Case)
    assert result.wasSuccessful(), result.errors + result.failures


def test_settings_are_those_of_the_class_and_of_the_method():
    class Case(GenAiTestCase):
        genai_settings = SandboxSettings(seed=5, pace="2s")

        def test_class(self):
            own = self.genai_simulator.settings
            assert (own.seed, own.pace) == (5, "2s")

        @sandbox_settings(pace="4s", region="fra")
        @sandbox_settings(pace="3s", faults=[Fault(status=429, operation="list_models", times=8)])
        def test_method(self):
            own = self.genai_simulator.settings
            assert (own.seed, own.pace, own.region) == (5, "3s", "eu-frankfurt-1")
            with pytest.raises(TooManyRequests):
                self.genai.list_models(COMPARTMENT).first()

    result = result_of(Case)
    assert result.wasSuccessful(), result.errors + result.failures


def test_a_wrong_setting_is_refused_at_once_or_is_an_error_of_the_test(tmp_path):
    with pytest.raises(InvalidInput, match="did you mean seed"):
        sandbox_settings(sed=5)

    file = tmp_path / "world.json"
    file.write_text(json.dumps(Simulator().snapshot()), "utf-8")

    class Case(GenAiTestCase):
        genai_settings = SandboxSettings(world=file)

        def test_right(self): ...

        @sandbox_settings(seed=5)
        def test_wrong(self): ...

    result = result_of(Case)
    assert result.testsRun == 2
    assert "a world file has settings of its own: omit seed" in only_text(result.errors)


class Failing(GenAiTestCase):
    __test__ = False

    def setUp(self):
        if self.id().endswith("set_up"):
            self.genai.get_model("ocid1.generativeaimodel.oc1..set_up")

    def tearDown(self):
        if self.id().endswith("tear_down"):
            self.genai.get_model("ocid1.generativeaimodel.oc1..tear_down")

    def test_error(self):
        self.genai.get_model("ocid1.generativeaimodel.oc1..error")

    def test_failure(self):
        make(self.genai)
        self.fail("no")

    def test_set_up(self): ...

    def test_tear_down(self): ...

    def test_subtests(self):
        for name in ("first", "second"):
            with self.subTest(name):
                self.genai.get_model(f"ocid1.generativeaimodel.oc1..{name}")

    def test_clean_up(self):
        self.addCleanup(lambda: self.genai.get_model("ocid1.generativeaimodel.oc1..clean_up"))


def test_the_report_is_a_note_of_each_exception():
    result = result_of(Failing)
    texts = [text for _, text in result.errors + result.failures]
    assert len(texts) == 7
    assert all(text.count("\ngenai_ports: the world of this test\nseed 0\n") == 1 for text in texts)
    for name in ("error", "set_up", "tear_down", "first", "second", "clean_up"):
        assert (
            sum(f"  00:00:00 get_model ocid1.generativeaimodel.oc1..{name}: 404 not-found\n" in text for text in texts)
            >= 1
        )


def test_coroutines():
    class Case(GenAiTestCase, unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self):
            self.made = make(self.genai)

        async def test_passes(self):
            assert self.genai.get_dedicated_ai_cluster(self.made.id)

        async def test_fails(self):
            self.genai.get_model("ocid1.generativeaimodel.oc1..async")

    result = result_of(Case)
    assert result.testsRun == 2
    assert "get_model ocid1.generativeaimodel.oc1..async: 404 not-found" in only_text(result.errors)


def test_skipped_and_expected_failures():
    class Case(GenAiTestCase):
        @unittest.skip("decorated")
        def test_decorated(self): ...

        def test_in_the_test(self):
            self.skipTest("inside")

        @unittest.expectedFailure
        def test_expected(self):
            self.genai.get_model("ocid1.generativeaimodel.oc1..x")

    before = dict(os.environ)
    result = result_of(Case)
    assert (len(result.skipped), len(result.expectedFailures)) == (2, 1)
    assert result.wasSuccessful()
    assert dict(os.environ) == before


def test_a_fault_of_a_test_that_is_expected_to_fail_need_not_apply():
    class Case(GenAiTestCase):
        genai_settings = SandboxSettings(faults=[Fault(operation="get_model", status=503)])

        @unittest.expectedFailure
        def test_expected(self):
            self.fail("before the call")

    result = result_of(Case)
    assert len(result.expectedFailures) == 1
    assert result.wasSuccessful()


def test_settings_of_another_type_are_an_error_of_the_test():
    class Case(GenAiTestCase):
        genai_settings: ClassVar = {"seed": 7}

        def test_nothing(self): ...

    assert "genai_settings must be SandboxSettings, not a value of type dict" in only_text(result_of(Case).errors)


def test_debug_lets_the_exception_pass_and_closes_the_sandbox():
    class Case(GenAiTestCase):
        def test_passes(self):
            self.addCleanup(make, self.genai)

        def test_fails(self):
            self.genai.get_model("ocid1.generativeaimodel.oc1..x")

    before = dict(os.environ)
    Case("test_passes").debug()
    with pytest.raises(NotFound):
        Case("test_fails").debug()
    assert dict(os.environ) == before


SUITE = """
import unittest
from genai_ports.testing import GenAiTestCase, sandbox_settings

class TestSuite(GenAiTestCase):
    def test_passes(self):
        self.assertEqual(self.genai_clock.now().year, 2026)

    @sandbox_settings(seed=9)
    def test_fails(self):
        self.genai.get_model("ocid1.generativeaimodel.oc1..x")

    @unittest.skip("not now")
    def test_skipped(self): ...
"""


def test_the_command_of_unittest_shows_the_report(tmp_path):
    (tmp_path / "test_suite.py").write_text(SUITE, "utf-8")
    run = [sys.executable, "-W", "error", "-m", "unittest", "test_suite"]
    shown = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False).stderr
    assert shown.count("genai_ports: the world of this test\nseed 9\n") == 1
    assert "FAILED (errors=1, skipped=1)" in shown


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=" ".join)
def test_pytest_shows_the_report_once(pytester, monkeypatch, options):
    monkeypatch.setenv("CI", "true")  # the summary has whole messages there
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_subprocess("-W", "error", *options)
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    assert result.stdout.str().count("seed 9") == 1
    assert "get_model ocid1.generativeaimodel.oc1..x: 404 not-found" in result.stdout.str()
