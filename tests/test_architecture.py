"""The layer rules of docs/architecture.md, held by the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from genai_ports import CreateDedicatedAiClusterDetails, connect

ROOT = Path(__file__).parent.parent
COMPARTMENT = "ocid1.compartment.oc1..example"

MACHINE_TIME = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.*"}
CHANCE = {"random.*", "secrets.*", "uuid.*", "os.urandom"}
CONCURRENCY = {"threading.*", "concurrent.*", "multiprocessing.*", "asyncio.*", "sched.*"}


@dataclass(frozen=True)
class Module:
    """One source file, and what it uses."""

    name: str
    imports: frozenset[str]
    uses: frozenset[str]
    literals: frozenset[str]


@cache
def shipped() -> tuple[Module, ...]:
    files = [*(ROOT / "genai_ports").rglob("*.py"), *(ROOT / "fake_server").rglob("*.py")]
    return tuple(read(file) for file in sorted(files))


def read(file: Path) -> Module:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    imports = {name for node in nodes for name in imported(node)}
    return Module(
        name=".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"),
        imports=frozenset(imports),
        uses=frozenset(imports | {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}),
        literals=frozenset(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)),
    )


def imported(node: ast.AST) -> list[str]:
    """List what a statement imports: modules, and the names taken from them, wherever in the file it stands."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def within(name: str, roots: set[str]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def modules(*roots: str) -> list[Module]:
    return [module for module in shipped() if within(module.name, set(roots))]


def users_of(patterns: set[str]) -> set[str]:
    """Name the modules that use one of these; `time.*` stands for `time` and all that is in it."""
    return {module.name for module in shipped() if any(matches(use, patterns) for use in module.uses)}


def matches(use: str, patterns: set[str]) -> bool:
    return any(within(use, {p.removesuffix(".*")}) if p.endswith(".*") else use.endswith(p) for p in patterns)


def foreign_imports(module: Module, allowed: set[str]) -> set[str]:
    roots = allowed | set(sys.stdlib_module_names) | {"__future__"}
    return {f"{module.name} -> {name}" for name in module.imports if not within(name, roots)}


def loaded_by(code: str) -> set[str]:
    """Name the top-level packages beyond the standard library that a fresh interpreter has loaded after `code`."""
    script = f"import sys; before = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in done.stdout.split()} - set(sys.stdlib_module_names)


def test_no_module_imports_upward_and_every_layer_contract_is_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_no_imports_go_in_a_circle_even_for_type_checkers_alone():
    graph = grimp.build_graph("genai_ports", "fake_server", cache_dir=None)
    TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()


def test_every_module_of_the_library_has_its_layer():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [layers] = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    layered = {module.strip() for layer in layers for module in layer.split("|")} - {"fake_server"}
    assert {module.name for module in modules("genai_ports") if module.name.count(".") == 1} == layered


@pytest.mark.parametrize(
    ("room", "allowed"),
    [
        ("genai_ports.errors", set()),
        ("genai_ports.tenancy", set()),
        ("genai_ports.api", {"genai_ports.api", "genai_ports.errors"}),
        ("genai_ports.ocids", {"genai_ports.api"}),
        (
            "genai_ports.regions",
            {"genai_ports.api", "genai_ports.errors", "genai_ports.ocids", "genai_ports.region_metadata"},
        ),
        ("genai_ports.region_metadata", set()),
        ("genai_ports.client.pagination", {"genai_ports.api", "genai_ports.errors"}),
        (
            "genai_ports.simulator",
            {
                "genai_ports.simulator",
                "genai_ports.suggestions",
                "genai_ports.api",
                "genai_ports.files",
                "genai_ports.errors",
                "genai_ports.ocids",
                "genai_ports.regions",
                "genai_ports.tenancy",
                "sortedcontainers",
            },
        ),
        (
            "genai_ports.wire",
            {"genai_ports.wire", "genai_ports.api", "genai_ports.errors", "genai_ports.regions"},
        ),
        (
            "genai_ports.drift",
            {
                "genai_ports.api",
                "genai_ports.drift",
                "genai_ports.wire",
                "oci",
            },
        ),
        (
            "fake_server",
            {
                "fake_server",
                "genai_ports.backends.connected.add_connected",
                "genai_ports.backends.loopback.address_in_numbers",
                "genai_ports.backends.system_clock.SystemClock",
                "genai_ports.backends.system_clock.monotonic",
                "genai_ports.api",
                "genai_ports.cli.explain_missing_package",
                "genai_ports.cli.serve.serve",
                "genai_ports.errors",
                "genai_ports.files",
                "genai_ports.ocids",
                "genai_ports.recording",
                "genai_ports.regions",
                "genai_ports.suggestions",
                "genai_ports.serving",
                "genai_ports.simulator.state.clock",
                "genai_ports.simulator.observe.inspection.Inspected",
                "genai_ports.simulator.state.journal.Entry",
                "genai_ports.simulator.state.journal.KEPT",
                "genai_ports.simulator.state.sent.Sent",
                "genai_ports.simulator.faults.disrupted_response",
                "genai_ports.simulator.faults.failing_work",
                "genai_ports.simulator.faults.faults",
                "genai_ports.simulator.rules.limits.LIMIT_NAMES",
                "genai_ports.simulator.rules.paths",
                "genai_ports.simulator.lists.modes",
                "genai_ports.simulator.work.pace",
                "genai_ports.simulator.faults.call_matcher",
                "genai_ports.simulator.faults.fault_registry",
                "genai_ports.simulator.rules.refusals",
                "genai_ports.simulator.rules.secrets",
                "genai_ports.simulator.settings",
                "genai_ports.simulator.simulator",
                "genai_ports.simulator.snapshot.write",
                "genai_ports.simulator.world_file.WorldFile",
                "genai_ports.tenancy",
                "genai_ports.throwaway",
                "genai_ports.wire",
                "cryptography",
                "trustme",
                "waitress",
                "werkzeug",
            },
        ),
    ],
)
def test_a_room_imports_the_standard_library_and_what_stands_here_only(room, allowed):
    found = modules(room)
    assert found
    assert set().union(*(foreign_imports(module, allowed) for module in found)) == set()


def test_only_the_system_clock_knows_what_time_the_machine_has_and_can_sleep():
    # The test kit lets clients go by another clock, in some threads; it needs the machine's for all others. The plugin
    # keeps the machine's, because a test can replace it before the kit is loaded.
    assert users_of(MACHINE_TIME) == {
        "genai_ports.backends.system_clock",
        "genai_ports.pytest_plugin",
        "genai_ports.testing.clock.real_time",
        "genai_ports.testing.clock.shared_clock",
        "genai_ports.testing.clock.sleep_patch",
    }


def test_only_the_sdk_adapter_control_tokens_and_random_seeds_take_anything_from_chance():
    # A control token must be a secret. The test kit seeds what the retries of the SDK take from chance.
    assert users_of(CHANCE) == {
        "fake_server.reach",
        "genai_ports.backends.sdk_backend",
        "genai_ports.cli.serve",
        "genai_ports.testing.pytest_settings",
        "genai_ports.testing.clock.shared_clock",
    }


def test_the_simulator_makes_one_lock_and_uses_nothing_else_of_threads():
    threading = {
        (module.name, name)
        for module in modules("genai_ports.api", "genai_ports.simulator")
        for name in module.imports
        if matches(name, CONCURRENCY)
    }
    assert threading == {("genai_ports.api.forks", "threading.RLock")}


def test_only_the_sdk_adapter_the_drift_alarm_and_what_the_test_kit_plugs_into_the_sdk_import_oci():
    importers = {module.name for module in shipped() if any(within(name, {"oci"}) for name in module.imports)}
    assert importers == {
        "genai_ports.backends.profiles",
        "genai_ports.backends.sdk",
        "genai_ports.backends.sdk_backend",
        "genai_ports.backends.sdk_values",
        "genai_ports.cli.signing_proxy",
        "genai_ports.drift.installed",
        "genai_ports.recording.recorder",
        "genai_ports.recording.in_process",
        "genai_ports.recording.sdk_session",
        "genai_ports.pytest_plugin",
        "genai_ports.testing.redirect",
        "genai_ports.testing.sandbox",
        "genai_ports.testing.stock_client",
        "genai_ports.testing.unittest_case",
        "genai_ports.testing.wsgi_transport",
    }


def test_the_prefix_of_the_control_paths_is_written_in_one_place():
    assert {m.name for m in modules("fake_server") if "/_sim" in m.literals} == {"fake_server.routes"}


def test_importing_the_package_loads_nothing_but_itself():
    assert loaded_by("import genai_ports") == {"genai_ports"}


def test_the_http_binding_loads_neither_the_sdk_nor_the_server():
    code = """
from genai_ports.wire.http import HttpRequest, HttpResponse
from genai_ports.wire.requests import read_request, write_request
from genai_ports.wire.responses import read_error, read_response
from genai_ports.wire.routes import find_route
request = HttpRequest("GET", "/20231130/models/ocid1.x")
route = find_route(request.method, request.path)
assert write_request(read_request(request, route).call) == request
assert read_response(route.operation, HttpResponse(200, {}, b'{"id": "a"}')).value.id == "a"
assert read_error(route.operation, HttpResponse(404)).status == 404
"""
    assert loaded_by(code) == {"genai_ports"}


def test_a_replay_loads_neither_the_sdk_nor_the_server():
    cassette = "interactions: []\nversion: 1\n"
    code = f"""
import genai_ports, pathlib, tempfile
with tempfile.TemporaryDirectory() as directory:
    file = pathlib.Path(directory, "empty.yaml")
    file.write_text({cassette!r})
    with genai_ports.connect(f"cassette:{{file}}") as genai:
        assert len(genai.player) == 0
"""
    assert loaded_by(code) & {"oci", "fake_server", "click", "vcr", "waitress", "werkzeug"} == set()


def test_a_connection_in_memory_loads_sortedcontainers_and_no_other_third_party():
    story = f"""
import genai_ports
with genai_ports.connect("memory://") as genai:
    models = list(genai.list_models({COMPARTMENT!r}))
    cluster = genai.create_dedicated_ai_cluster(genai_ports.CreateDedicatedAiClusterDetails(
        compartment_id={COMPARTMENT!r}, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"))
    genai.wait_for_work_request(cluster.response.work_request_id)
"""
    assert loaded_by(story) == {"genai_ports", "sortedcontainers"}


def test_the_plugin_that_every_pytest_run_loads_brings_neither_the_server_nor_the_sdk():
    assert loaded_by("import pytest; before |= set(sys.modules); import genai_ports.pytest_plugin") == {"genai_ports"}


def test_each_connection_in_memory_is_a_world_of_its_own():
    with connect("memory://") as one, connect("memory://") as other:
        one.create_dedicated_ai_cluster(
            CreateDedicatedAiClusterDetails(
                compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
            )
        )
        assert one.list_dedicated_ai_clusters(COMPARTMENT).first()
        assert other.list_dedicated_ai_clusters(COMPARTMENT).first() is None
