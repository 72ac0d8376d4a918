"""The test kit for somebody else: the suite of another project, from a built wheel, in processes of its own.

That project is in `tests/downstream`. Its tests are about its own code; here is what must be true of its runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent
TURNS = int(os.environ.get("DOWNSTREAM_TURNS", "10"))
"""How often each test runs in random order."""
NOT_ALIKE = ("test_watch.", "test_labels_of_many_threads", "test_the_script")
"""Tests of threads, whose order nobody fixes, and of another process, which makes request ids from chance."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build a wheel of this checkout and unpack it."""
    source, wheels, site = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "site"))
    for name in ("genai_ports", "fake_server"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = "import setuptools.build_meta as backend, sys; backend.build_wheel(sys.argv[1])"
    run([sys.executable, "-c", build, str(wheels)], cwd=source)
    [wheel] = wheels.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    return site


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    return done.stdout


@pytest.fixture
def suite(installed, tmp_path):
    """Run the suite of the other project, and return the worlds of its tests as text."""
    project = shutil.copytree(
        HERE / "downstream", tmp_path / "downstream", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(HERE / "downstream_watch.py", tmp_path)

    def worlds(name, *arguments, **environment):
        into = tmp_path / name
        into.mkdir()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTEST_"))}
        paths = os.pathsep.join([str(installed), str(tmp_path)])
        variables = {**inherited, "PYTHONPATH": paths, "WATCH_INTO": str(into), **environment}
        command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "downstream_watch", *arguments]
        shown = run([*command, "-p", "no:cacheprovider"], cwd=project, env=variables)
        assert " passed" in shown
        assert not {"failed", "error", "skipped", "xfailed"} & set(shown.splitlines()[-1].split())
        for process in into.glob("process-*.json"):
            assert_clean(json.loads(process.read_text("utf-8")), installed)
        return {path.parent.name: path.parent for path in into.glob("*/*.json")}

    return worlds


def assert_clean(process, installed):
    """Check that a process ran what the wheel contains, and left nothing open."""
    assert process.pop("genai_ports") == str(installed / "genai_ports" / "__init__.py")
    of_the_runner = ("execnet", "late")  # of pytest-xdist; and of the last test, when it is one that leaves a thread
    process["threads"] = [name for name in process["threads"] if not name.startswith(of_the_runner)]
    assert not any(process.values()), process


@pytest.fixture
def odd_machine(tmp_path):
    """Environment variables of a machine where nothing is as it should be."""
    home = tmp_path / "home"
    config = home / ".oci" / "config"
    config.parent.mkdir(parents=True)
    config.write_text("[DEFAULT\nuser = broken", encoding="utf-8")
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    return {**proxies, "HOME": str(home), "OCI_CLI_PROFILE": "PRODUCTION", "OCI_CONFIG_FILE": str(config)}


def test_the_suite_is_green_and_repeatable_in_any_order_and_on_any_machine(suite, odd_machine):
    plain = suite("plain")
    often = suite("often", "-n", "4", WATCH_SHUFFLE="27", WATCH_TURNS=str(TURNS), **odd_machine)
    assert set(plain) == set(often)
    assert max(len(list(turns.iterdir())) for turns in often.values()) == TURNS
    differing = [
        name
        for name in plain
        if not any(each in name for each in NOT_ALIKE)
        and len({world.read_bytes() for runs in (plain, often) for world in runs[name].iterdir()}) > 1
    ]
    assert differing == []


@pytest.mark.parametrize("seed", ["1", "2"])
def test_what_a_test_leaves_behind_reaches_no_other_in_any_order(suite, odd_machine, seed):
    suite("leaks", "leaks", WATCH_SHUFFLE=seed, WATCH_TURNS="3", **odd_machine)
