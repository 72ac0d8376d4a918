"""What a page in Chromium can do to a server on this machine: nothing. Runs if Debian's `chromium` is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self
from urllib.request import urlopen

import pytest

from fake_server import FakeServer, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="the browser tests need the Debian package chromium")
OTHER = "attacker.example"
PAGE = """<!doctype html><pre id=o></pre><script>
const F = "SERVER", out = [];
const attempt = async (name, act) => {
  try { out.push(name + "=" + await act()) } catch (e) { out.push(name + "=" + e.name) }
};
const post = (path, options) => fetch(F + path, {method: "POST", mode: "no-cors", ...options}).then(r => r.type);
const load = (tag, path) => new Promise(done => {
  const it = document.createElement(tag);
  it.onload = () => done("loaded"); it.onerror = () => done("refused"); it.src = F + path; document.body.append(it);
});
(async () => {
  const model = JSON.stringify({compartmentId: "ocid1.compartment.oc1..a",
    dataSource: {sourceType: "HUGGING_FACE_MODEL", modelId: "openai/gpt-oss-20b"}});
  await attempt("create", () => post("/20231130/importedModels",
    {headers: {"content-type": "text/plain"}, body: model}));
  await attempt("fault", () => post("/_sim/faults", {body: '{"status": 503, "times": "always"}'}));
  await attempt("reset", () => post("/_sim/reset"));
  await attempt("json", () => fetch(F + "/_sim/clock", {method: "POST", headers: {"content-type": "application/json"},
    body: '{"advance": 60}'}).then(r => r.status));
  await attempt("delete", () => fetch(F + "/_sim/journal", {method: "DELETE"}).then(r => r.status));
  await attempt("read", () => fetch(F + "/_sim/state").then(r => r.text()));
  await attempt("img", () => load("img", "/_sim/health?tenancy=ocid1.tenancy.oc1..byimg"));
  await attempt("script", () => load("script", "/_sim/state"));
  const policy = new Blob(['{"user": "ocid1.user.oc1..x", "group": "g"}'], {type: "text/plain"});
  navigator.sendBeacon(F + "/_sim/policies", policy);
  document.getElementById("o").textContent = out.join("\\n");
})()
</script>"""


class Site:
    """A web site that serves one page."""

    def __init__(self, page: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(settings=Settings(clock="virtual")) as running:
        yield running


def browse(url: str, profile: Path) -> str:
    """Open a page, in a browser for which the other site's name leads to this machine; return its document."""
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        f"--user-data-dir={profile}",
    ]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    names = f"--host-resolver-rules=MAP {OTHER} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    budget = ["--virtual-time-budget=8000", "--dump-dom"]
    return subprocess.run(
        [*command, *quiet, names, *budget, url], capture_output=True, text=True, timeout=120, check=True
    ).stdout


def test_a_page_of_another_site_changes_and_reads_nothing(server: FakeServer, tmp_path: Path) -> None:
    before = server.simulator.state(), server.simulator.clock.now(), server.simulator
    with Site(PAGE.replace("SERVER", server.url)) as site:
        document = browse(f"http://{OTHER}:{site.port}/", tmp_path)
    found = re.search(r'<pre id="o">(.*?)</pre>', document, re.DOTALL)
    assert found
    outcome = dict(line.split("=", 1) for line in found[1].splitlines())
    # A page learns nothing of what it may send, and the rest fails.
    assert outcome == {
        **dict.fromkeys(("create", "fault", "reset"), "opaque"),
        **dict.fromkeys(("json", "delete", "read"), "TypeError"),
        **dict.fromkeys(("img", "script"), "refused"),
    }
    assert (server.simulator.state(), server.simulator.clock.now(), server.simulator) == before
    assert not tuple(server.simulator.faults)
    with urlopen(f"{server.url}/_sim/policies") as response:  # noqa: S310  # ours
        assert json.load(response)["groups"] == {}
    rules = {entry.rule for entry in server.simulator.journal}
    assert rules <= {"origin-not-allowed", "cross-site", "control-body-type"}
    assert "origin-not-allowed" in rules


def test_a_name_that_leads_to_the_server_later_reads_nothing(server: FakeServer, tmp_path: Path) -> None:
    document = browse(f"http://{OTHER}:{server.port}/_sim/state", tmp_path)
    assert "importedModels" not in document
    assert next(entry.rule for entry in server.simulator.journal) == "host-not-allowed"


def test_a_person_reads_the_state_in_a_browser(server: FakeServer, tmp_path: Path) -> None:
    assert "importedModels" in browse(f"{server.url}/_sim/state", tmp_path)
