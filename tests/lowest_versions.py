"""Install the lowest versions that the extras accept, together, and run a part of the suite with them.

Run it from anywhere with Python 3.11: `python tests/lowest_versions.py`. It downloads packages.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("oci", "server", "cli", "testing", "recording")
TOOLS = ("freezegun", "markdown-it-py", "pytest-recording", "tenacity")
"""What the tests need besides, in whatever version."""
SUITE = (
    *("tests/unit", "tests/contract", "tests/server"),
    # They compare with the newest SDK; pytest 8.2 shows no values of assertions to `certify`.
    *(
        f"--ignore=tests/unit/test_{name}.py"
        for name in ("drift", "endpoints", "region_metadata", "regions", "sdk_values")
    ),
    "--deselect=tests/unit/test_profiles.py::test_a_key_from_a_secret_store_is_taken_as_by_the_sdk_or_refused_in_our_words",
    "--deselect=tests/unit/test_certify.py::TestServer::test_a_difference_shows_the_values",
    "--deselect=tests/server/test_http.py::test_the_sdk_has_every_operation_that_is_simulated_and_more",
)


def lowest() -> list[str]:
    """Return the lowest accepted version of each package of the extras, as requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    everything = project["dependencies"] + [each for extra in EXTRAS for each in extras[extra]]
    found = [each for each in (re.match(r"([\w-]+)>=([\d.]+)", each) for each in everything) if each]
    found.sort(key=lambda each: [int(part) for part in each[2].split(".")])
    return [f"{name}=={version}" for name, version in sorted({each[1]: each[2] for each in found}.items())]


def main() -> int:
    """Run the command."""
    requirements = lowest()
    print(" ".join(requirements), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python")
        install = [python, "-m", "pip", "install", "-q"]
        subprocess.run([*install, *requirements, *TOOLS], check=True)
        subprocess.run([*install, "--no-deps", "-e", "."], cwd=ROOT, check=True)
        suite = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITE]
        return subprocess.run(suite, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
