"""The Dockerfile and the compose file: what they run starts, is healthy, and stops in order. No image is built here."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from fake_server.serve import DRAIN_SECONDS

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SERVICE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["genai"]


def in_json(instruction: str) -> list[str]:
    """Return the argument of an instruction in its JSON form: it runs without a shell, and gets signals."""
    [found] = re.findall(rf"^ *{instruction} (\[.*\])$", DOCKERFILE, re.MULTILINE)
    return [str(each) for each in json.loads(found)]


def health(port: str) -> int:
    _, *arguments = in_json("CMD")
    command = [sys.executable, *(each.replace("8080", port) for each in arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def test_the_command_of_the_image_serves_is_healthy_and_stops(tmp_path: Path) -> None:
    program, *options = [*in_json("ENTRYPOINT"), *SERVICE["command"]]
    assert program == "genai-ports"
    changed = {"8080": "0", "0.0.0.0": "127.0.0.1", "/state": str(tmp_path / "state")}  # noqa: S104  # not listened on
    command = [sys.executable, "-m", "genai_ports", *(changed.get(each, each) for each in options)]
    environment = {**os.environ, **dict.fromkeys(SERVICE["environment"], "the-token-of-a-test")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            port = process.stdout.readline().strip().rpartition(":")[2]
            assert health(port) == 0
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert health(port) == 1
    assert (tmp_path / "state" / "log.sqlite").exists()


def test_nothing_runs_as_root_and_the_state_is_on_a_volume() -> None:
    lines = DOCKERFILE.splitlines()
    assert lines.index("USER genai") < lines.index("VOLUME /state") < len(lines) - 1
    assert SERVICE["volumes"] == ["state:/state"]


def test_a_stop_leaves_time_for_a_drain() -> None:
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) > DRAIN_SECONDS


def test_the_control_token_comes_from_the_environment_alone() -> None:
    assert SERVICE["environment"]["GENAI_PORTS_CONTROL_TOKEN"].startswith("${GENAI_PORTS_CONTROL_TOKEN:?")
    assert "TOKEN" not in DOCKERFILE


@pytest.mark.parametrize("published", SERVICE["ports"])
def test_other_machines_do_not_reach_it_unless_the_file_is_changed(published: Any) -> None:
    assert published.startswith("127.0.0.1:")
