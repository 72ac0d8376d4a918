"""What a user has after the installation: types, and a description of the package whose links lead somewhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

USER_CODE = """
from typing import assert_type

from fake_server import FakeServer
from genai_ports import ModelRepository, connect
from genai_ports.testing import Sandbox


def names(models: ModelRepository) -> list[str | None]:
    return [model.display_name for model in models.list_models("ocid1.compartment.oc1..example")]


with connect("memory://") as genai, FakeServer() as server, Sandbox() as sandbox:
    assert_type(genai.get_model("x").id, str)
    assert_type(names(genai), list[str | None])
    assert_type(server.url, str)
    assert_type(sandbox.oci_config, dict[str, str])
    genai.get_modell("x")
"""
MISTAKE = 'genai.get_modell("x")'


def checked(command, *, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module", params=["build_wheel", "build_editable"])
def installed(request, tmp_path_factory):
    """Install a copy of this checkout into a new environment, and return the environment."""
    source, built, environment = (tmp_path_factory.mktemp(name) for name in ("source", "built", "environment"))
    for name in ("genai_ports", "fake_server"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = f"import setuptools.build_meta as backend, sys; backend.{request.param}(sys.argv[1])"
    done = checked([sys.executable, "-c", build, str(built)], cwd=source)
    assert done.returncode == 0, done.stderr
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    [site] = environment.glob("[Ll]ib/**/site-packages")
    [wheel] = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    return environment


def interpreter(environment):
    [python] = [*environment.glob("bin/python"), *environment.glob("Scripts/python.exe")]
    return str(python)


@pytest.fixture
def user_code(tmp_path):
    (tmp_path / "user.py").write_text(USER_CODE)
    return tmp_path


def test_mypy_sees_the_types(installed, user_code):
    options = ["--strict", "--cache-dir", str(user_code / "cache"), "--python-executable", interpreter(installed)]
    shown = checked([sys.executable, "-m", "mypy", *options, "user.py"], cwd=user_code).stdout
    line = USER_CODE.splitlines().index(f"    {MISTAKE}") + 1
    assert shown.splitlines()[:-1] == [
        f'user.py:{line}: error: "Repository" has no attribute "get_modell"  [attr-defined]'
    ]


def test_pyright_sees_the_types(installed, user_code):
    command = [sys.executable, "-m", "basedpyright", "--level", "error", "--pythonpath", interpreter(installed)]
    shown = checked([*command, "user.py"], cwd=user_code).stdout
    assert shown.count(" - error: ") == 1, shown
    assert 'Cannot access attribute "get_modell" for class "Repository"' in shown


def test_the_files_of_the_console_are_installed(installed):
    code = "from importlib.util import find_spec; print(*find_spec('fake_server').submodule_search_locations)"
    package = checked([interpreter(installed), "-c", code], cwd=installed).stdout.strip()
    assert {file.suffix for file in (Path(package) / "console").iterdir()} >= {".css", ".html", ".js", ".svg"}


def test_the_metadata_describe_the_package(installed):
    [file] = installed.glob("[Ll]ib/**/genai_ports-*.dist-info/METADATA")
    metadata = message_from_string(file.read_text("utf-8"))
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload().strip() == (ROOT / "genai_ports" / "description.md").read_text("utf-8").strip()
    assert metadata.get_all("Project-URL") == [
        "API of the service, https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/"
    ]
