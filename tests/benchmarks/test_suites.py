"""Whole suites with the fixtures of the test kit, against one with the fixture of moto; and what the plugin costs.

Times are CPU seconds of the processes, so that other work of the machine does not count.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = 1000
OF_MOTO = 100
"""Fewer tests for moto, which needs much longer for each; compared is one test."""

IN_MEMORY = """
import pytest
from benchmarks.our_side import details

@pytest.mark.parametrize("number", range({tests}))
@pytest.mark.genai(pace="2s")
def test_life(genai, number):
    body = details(genai)
    [work] = genai.list_work_requests(body.compartment_id)
    genai.wait_for_work_request(work.id)
    model = genai.create_model(body)
    genai.wait_for_work_request(model.response.work_request_id)
    assert genai.get_model(model.id).lifecycle_state == "ACTIVE"
    genai.wait_for_work_request(genai.delete_model(model.id).work_request_id)
    assert genai.get_model(model.id).lifecycle_state == "DELETED"
"""

STOCK_SDK = """
import pytest
from oci.generative_ai import GenerativeAiClientCompositeOperations, models
from benchmarks.our_side import COMPARTMENT

@pytest.mark.parametrize("number", range({tests}))
@pytest.mark.genai(pace="2s")
def test_life(oci_generative_ai_client, number):
    waiting = GenerativeAiClientCompositeOperations(oci_generative_ai_client)
    [base, *_] = oci_generative_ai_client.list_models(COMPARTMENT, capability=["FINE_TUNE"], vendor="meta").data.items
    cluster = models.CreateDedicatedAiClusterDetails(
        compartment_id=COMPARTMENT, type="FINE_TUNING", unit_count=2, unit_shape="LARGE_GENERIC")
    work = waiting.create_dedicated_ai_cluster_and_wait_for_state(cluster, ["SUCCEEDED"]).data
    dataset = models.ObjectStorageDataset(namespace_name="ns", bucket_name="data", object_name="train.jsonl")
    tuning = models.FineTuneDetails(
        training_dataset=dataset, dedicated_ai_cluster_id=work.resources[0].identifier)
    details = models.CreateModelDetails(
        compartment_id=COMPARTMENT, base_model_id=base.id, fine_tune_details=tuning)
    model = waiting.create_model_and_wait_for_state(details, ["SUCCEEDED"]).data.resources[0].identifier
    assert oci_generative_ai_client.get_model(model).data.lifecycle_state == "ACTIVE"
    assert waiting.delete_model_and_wait_for_state(model, ["SUCCEEDED"]).data.status == "SUCCEEDED"
    assert oci_generative_ai_client.get_model(model).data.lifecycle_state == "DELETED"
"""

MOTO = """
import pytest
from benchmarks import moto_side
from moto import mock_aws

@pytest.fixture
def bedrock():
    with mock_aws():
        yield moto_side.client()

@pytest.mark.parametrize("number", range({tests}))
def test_life(bedrock, number):
    moto_side.create(bedrock, number)
    assert bedrock.get_model_customization_job(jobIdentifier=f"job-{{number}}")["status"]
    assert bedrock.get_custom_model(modelIdentifier=f"model-{{number}}")["modelName"]
    bedrock.delete_custom_model(modelIdentifier=f"model-{{number}}")
    assert bedrock.list_custom_models()["modelSummaries"] == []
"""


def cpu_seconds(directory, suite, *arguments, tests=TESTS):
    """Run a suite in a process of its own, and return the CPU seconds that it takes."""
    (directory / "test_suite.py").write_text(suite.format(tests=tests), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("name", ["in memory", "through the stock SDK"])
def test_a_suite(figures, benchmark, tmp_path, name):
    suite, most = {"in memory": (IN_MEMORY, 10), "through the stock SDK": (STOCK_SDK, 60)}[name]
    ours, theirs = cpu_seconds(tmp_path, suite), cpu_seconds(tmp_path, MOTO, tests=OF_MOTO) * TESTS / OF_MOTO
    benchmark.pedantic(lambda: None)
    detail = f"{ours:.1f} s; with moto's fixture {theirs:.1f} s"
    figures.at_most(most, f"{TESTS} tests {name}, CPU seconds", ours, detail)
    figures.at_least(1, f"{TESTS} tests, moto / ours {name}", theirs / ours, detail)


def test_a_suite_that_does_not_use_the_plugin(figures, benchmark, tmp_path):
    suite = "def test_nothing(): pass\n"
    others = ("-p", "no:hypothesispytest", "-p", "no:xdist", "-p", "no:pytest_cov", "-p", "no:recording")
    runs = [
        (cpu_seconds(tmp_path, suite, *others), cpu_seconds(tmp_path, suite, *others, "-p", "no:genai_ports"))
        for _ in range(15)
    ]
    benchmark.pedantic(lambda: None)
    added = (min(with_it for with_it, _ in runs) - min(without for _, without in runs)) * 1000
    figures.at_most(10, "the plugin in a suite that does not use it, CPU ms", added, f"{added:.1f} ms")
