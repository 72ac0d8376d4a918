"""The inventory: in this process, and as a script in another one."""

from __future__ import annotations

import subprocess
import sys

from model_ops import inventory
from pipelines import PLAN

SHOWN = ["model support-bot ACTIVE", "endpoint support-bot ACTIVE"]


def test_the_inventory_lists_models_and_endpoints(pipeline):
    pipeline.release(PLAN)
    assert inventory.lines(PLAN.compartment_id) == SHOWN


def test_the_script_reads_the_same_world(pipeline, oci_cli_env):
    pipeline.release(PLAN)
    command = [sys.executable, "-m", "model_ops.inventory", PLAN.compartment_id]
    done = subprocess.run(command, env=oci_cli_env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == SHOWN
