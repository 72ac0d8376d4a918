"""The documentation, held to what it says: code runs, output is as shown, links lead somewhere, names exist."""

from __future__ import annotations

import argparse
import inspect
import json
import os
import pkgutil
import re
import runpy
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
from contextlib import ExitStack
from dataclasses import dataclass, fields
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import oci
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from werkzeug.test import Client

import fake_server
import genai_ports
from fake_server import FakeServer, Settings, create_app
from fake_server.control import PATHS as CONTROL_PATHS
from fake_server.guard import Guard
from fake_server.routes import TOKEN_VARIABLE
from fake_server.serve import with_trusted_keys
from genai_ports.api.kinds import OPERATIONS
from genai_ports.backends.connect import ENTRY_POINTS
from genai_ports.cli.commands import commands, load_command

ROOT = Path(__file__).parent.parent
FILES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "cassettes").rglob("*.md"))
PAGES = {page.relative_to(ROOT).as_posix(): page for page in FILES}
LOOPBACK = ("127.0.0.1", "::1", "localhost")

KNOWN_HOSTS = {
    "docs.oracle.com",
    "github.com",
    "keepachangelog.com",
    "semver.org",
    "www.apache.org",
    "vcrpy.readthedocs.io",
}
OTHER_COMMANDS = {"bash", "eval", "export", "oci", "pip", "pytest", "python", "python3", "python3.11"}
"""Commands in the documentation that are not ours."""

MACHINE_PATH = re.compile(r"(?<![\w.~$\\>}-])/(?:home|root|work|opt|tmp|mnt|srv|Users|usr/local)/")
INDEX_OPTION = re.compile(r"--(?:extra-)?index-url|index-url\s*=|pypi\.org|pythonhosted")
TEXT_SUFFIXES = {".py", ".md", ".toml", ".json", ".yaml", ".yml", ".sh", ".txt", ".cfg", ".ini", ""}
NOT_OURS = re.compile(
    r"\.git|\.coverage.*|\.venv.*|\..+_cache|\.hypothesis|\.benchmarks|__pycache__|build|dist|.+\.egg-info"
)


@dataclass(frozen=True)
class Block:
    """A fenced block: its first and last line, what stands behind the fence, and the text."""

    first: int
    last: int
    info: str
    text: str


@cache
def tokens(page):
    return MarkdownIt("commonmark").enable("table").parse(PAGES[page].read_text(encoding="utf-8"))


def blocks(page):
    return [Block(*token.map, token.info, token.content) for token in tokens(page) if token.type == "fence"]


def inline(page, kind):
    return [child for token in tokens(page) for child in token.children or () if child.type == kind]


def below(page):
    """Pair each block with the one that stands right below it, an empty line between them."""
    found = [*blocks(page), Block(-1, -1, "", "")]
    return [(one, other if one.last + 1 == other.first else None) for one, other in pairwise(found)]


def pages_with(info):
    return [page for page in PAGES if any(block.info == info for block in blocks(page))]


def tables(page):
    """List the tables of a page: rows of texts, the head first."""
    found = []
    for one, other in pairwise(tokens(page)):
        if one.type == "table_open":
            found.append([])
        elif one.type == "tr_open":
            found[-1].append([])
        elif one.type in ("th_open", "td_open"):
            found[-1][-1].append(other.content)
    return found


def anchors(page):
    """Make the anchors of a page's headings as GitHub does."""
    headings = [other for one, other in pairwise(tokens(page)) if one.type == "heading_open"]
    texts = ("".join(child.content for child in heading.children) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts}


@cache
def texts():
    """Map every text file of the project to its text."""
    found = {}
    for directory, inside, files in os.walk(ROOT):
        inside[:] = [name for name in inside if not NOT_OURS.fullmatch(name)]
        for path in (Path(directory, name) for name in files if not NOT_OURS.fullmatch(name)):
            if path.suffix in TEXT_SUFFIXES:
                found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    return found


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """A directory with the cassettes, no settings from outside, and no network but loopback."""
    connect = socket.socket.connect

    def checked(self, address):
        assert address[0] in LOOPBACK, f"the documentation connects to {address}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", checked)
    monkeypatch.setenv("GENAI_PORTS_URL", "")  # so that what a page sets is removed at the end
    monkeypatch.delenv("GENAI_PORTS_URL")
    shutil.copytree(ROOT / "cassettes", tmp_path / "cassettes")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", pages_with("python"))
def test_every_python_block_runs_and_prints_what_stands_below_it(page, alone, capsys):
    namespace = {"__name__": "docs"}
    for block, other in below(page):
        if block.info != "python":
            continue
        program = compile("\n" * (block.first + 1) + block.text, page, "exec", dont_inherit=True)
        exec(program, namespace)  # noqa: S102  # running it is the test
        expected = other.text if other and other.info == "text" else ""
        assert capsys.readouterr().out == expected, f"{page}:{block.first + 1}"


def test_every_test_shown_passes(alone):
    shown = [block.text for page in PAGES for block in blocks(page) if block.info == "python pytest"]
    for number, text in enumerate(shown):
        (alone / f"test_shown_{number}.py").write_text(text, encoding="utf-8")
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(alone)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=alone)
    assert shown
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", pages_with("bash"))
def test_every_command_exists_with_its_options(page):
    for block in blocks(page):
        if block.info == "bash":
            for words in commands_of(block.text):
                check_command(words)


def commands_of(script):
    """Split a script into the words of each command; what stands in quotes may go over several lines."""
    lines = re.findall(r"(?:'[^']*'|[^'\n])+", script.replace("\\\n", " ").replace("&&", "\n"))
    return [words for words in (shlex.split(line, comments=True) for line in lines) if words]


def check_command(words):
    name, *arguments = words
    if name.endswith("genai-ports"):
        load_command(arguments[0]).make_context(arguments[0], arguments[1:])
    elif arguments[:2] == ["-m", "fake_server"]:
        load_command("serve").make_context(name, arguments[2:])
    elif name != "curl":
        assert name.rpartition("/")[2] in OTHER_COMMANDS, words


@pytest.mark.parametrize("page", [page for page in pages_with("bash") if "curl " in PAGES[page].read_text("utf-8")])
def test_every_request_shown_gets_the_response_shown(page, alone):
    shell = Shell()
    for block, other in below(page):
        if block.info != "bash":
            continue
        shown = other if other and other.info == "json" else None
        response = shell.run(block.text, refused=shown is not None)
        if shown:
            assert response.json == json.loads(shown.text), f"{page}:{block.first + 1}"


@pytest.mark.parametrize("page", ["docs/how-to/develop-locally.md"])
def test_every_command_against_a_server_prints_what_stands_below_it(page, alone):
    with ExitStack() as stack:
        shell = ServedShell(stack)
        for block, other in below(page):
            if block.info == "bash":
                expected = other.text if other and other.info == "text" else ""
                assert shell.run(block.text, refused=False) == expected, f"{page}:{block.first + 1}"


class Shell:
    """Runs the commands of a page: those that serve set up a world, and requests go to the last one that was set up."""

    def __init__(self):
        self._client = Client(Guard(create_app(Settings(clock="virtual"))))
        self._variables = {}

    def run(self, script, *, refused):
        """Return the response to the last request. A refusal fails the test, unless the page shows it."""
        response = None
        for name, *arguments in commands_of(script):
            if name == "curl":
                response = self._request(arguments)
                assert response.status_code < 400 or refused, response.text
            elif arguments[:1] == ["serve"]:
                app = create_app(settings_of(arguments[1:]))
                self._client = Client(Guard(app, control_token=self._variables.get(TOKEN_VARIABLE)))
            elif name == "export":
                self._variables |= [arguments[0].split("=", 1)]
            elif arguments[:1] == ["profile"]:
                load_command("profile").main(arguments[1:], standalone_mode=False)
        return response

    def _request(self, arguments):
        parser = argparse.ArgumentParser(exit_on_error=False)
        parser.add_argument("-s", action="store_true")
        parser.add_argument("-X")
        parser.add_argument("-H", action="append", default=[])
        parser.add_argument("--json", default="")
        parser.add_argument("url")
        options = parser.parse_args(arguments)
        parts = urlsplit(options.url)
        assert parts.hostname in LOOPBACK
        method = options.X or ("POST" if options.json else "GET")
        headers = [Template(line).substitute(self._variables).split(": ", 1) for line in options.H]
        sent = {"data": options.json, "content_type": "application/json"} if options.json else {}
        return self._client.open(f"{parts.path}?{parts.query}", method=method, headers=headers, **sent)


class ServedShell(Shell):
    """Runs the commands of a page on a server that listens; `run` returns what those against a server print."""

    def __init__(self, stack):
        super().__init__()
        self._stack = stack

    def run(self, script, *, refused):
        printed = ""
        for name, *arguments in commands_of(script):
            if name == "curl":
                assert self._request(arguments).status_code < 400
            elif arguments[:1] == ["serve"]:
                server = self._stack.enter_context(FakeServer(settings=settings_of(arguments[1:])))
                self._url, self._client = server.url, Client(server.app)
            elif name == "genai-ports":
                done = CliRunner().invoke(commands, arguments, env={"GENAI_PORTS_URL": self._url})
                assert done.exit_code == 0, done.output
                printed += done.output
        return printed


def settings_of(arguments):
    """Make the settings that a command which serves would make; a page that needs a seed names it."""
    options = load_command("serve").make_context("serve", ["--seed", "of a test", *arguments]).params
    names = {field.name for field in fields(Settings)} & set(options)
    return with_trusted_keys(Settings(**{name: options[name] for name in names}), options["trust"])


HOW_TO = [page for page in PAGES if page.startswith("docs/how-to/") and page != "docs/how-to/notice-drift.md"]


@pytest.mark.parametrize("page", HOW_TO)
def test_a_how_to_about_behaviour_shows_memory_then_http_then_the_plain_client(page):
    shown = [line.removeprefix("## ") for line in PAGES[page].read_text("utf-8").splitlines() if line[:3] == "## "]
    ways = ["In memory", "Over HTTP", "With the plain OCI client"]
    # A page about tools has headings of its own.
    assert [heading for heading in shown if heading in ways] in ([], ways)


@pytest.mark.parametrize("page", HOW_TO)
def test_every_how_to_is_linked_from_readme_and_reference(page):
    assert f"({page})" in texts()["README.md"]
    assert f"({page.removeprefix('docs/')})" in texts()["docs/reference.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    for link in inline(page, "link_open"):
        target = urlsplit(link.attrs["href"])
        if target.scheme:
            assert (target.scheme, target.netloc in KNOWN_HOSTS) == ("https", True), link.attrs["href"]
            continue
        path = (PAGES[page].parent / target.path).resolve() if target.path else PAGES[page]
        assert path.exists(), f"{page}: {link.attrs['href']}"
        if target.fragment:
            assert target.fragment in anchors(path.relative_to(ROOT).as_posix()), f"{page}: {link.attrs['href']}"


@pytest.mark.parametrize("page", PAGES)
def test_every_file_module_and_test_that_is_named_exists(page):
    tests = "".join(text for name, text in texts().items() if name.endswith(".py") and "test" in name)
    for code in {token.content for token in inline(page, "code_inline")}:
        if re.fullmatch(r"(genai_ports|fake_server)(\.\w+)+", code) and code != ENTRY_POINTS:
            assert pkgutil.resolve_name(code), code
        elif re.fullmatch(r"(\.ci|docs|tests|genai_ports|fake_server|cassettes)/[\w/.]*", code):
            assert (ROOT / code).exists(), f"{page}: {code}"
        elif re.fullmatch(r"test_\w+", code):
            assert f"def {code}(" in tests, f"{page}: {code}"


def test_the_generated_parts_are_fresh():
    generator = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    for page in generator["PAGES"]:
        fresh = (ROOT / "docs" / page).read_text("utf-8")
        assert generator["regenerated"](page) == fresh, "run: python docs/generate.py"


def test_the_reference_has_every_public_name():
    entries = re.findall(r"^- \*\*`(\w+)", PAGES["docs/reference.md"].read_text("utf-8"), re.MULTILINE)
    builders = {name for name, _ in inspect.getmembers(genai_ports.builders, is_builder)}
    assert {*genai_ports.__all__, *fake_server.__all__, *builders} - set(entries) == set()


def is_builder(thing):
    return inspect.isfunction(thing) and thing.__module__ == "genai_ports.builders" and thing.__name__[0] != "_"


def test_the_reference_has_every_control_path_and_no_other():
    documented = re.findall(
        r"^\| `([A-Z]+) /_sim(/[\w-]+)` ", PAGES["docs/reference.md"].read_text("utf-8"), re.MULTILINE
    )
    assert sorted(documented) == sorted((method, path) for path, methods in CONTROL_PATHS.items() for method in methods)


def test_every_behaviour_says_how_well_it_is_known_in_one_of_four_ways():
    marks = [row[column] for head, *rows in tables("docs/fidelity.md") for row in rows for column in marked(head)]
    assert len(marks) > 100
    assert set(marks) == {"recorded", "documented", "derived", "our choice"}


def marked(head):
    return [column for column, title in enumerate(head) if title.startswith("Known")]


def test_the_test_command_of_the_readme_is_what_ci_runs():
    [command] = re.findall(r"<!-- test command -->\n```bash\n(.*)\n```", texts()["README.md"])
    assert command in texts()[".ci/run"].splitlines()


def test_the_commands_of_the_readme_need_no_certain_python():
    assert re.findall(r"^python[\d.]+ -m venv", texts()["README.md"], re.MULTILINE) == ["python3 -m venv"] * 2


def test_the_docs_count_the_operations_right():
    counts = re.findall(
        r"(\d+) of the (\d+)\n? +operations of `GenerativeAiClient` in oci ([\d.]+\d)", texts()["README.md"]
    )
    counts += [(*re.findall(r"with (\d+) operations, .* SDK, which has (\d+)", texts()["docs/tutorial.md"])[0], "")]
    assert len(counts) == 2
    assert {served for served, _, _ in counts} == {str(len(OPERATIONS))}
    if counts[0][2] == oci.__version__:
        client = oci.generative_ai.GenerativeAiClient
        operations = [name for name, thing in vars(client).items() if name[0] != "_" and callable(thing)]
        assert {known for _, known, _ in counts} == {str(len(operations))}


def test_the_description_of_the_package_is_up_to_date_and_has_no_links_into_the_repository():
    generator = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    text = generator["DESCRIPTION"].read_text("utf-8")
    assert text == generator["description"](), "run: python docs/generate.py"
    assert not re.findall(r"\]\((?!https:)", text)


def test_the_changelog_has_the_version_of_the_package():
    version = tomllib.loads(texts()["pyproject.toml"])["project"]["version"]
    headings = re.findall(r"^## \[(.+?)\]", PAGES["CHANGELOG.md"].read_text("utf-8"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", version]


def test_extras_that_are_named_exist():
    extras = set(tomllib.loads(texts()["pyproject.toml"])["project"]["optional-dependencies"])
    named = {
        extra
        for text in texts().values()
        for group in re.findall(r"(?:genai-ports|['\" ]\.)\[([a-z,]+)\]", text)
        for extra in group.split(",")
    }
    assert named
    assert named <= extras


def test_nothing_names_a_path_of_one_machine_or_where_packages_are_fetched():
    here = "tests/test_docs.py"
    found = [
        f"{name}: {match[0]}"
        for name, text in texts().items()
        for pattern in (MACHINE_PATH, INDEX_OPTION)
        for match in pattern.finditer(text)
        if name != here
    ]
    assert found == []
