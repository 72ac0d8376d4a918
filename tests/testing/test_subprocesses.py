"""`oci_cli_env`: other processes reach the world of the test."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from genai_ports.testing import Sandbox, ready

WITH_THE_SDK = """
import os, oci
client = oci.generative_ai.GenerativeAiClient(oci.config.from_file(), service_endpoint=os.environ["OCI_CLI_ENDPOINT"])
print(client.list_dedicated_ai_clusters(os.environ["COMPARTMENT"]).data.items[0].id)
"""
WITH_CONNECT = """
import os, genai_ports
with genai_ports.connect() as genai:
    print(genai.list_dedicated_ai_clusters(os.environ["COMPARTMENT"]).first().id)
"""


@pytest.mark.parametrize("program", [WITH_THE_SDK, WITH_CONNECT], ids=["with the SDK", "with connect"])
def test_a_program_reaches_the_world_of_the_test(program):
    with Sandbox(region="fra") as sandbox:
        cluster = ready.cluster(sandbox.genai)
        variables = {**sandbox.oci_cli_env, "COMPARTMENT": ready.COMPARTMENT}
        run = [sys.executable, "-c", program]
        done = subprocess.run(run, env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == cluster.id


def test_it_has_the_variables_of_this_process_without_a_proxy(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:1")
    monkeypatch.setenv("OCI_CLI_REGION", "us-phoenix-1")
    monkeypatch.setenv("MINE", "kept")
    with Sandbox() as sandbox:
        variables = sandbox.oci_cli_env
        assert {"HTTPS_PROXY", "OCI_CLI_REGION"} & set(variables) == set()
        assert (variables["PATH"], variables["MINE"]) == (os.environ["PATH"], "kept")
        assert variables["HOME"] == str(sandbox.oci_hygiene.home)
        assert variables["GENAI_PORTS_URL"] == variables["OCI_CLI_ENDPOINT"] == sandbox.genai_server.url


def test_a_test_that_changes_it_changes_its_own_only():
    for _ in range(2):
        with Sandbox() as sandbox:
            assert "MINE" not in sandbox.oci_cli_env
            sandbox.oci_cli_env["MINE"] = "changed"
            assert "MINE" not in os.environ
