"""Certifying an endpoint: what it creates, what it finds, and that it deletes everything."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from fake_server import FakeServer, Settings
from genai_ports import Fault, Simulator, errors
from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.api.value import replaced
from genai_ports.backends.memory import InMemoryModelRepository, MemoryBackend
from genai_ports.backends.published import published
from genai_ports.cli.certify import certify as command
from genai_ports.simulator.rules.refusals import REFUSALS
from genai_ports.testing import ready
from genai_ports.testing.certify.certified_backend import NAME, CertifiedRepository
from genai_ports.testing.certify.certifying import Plan, certify, make_plan
from genai_ports.testing.certify.clean_up import find_tagged
from genai_ports.testing.certify.run import Run
from genai_ports.testing.certify.running import SuiteFailed
from genai_ports.testing.certify.scope import TAG, Scope
from genai_ports.testing.certify.verdicts import ROWS, verdicts
from genai_ports.testing.contract import PortContract

PAGE = (Path(__file__).parents[2] / "docs" / "fidelity.md").read_text(encoding="utf-8")
COMPARTMENT = "ocid1.compartment.oc1..sandbox"
OTHER = "ocid1.compartment.oc1..sandboxother"
REAL = Scope(
    compartment=COMPARTMENT, elsewhere=None, subnet=None, clusters=False, anywhere=False, regions=False, most=10
)
NO_PLAN = Plan(tests=0, without={}, created={}, unit_hours=0, hours=0)
FEW = "test_operations or create_returns or delete_returns or stale_etag or test_waiting_for"


def run(simulator, scope=None, *, only=FEW, wrap=lambda backend: backend, is_real=True):
    plan = make_plan("us-chicago-1", scope, only=only) if scope else NO_PLAN
    scope = scope or Scope()
    return certify(wrap(MemoryBackend(simulator)), scope, plan, only=only, is_real=is_real)


def by_row(done):
    return {each.row: each for each in verdicts(done.results)}


def left_in(simulator):
    """List what is in a world and not deleted."""
    return [
        resource
        for kind in RESOURCE_KINDS
        for resource in simulator.state()[kind.collection]
        if resource.lifecycle_state != "DELETED"
    ]


class Changed(MemoryBackend):
    """A backend that is wrong in one thing."""

    def __init__(self, backend, change):
        super().__init__(backend.simulator)
        self._change = change

    def send(self, call):
        return self._change(call, super().send(call))


class TestRows:
    def test_the_rows_are_those_of_the_page(self):
        page = re.sub(r"<!-- generated.*?<!-- end", "", PAGE, flags=re.DOTALL)
        known = "recorded|documented|derived|our choice"
        rows = re.findall(rf"^\| (?!---|Behaviour)(.*?) \| (?:{known}) \|", page, re.MULTILINE)
        assert len(rows) > 200
        assert set(ROWS) <= set(rows)
        sections = [part for part in page.split("\n## ") if any(f"\n| {row} |" in part for row in ROWS)]
        of_sections = {row for row in rows if any(f"\n| {row} |" in part for part in sections)}
        assert of_sections == set(ROWS)

    def test_every_test_of_a_row_exists(self):
        tests = {test.partition("[")[0] for tests in ROWS.values() for test in tests}
        assert [test for test in tests if not hasattr(PortContract, test)] == []

    def test_every_case_of_a_row_exists(self):
        kinds = {kind.name for kind in RESOURCE_KINDS}
        cases = {test.partition("[")[2].rstrip("]") for tests in ROWS.values() for test in tests if "[" in test}
        assert cases <= kinds


@pytest.fixture(scope="module")
def whole():
    """A world, and what a certification of all of it found."""
    simulator = Simulator(pace="realistic")
    return simulator, run(simulator, only=None)


@pytest.fixture(scope="module")
def real():
    """A world that stands for a tenancy, and what a certification with the narrowest scope found."""
    simulator = Simulator(pace="realistic")
    return simulator, run(
        simulator, REAL, only="imported_model or private_endpoint or region or is_unique or waiting_for"
    )


class TestWholeRun:
    @pytest.fixture
    def simulator(self, whole):
        return whole[0]

    @pytest.fixture
    def done(self, whole):
        return whole[1]

    def test_the_simulator_holds_in_everything_that_is_shown(self, done):
        assert [(each.name, each.why) for each in done.results if each.outcome == "differs"] == []
        assert (done.is_complete, done.left) == (True, [])
        assert sum(each.outcome == "held" for each in done.results) > 700

    def test_every_row_with_a_test_is_shown_or_has_a_reason(self, done):
        for row in by_row(done).values():
            assert (row.verdict == "held") == (row.reason is None)
            assert row.verdict in ("held", "not shown")
        without = {row.row for row in by_row(done).values() if row.reason == "no test that ran is about it"}
        assert not {row for row, tests in ROWS.items() if tests} & without

    def test_the_rules_of_refusals_are_rows(self, done):
        rows = by_row(done)
        assert {f"`{rule}`" for rule in REFUSALS} <= set(rows)
        for rule in ("stale-etag", "in-use", "page-token", "retry-token-gone", "shape-does-not-fit", "not-found"):
            assert rows[f"`{rule}`"].verdict == "held"

    def test_nothing_is_left(self, done, simulator):
        assert left_in(simulator) == []

    def test_all_that_was_created_has_our_tag(self, done, simulator):
        created = [entry for entry in simulator.journal if entry.operation.startswith("create_") and entry.status < 300]
        assert created
        made = [resource for kind in RESOURCE_KINDS for resource in simulator.state()[kind.collection]]
        assert {resource.freeform_tags.get(TAG, "")[:8] for resource in made} == {"certify-"}


def answered(reply, **changes):
    """Return a reply with another response."""
    response = replaced(reply.response, **changes)
    value = reply.value if reply.value is None else replaced(reply.value, response=response)
    return reply._replace(response=response, value=value)


def another_status(call, reply):
    return answered(reply, status=200) if call.operation.verb.name == "create" else reply


def without_etag(call, reply):
    return answered(reply, etag=None) if call.operation.name == "get_imported_model" else reply


def never_deleted(call, reply):
    if call.operation.name != "get_endpoint" or reply.value.lifecycle_state != "DELETED":
        return reply
    return reply._replace(value=replaced(reply.value, lifecycle_state="ACTIVE"))


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (another_status, "Create returns 201"),
        (without_etag, "`etag` comes with create, get and update, also of work requests; not with lists"),
        (never_deleted, "CREATING to ACTIVE or FAILED; UPDATING to ACTIVE; DELETING to DELETED"),
    ],
    ids=["status", "header", "state"],
)
def test_an_endpoint_that_is_wrong_in_one_thing_differs_in_its_row(change, row):
    only = "create_returns_201 or get_returns or deleting_and_then"
    simulator = Simulator(pace="realistic")
    done = run(simulator, only=only, wrap=lambda backend: Changed(backend, change))
    [found] = [each for each in verdicts(done.results) if each.row.startswith(row)]
    assert found.verdict == "differs"
    assert all(found.differences.values())
    assert done.is_complete
    assert any(each.verdict == "held" for each in verdicts(done.results))
    if change is not never_deleted:
        assert (done.left, left_in(simulator)) == ([], [])


def test_a_refusal_with_another_code_differs_in_the_row_of_its_rule():
    class OtherCode(MemoryBackend):
        def send(self, call):
            try:
                return super().send(call)
            except errors.PreconditionFailed as error:
                raise errors.Conflict("no") from error

    done = run(Simulator(pace="realistic"), wrap=lambda backend: OtherCode(backend.simulator))
    rows = by_row(done)
    assert rows["`stale-etag`"].verdict == "differs"
    assert rows["A stale `if-match` is refused with 412"].verdict == "differs"
    assert rows["Create returns 201"].verdict == "held"
    assert done.left == []


class TestRealEndpoint:
    """What may happen in a tenancy: the simulator stands for the service."""

    @pytest.fixture
    def simulator(self, real):
        return real[0]

    @pytest.fixture
    def done(self, real):
        return real[1]

    def test_nothing_differs_and_nothing_is_left(self, done, simulator):
        assert [(each.name, each.why) for each in done.results if each.outcome == "differs"] == []
        assert (done.left, left_in(simulator)) == ([], [])

    def test_nothing_is_created_that_was_not_allowed(self, done, simulator):
        created = {entry.operation for entry in simulator.journal if entry.operation.startswith(("create", "change"))}
        state = simulator.state()
        assert created == {"create_imported_model"}
        assert {each.compartment_id for each in state["importedModels"]} == {COMPARTMENT}
        assert max(each.created["imported model"] for each in done.results) <= REAL.most

    def test_names_start_with_our_prefix_where_a_test_chose_one(self, done, simulator):
        names = {each.display_name for each in simulator.state()["importedModels"]}
        assert {name for name in names if not name.startswith(NAME)} <= {
            name for name in names if name.startswith("generativeaiimportedmodel") or len(name) > 200
        }

    def test_tests_that_do_not_run_say_which_option_allows_them(self, done):
        why = {each.why for each in done.results if each.outcome == "declared"}
        for option in ("--with-clusters", "--subnet", "--other-compartment", "--all-regions", "--most"):
            assert any(option in each for each in why), option

    def test_resources_of_others_are_neither_shown_nor_deleted(self):
        simulator = Simulator(pace="realistic")
        theirs = ready.imported_model(InMemoryModelRepository(simulator=simulator), compartment_id=COMPARTMENT)
        done = run(simulator, REAL, only="first_returns or one_returns or listing_can or sorted_newest")
        assert {each.outcome for each in done.results if "imported_model" in each.name or "[" not in each.name} == {
            "held"
        }
        assert [each.id for each in left_in(simulator)] == [theirs.id]

    def test_a_limit_of_the_tenancy_is_no_difference(self):
        done = run(Simulator(pace="realistic", limits="strict"), only="a_cluster_has_the_attributes")
        [result] = done.results
        assert (result.outcome, result.why[:26]) == ("declared", "the tenancy allows no more")


class Interrupted(MemoryBackend):
    """A backend that is interrupted once, before or after a call is carried out."""

    def __init__(self, backend, at, *, after):
        super().__init__(backend.simulator)
        self._at, self._after = at, after
        self._calls = 0

    def send(self, call):
        self._calls += 1
        if self._calls != self._at:
            return super().send(call)
        if self._after:
            super().send(call)
        raise KeyboardInterrupt


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 5, 8, 13])
def test_an_interrupt_at_any_call_leaves_nothing(at, after):
    simulator = Simulator(pace="realistic")
    done = run(simulator, only="create_returns", wrap=lambda backend: Interrupted(backend, at, after=after))
    assert not done.is_complete
    assert (done.left, left_in(simulator)) == ([], [])


def test_an_interrupt_that_a_library_drops_is_raised_at_the_next_call():
    simulator = Simulator(pace="realistic")
    requested = []

    class Dropping(MemoryBackend):
        def send(self, call):
            requested.append(call)
            return super().send(call)

    done = certify(
        Dropping(simulator), Scope(), NO_PLAN, only="create_returns_201", is_interrupted=lambda: len(requested) > 2
    )
    assert not done.is_complete
    assert (done.left, left_in(simulator)) == ([], [])
    assert len(done.results) == 1


def test_what_cannot_be_deleted_is_named():
    simulator = Simulator(pace="realistic")
    simulator.faults.add(Fault(operation="delete_imported_model", status=403, code="NotAllowed", times="always"))
    done = run(simulator, only="get_of_a_finished_work_request")
    assert len(done.left) == 1
    assert "imported model" in done.left[0]
    assert "403" in done.left[0]


def test_an_expression_that_selects_nothing_is_an_error():
    with pytest.raises(SuiteFailed, match="does --only select a test"):
        make_plan("us-chicago-1", Scope(), only="nothing_at_all")


@pytest.fixture
def simulator():
    return Simulator(pace="realistic")


@pytest.fixture
def invoke(simulator):
    """Run the command on a world."""

    def invoke_command(*arguments, said=""):
        with published(simulator) as url:
            return CliRunner().invoke(command, [url, *arguments], input=said)

    return invoke_command


@pytest.fixture
def as_real(monkeypatch):
    """Let a simulated world count as a real endpoint."""
    monkeypatch.setattr("genai_ports.cli.certify._SIMULATED", ())


class TestCommand:
    def test_a_report_has_each_row_and_its_verdict(self, invoke):
        done = invoke("--only", FEW)
        assert done.exit_code == 0, done.output
        assert re.search(r"Create returns 201 +held +5", done.stdout)
        assert "rows: " in done.stdout
        assert "creates and deletes: " in done.stderr
        assert "unit hours" in done.stderr

    def test_json_has_plan_rows_and_tests(self, invoke):
        done = invoke("--only", FEW, "--json")
        report = json.loads(done.stdout)
        assert report["isComplete"] is True
        assert report["notDeleted"] == []
        assert report["plan"]["created"]["imported model"] > 0
        assert {"row", "verdict", "held", "differences", "reason"} == set(report["rows"][0])
        assert {each["outcome"] for each in report["tests"]} >= {"held"}

    def test_a_difference_has_exit_status_1(self, invoke, monkeypatch):
        send = MemoryBackend.send

        def wrong(self, call):
            reply = send(self, call)
            if call.operation.verb.name == "delete":
                return reply._replace(response=replaced(reply.response, status=200))
            return reply

        monkeypatch.setattr(MemoryBackend, "send", wrong)
        done = invoke("--only", "delete_returns")
        assert done.exit_code == 1
        assert "differs: test_delete_returns_202" in done.stderr
        assert re.search(r"Delete returns 202 +differs", done.stdout)

    def test_a_real_endpoint_needs_a_compartment(self, invoke, as_real, simulator):
        done = invoke("--yes")
        assert done.exit_code == 2
        assert "pass --compartment" in done.stderr
        assert len(simulator.journal) == 0

    @pytest.mark.parametrize("option", ["--compartment", "--other-compartment", "--subnet"])
    def test_what_is_no_ocid_is_refused(self, invoke, option):
        done = invoke(option, "production")
        assert (done.exit_code, f"{option} must be an OCID, not 'production'" in done.stderr) == (2, True)

    def test_a_real_endpoint_is_asked_about_first(self, invoke, as_real, simulator):
        done = invoke("--compartment", COMPARTMENT, "--only", FEW, said="n\n")
        assert done.exit_code == 2
        for shown in ("world:", "region us-chicago-1", f"compartment {COMPARTMENT}", "imported model", "Continue?"):
            assert shown in done.stderr
        assert len(simulator.journal) == 0

    @pytest.mark.parametrize("arguments", [("--yes",), ()], ids=["option", "word"])
    def test_a_real_endpoint_is_certified_after_a_yes(self, invoke, as_real, simulator, arguments):
        done = invoke("--compartment", COMPARTMENT, "--only", FEW, *arguments, said="y\n")
        assert done.exit_code == 0, done.output
        assert ("Continue?" in done.stderr) == (arguments == ())
        assert {entry.operation for entry in simulator.journal if entry.operation.startswith("create")} == {
            "create_imported_model"
        }
        assert left_in(simulator) == []

    def test_clean_up_deletes_what_a_crashed_run_left_and_nothing_else(self, invoke, simulator):
        theirs = ready.imported_model(InMemoryModelRepository(simulator=simulator))
        crashed = CertifiedRepository(Run(MemoryBackend(simulator), Scope(), "certify-crashed"))
        ready.endpoint(crashed, model_id=ready.custom_model(crashed).id)
        moved = ready.imported_model(crashed)
        crashed.change_imported_model_compartment(moved.id, ready.ELSEWHERE)
        crashed.create_generative_ai_private_endpoint(ready.private_endpoint_details(), region="fra")
        asked = invoke("--clean-up-only", said="n\n")
        assert asked.exit_code == 2
        assert len(left_in(simulator)) == 7
        done = invoke("--clean-up-only", "--yes")
        assert (done.exit_code, "deleted 6 of 6" in done.stdout) == (0, True), done.output
        assert [each.id for each in left_in(simulator)] == [theirs.id]
        again = invoke("--clean-up-only", "--yes")
        assert (again.exit_code, again.stdout) == (0, "nothing to delete\n")

    def test_a_compartment_of_another_run_is_not_cleaned(self, simulator):
        crashed = CertifiedRepository(Run(MemoryBackend(simulator), Scope(), "certify-crashed"))
        ready.imported_model(crashed)
        assert [*find_tagged(MemoryBackend(simulator), replace(Scope(), compartment=COMPARTMENT))] == []

    def test_an_unknown_url_has_exit_status_2(self):
        done = CliRunner().invoke(command, ["gopher://there"])
        assert (done.exit_code, "the unknown scheme" in done.stderr) == (2, True)

    def test_a_recording_shows_only_what_it_has(self):
        path = next((Path(__file__).parents[2] / "cassettes").glob("*.yaml"))
        done = CliRunner().invoke(command, [f"cassette:{path}", "--only", FEW, "--json"])
        report = json.loads(done.stdout)
        assert {each["outcome"] for each in report["tests"]} <= {"held", "declared"}, done.output
        assert any("the recording has no response" in (each["why"] or "") for each in report["tests"])


class TestServer:
    """Over HTTP, in real time."""

    @pytest.fixture
    def server(self):
        with FakeServer(settings=Settings(pace="instant", clock="real")) as server:
            yield server

    def test_a_server_in_real_time_is_certified(self, server):
        arguments = [server.url, "--only", "create_returns or test_lists_are_sorted", "--longest-wait", "0", "--json"]
        done = CliRunner().invoke(command, arguments)
        assert done.exit_code == 0, done.output
        tests = json.loads(done.stdout)["tests"]
        assert {each["outcome"] for each in tests if "create_returns_201" in each["test"]} == {"held"}
        assert any("--longest-wait allows more" in (each["why"] or "") for each in tests)
        assert left_in(server.simulator) == []

    def test_a_signal_interrupts_the_run_and_leaves_nothing(self, server):
        arguments = ["-m", "genai_ports", "certify", server.url, "--longest-wait", "0", "--interval", "1"]
        running = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while running.poll() is None and not any(each.operation == "create_model" for each in server.simulator.journal):
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
        assert running.returncode == 2, said
        assert left_in(server.simulator) == []
        assert any(each.operation == "create_model" for each in server.simulator.journal)

    def test_a_difference_shows_the_values(self, server, monkeypatch):
        handle = Simulator.handle

        def wrong(self, call):
            reply = handle(self, call)
            return answered(reply, status=202) if call.operation.name == "create_imported_model" else reply

        monkeypatch.setattr(Simulator, "handle", wrong)
        run_it = [sys.executable, "-m", "genai_ports", "certify", server.url, "--only", "create_returns", "--json"]
        done = subprocess.run(run_it, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        [row] = [each for each in json.loads(done.stdout)["rows"] if each["row"] == "Create returns 201"]
        [found] = row["differences"]
        assert found["test"].endswith("[imported_model]")
        assert "assert (202, {" in found["difference"]
        assert row["held"] == 4
