"""`genai-ports demo`: one scenario on both backends, and whether every response is the same."""

from __future__ import annotations

import io
import re
import sys
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from click.testing import CliRunner
from rich.console import Console

from genai_ports import InMemoryModelRepository
from genai_ports.cli import demo
from genai_ports.cli.commands import commands
from genai_ports.cli.demo import Scenario
from genai_ports.cli.report import Row, new_console, print_difference, print_result, step_table
from genai_ports.errors import ConfigurationError, GenAiError
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing.lock_step import BackendComparison, ComparedBackend, Difference

STEPS = """\
Time     Step                                    Responses      State     Calls
───────────────────────────────────────────────────────────────────────────────
0:00:00  List Meta's models for fine-tuning      200                          1
1:00:00  Create clusters for tuning and hosting  201            ACTIVE       66
2:00:00  Fine-tune meta.llama-3.3-70b-instruct   201            ACTIVE       63
2:10:30  Create an endpoint; retry after a 429   429, 201       ACTIVE       14
2:10:30  Delete the model while it is in use     409                          1
2:15:30  Delete the endpoint                     202            DELETED       8
2:17:30  Delete the model                        202            DELETED       5
2:17:31  Import a model; repeat a lost response  201 lost, 201  CREATING      2
3:05:31  Import 249 models from Object Storage   201            ACTIVE      299
3:05:31  List imported models: 100 + 100 + 50    200                          3
"""
COMMANDS = (
    'connect("memory://us-chicago-1?pace=realistic")',
    "genai-ports serve",
    "genai-ports profile --dir oci-profile --endpoint http://127.0.0.1:8080",
)
LINES = len(STEPS.splitlines())


@contextmanager
def two_worlds(seeds=("0", "0"), region="us-chicago-1", pace="realistic"):
    """Two backends in memory, which is enough for what the scenario does and shows."""
    with ExitStack() as stack:
        opened = [stack.enter_context(InMemoryModelRepository(seed=seed, region=region, pace=pace)) for seed in seeds]
        yield BackendComparison([ComparedBackend(genai, genai.simulator) for genai in opened])


@pytest.fixture(scope="module")
def whole_run():
    """What the command prints, and its exit status."""
    return CliRunner().invoke(commands, ["demo", "--seed", "7", "--region", "fra"], env={"COLUMNS": "80"})


@pytest.fixture(scope="module")
def rows():
    with two_worlds() as both:
        return list(Scenario(both).steps())


def console(width=80, **options):
    return Console(file=io.StringIO(), width=width, highlight=False, **options)


def row(title="t", responses="200", state="", calls=1):
    return Row(time=timedelta(minutes=1), title=title, responses=responses, state=state, calls=calls)


def printed(shown):
    return shown.file.getvalue()


# The command.


def test_it_prints_the_steps_the_result_and_the_commands_to_run_next(whole_run):
    lines = [line.rstrip() for line in re.sub(r"\d+\.\d s", "N s", whole_run.stdout).splitlines()]
    assert lines == [
        "A model's life in eu-frankfurt-1, in memory and over HTTP, seed 7",
        "",
        *(line.rstrip() for line in STEPS.splitlines()),
        "",
        "Both backends returned the same 462 responses: every field, id and etag.",
        "Simulated time: 3:05:31. Real time: N s.",
        "",
        "Next, in a test:",
        f"  {COMMANDS[0]}",
        "Next, for a client in any language:",
        f"  {COMMANDS[1]}",
        f"  {COMMANDS[2]}",
    ]
    assert (whole_run.exit_code, whole_run.stderr) == (0, "")


def test_all_that_it_prints_fits_a_terminal_of_80_x_24_with_the_prompt(whole_run):
    lines = whole_run.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) < 24


def test_without_a_terminal_it_prints_no_escapes(whole_run):
    assert "\x1b" not in whole_run.stdout


def test_the_backends_are_memory_and_the_sdk_over_a_socket():
    with demo._backends("7", "us-chicago-1") as both:
        kinds = [type(each.repository).__name__ for each in both._backends]
        assert kinds == ["InMemoryModelRepository", "SdkModelRepository"]
        assert both._backends[1].repository._backend._endpoint.startswith("http://127.0.0.1:")


def test_backends_that_differ_are_reported_by_field_with_exit_status_1(monkeypatch):
    @contextmanager
    def unlike(seed, region):
        with two_worlds((seed, seed), region) as both:
            both._backends[1].simulator.faults.add(Fault(status=404, operation="create_model"))
            yield both

    monkeypatch.setattr(demo, "_backends", unlike)
    result = CliRunner().invoke(commands, ["demo"])
    assert result.exit_code == 1
    assert "1:00:00  Create clusters for tuning and hosting" in result.stdout
    assert "Fine-tune" not in result.stdout
    lines = result.stdout.partition("\n\nThe backends differ in ")[2].splitlines()
    assert lines[:2] == ["create_model:", "  value"]
    assert lines[2].startswith("    in memory  Model(")
    assert lines[3] == "    over HTTP  None"
    assert "Both backends" not in result.stdout
    assert result.stderr == ""


def test_worlds_that_remember_something_else_at_the_end_are_a_difference():
    with two_worlds() as both:
        steps = Scenario(both).steps()
        next(steps)
        both._backends[1].simulator.journal.clear()
        with pytest.raises(Difference, match="journal: "):
            list(steps)


def test_a_region_without_a_model_to_fine_tune_is_an_error_of_one_line():
    result = CliRunner().invoke(commands, ["demo", "--region", "us-ashburn-1"])
    assert result.exit_code == 1
    assert result.stderr == (
        "genai-ports demo: us-ashburn-1 has no model of Meta that can be fine-tuned: "
        "use us-chicago-1 or eu-frankfurt-1\n"
    )


# The scenario.


def test_the_steps_are_the_same_on_two_backends_in_memory(rows):
    assert [(str(each.time), each.title, each.responses, each.state, str(each.calls)) for each in rows] == [
        tuple(line[start:end].strip() for start, end in ((0, 9), (9, 49), (49, 64), (64, 74), (74, 80)))
        for line in STEPS.splitlines()[2:]
    ]


def test_the_429_is_retried_after_the_seconds_that_it_names(rows):
    assert (rows[3].time - rows[2].time) == timedelta(minutes=10, seconds=30)


def test_the_repeated_import_makes_one_model():
    with two_worlds() as both:
        scenario = Scenario(both)
        both.plan_fault(demo._LOST)
        scenario._import_with_retry_token("a")
        assert scenario._row("Import").responses == "201 lost, 201"
        assert scenario._list_in_pages() == [1]


def test_the_scenario_works_at_any_pace():
    with two_worlds(pace="instant") as both:
        assert [each.state for each in Scenario(both).steps()][1:4] == ["ACTIVE"] * 3


def test_an_error_on_both_backends_that_the_scenario_does_not_expect_ends_it():
    with two_worlds() as both:
        both.plan_fault(Fault(status=404, operation="create_model"))
        with pytest.raises(GenAiError, match="create_model fails on both backends: NotFound: "):
            list(Scenario(both).steps())


def test_work_that_fails_on_both_backends_ends_the_scenario():
    with two_worlds() as both:
        both.plan_failing_work(FailingWork(operation="create_model"))
        with pytest.raises(GenAiError, match="the scenario fails on both backends: WorkRequestFailed: CREATE_MODEL"):
            list(Scenario(both).steps())


def test_a_region_without_models_is_named():
    with two_worlds(region="us-ashburn-1") as both, pytest.raises(ConfigurationError, match="us-ashburn-1 has no"):
        next(Scenario(both).steps())


# The report.


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (200, ["Time", "Step", "Responses", "State", "Calls"]),
        (79, ["Time", "Step", "Responses", "State", "Calls"]),
        (78, ["Time", "Step", "Responses", "State"]),
        (71, ["Step", "Responses", "State"]),
        (53, ["Step", "Responses"]),
        (52, ["Step"]),
        (30, ["Step"]),
    ],
)
def test_columns_are_dropped_before_anything_wraps(rows, width, columns):
    shown = console(width)
    shown.print(step_table(shown, rows))
    lines = printed(shown).splitlines()
    assert lines[0].split() == columns
    assert len(lines) == LINES
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [20, 40, 80])
def test_commands_are_never_cut_or_wrapped(rows, width):
    shown = console(width)
    print_result(shown, rows, seconds=1.25)
    for command in COMMANDS:
        assert f"\n  {command}\n" in printed(shown)


def test_the_result_adds_up_the_calls_and_shows_both_times():
    shown = console()
    print_result(shown, [row(calls=1000), row(calls=34)], seconds=1.26)
    assert "the same 1034 responses" in printed(shown)
    assert "Simulated time: 0:01:00. Real time: 1.3 s." in printed(shown)


def test_responses_other_than_success_stand_out():
    shown = console(force_terminal=True, color_system="standard")
    shown.print(step_table(shown, [row(responses=text) for text in ("200", "429, 201", "201 lost, 201")]))
    colours = re.findall(r"\x1b\[(\d+)m(?:200|429, 201|201 lost, 201) *\x1b", printed(shown))
    assert colours == ["32", "33", "33"]


def test_a_terminal_shows_each_step_as_soon_as_it_is_done(monkeypatch):
    monkeypatch.setattr(demo, "_backends", two_worlds_of)
    shown = console(force_terminal=True, force_interactive=True, legacy_windows=False, _environ={"TERM": "xterm"})
    assert demo.run_demo(shown, seed="0", region="us-chicago-1")
    assert printed(shown).count("List Meta's models for fine-tuning") > 10


def two_worlds_of(seed, region):
    return two_worlds((seed, seed), region)


@pytest.mark.parametrize(("number", "rest"), [(5, ""), (6, "  and 1 more"), (500, "  and 495 more")])
def test_many_fields_that_differ_are_cut_short(number, rest):
    shown = console()
    print_difference(shown, Difference("get_model", list(range(number)), [None] * number))
    lines = printed(shown).splitlines()[1:]
    assert lines[:4] == ["The backends differ in get_model:", "  [0]", "    in memory  0", "    over HTTP  None"]
    assert lines[16:] == ([rest] if rest else [])


def test_long_values_and_markup_are_printed_in_one_line_as_they_are():
    shown = console(40)
    print_difference(shown, Difference("[b]x[/b]", {"[/d]": "[red]a[/red]"}, {"[/d]": "b" * 100}))
    lines = printed(shown).splitlines()
    assert lines[1:4] == ["The backends differ in [b]x[/b]:", "  ['[/d]']", "    in memory  '[red]a[/red]'"]
    assert lines[4] == f"    over HTTP  '{'b' * 23}…"
    titled = console()
    titled.print(step_table(titled, [row(title="[red]a[/red]")]))
    assert "[red]a[/red]" in printed(titled)


def test_output_that_goes_to_no_terminal_is_110_characters_wide(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert new_console().width == 110


def test_output_is_as_wide_as_the_environment_says(monkeypatch):
    monkeypatch.setenv("COLUMNS", "77")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert new_console().width == 77


def test_characters_that_the_encoding_lacks_are_replaced(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    new_console().print("größer ✓")
    stream.flush()
    assert stream.buffer.getvalue() == b"gr??er ?\n"


def test_no_color_is_respected_on_a_terminal(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = new_console()
    assert shown.no_color
    shown.print(step_table(shown, [row(responses="409")]))
    assert "409" in terminal.getvalue()
    assert "\x1b[3" not in terminal.getvalue()
