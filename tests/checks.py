"""Every check of the project in turn: lint, format, types, layers, recordings, and the tests with their coverage.

Run it with the interpreter of an environment that has the extras `all` and `dev`: `python tests/checks.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent

CHECKS = {
    "lint": [SCRIPTS / "ruff", "check", "."],
    "format": [SCRIPTS / "ruff", "format", "--check", "."],
    "types, by mypy": [SCRIPTS / "mypy"],
    "types, by pyright": [SCRIPTS / "basedpyright", "--pythonpath", sys.executable],
    "layers": [SCRIPTS / "lint-imports"],
    "recordings": [SCRIPTS / "genai-ports", "scrub", "--check", "cassettes"],
    "tests": [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile"],
    "combine coverage": [sys.executable, "-m", "coverage", "combine", "-q"],
    "coverage": [sys.executable, "-m", "coverage", "report"],
}


def main() -> int:
    """Run the checks, and say at the end which failed."""
    for left in ROOT.glob(".coverage*"):
        left.unlink()
    environment = {**os.environ, "COVERAGE_PROCESS_START": str(ROOT / "pyproject.toml")}
    failed = []
    for name, command in CHECKS.items():
        print(f"\n== {name}", flush=True)
        if subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
    if not shutil.which("chromium"):
        files = "tests/browser, tests/server/test_browser.py"
        print(f"\n== not run: the tests in a browser ({files}) need the Debian package chromium")
    print("\n== all is well" if not failed else f"\n== failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
