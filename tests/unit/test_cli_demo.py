"""`genai-ports demo`: one story in memory and over HTTP, and whether the answers are the same."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from rich.console import Console

from genai_ports import (
    ConfigurationError,
    Conflict,
    ConnectionLost,
    InMemoryModelRepository,
    Model,
    NotFound,
    Page,
    ResponseMetadata,
    VirtualClock,
    WorkRequest,
)
from genai_ports.cli import demo, story
from genai_ports.cli.chronicle import Chronicle, Step
from genai_ports.cli.commands import commands
from genai_ports.cli.comparing import Difference, count_values, differences
from genai_ports.cli.showing import new_console, show_differences, show_timeline
from genai_ports.cli.story import tell_story
from genai_ports.cli.timeline import clock_face, rows, shortened
from genai_ports.cli.watching import Bars, Lines, watcher
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.state.clock import EPOCH


def deaf(_):
    """Listen to nothing."""


def told(**given):
    """The chronicle of a story in memory."""
    genai = InMemoryModelRepository(**{"pace": "realistic", **given})
    tell = Chronicle(genai.clock, deaf)
    tell_story(genai, tell)
    return tell.steps


@pytest.fixture(scope="module")
def steps():
    return told()


@pytest.fixture(scope="module")
def whole_run():
    """What the command prints, and its exit status."""
    return CliRunner().invoke(commands, ["demo", "--seed", "7", "--region", "fra"])


def step(answer, title="t", minutes=0):
    passed = timedelta(minutes=minutes)
    return Step(title=title, at=EPOCH + passed, passed=passed, answer=answer)


def work_request(percent=50.0, operation_type="CREATE_MODEL", status="IN_PROGRESS"):
    return WorkRequest(
        operation_type=operation_type,
        status=status,
        id="ocid1.generativeaiworkrequest.oc1.iad.abcdef",
        compartment_id=story.COMPARTMENT,
        resources=(),
        percent_complete=percent,
        time_accepted=EPOCH,
        response=ResponseMetadata(status=200),
    )


def console(**given):
    return Console(file=io.StringIO(), width=110, highlight=False, **given)


# The command.


def test_it_ends_well_with_the_same_answers_of_both_backends(whole_run):
    assert whole_run.exit_code == 0
    assert "Both backends gave the same answers: 384 of them" in whole_run.stdout
    assert whole_run.stderr == ""


def test_it_says_where_it_happens_and_from_which_seed(whole_run):
    assert whole_run.stdout.startswith("The life of a model in eu-frankfurt-1, seed 7, on a virtual clock\n")


def test_without_a_terminal_it_tells_of_each_quarter_of_the_fine_tuning_in_plain_lines(whole_run):
    quarters = [line for line in whole_run.stdout.splitlines() if "fine-tuning " in line and line.endswith("%")]
    assert [line.split()[-2] for line in quarters] == ["0", "25", "50", "75", "100"] * 2
    assert [line.split("  ")[0] for line in quarters] == ["in memory"] * 5 + ["over HTTP"] * 5


def test_without_a_terminal_it_prints_no_escapes(whole_run):
    assert "\x1b" not in whole_run.stdout


def test_the_timeline_shows_the_whole_life_of_a_model(whole_run):
    lines = [line.strip() for line in whole_run.stdout.splitlines()]
    expected = (
        "00:00:00  Create a cluster for hosting",
        "00:15:00  Fine-tune meta.llama-3.3-70b-instruct, LoRA",
        "01:15:00  Watch the fine-tuning (x 61)",
        "01:25:00  Delete the model while it is in use              409 Conflict",
        "01:25:00  Undeploy it: delete the endpoint                 202",
        "01:32:00  Look at the model once more                      200           DELETED",
        "01:32:00  Import a model from Hugging Face",
        "01:32:00  Import models from Object Storage (x 249)",
        "01:52:00  Page through the imported models (x 3)           200           100 + 100 + 50",
    )
    places = [next(n for n, line in enumerate(lines) if line.startswith(start)) for start in expected]
    assert places == sorted(places)


def test_it_says_what_to_do_next(whole_run):
    after = whole_run.stdout.partition("Next:")[2]
    assert 'connect("memory://us-chicago-1?pace=realistic")' in after
    assert "genai-ports serve" in after
    assert "genai-ports profile --dir D --endpoint http://127.0.0.1:8080" in after


def test_backends_that_differ_are_told_and_the_status_is_1(monkeypatch):
    monkeypatch.setitem(demo._BACKENDS, demo.OVER_HTTP, lambda seed, *rest: demo._in_memory(f"{seed}!", *rest))
    result = CliRunner().invoke(commands, ["demo"])
    assert result.exit_code == 1
    assert "Both backends gave the same answers" not in result.stdout
    assert "The backends differ in " in result.stdout
    assert "answer.response.etag" in result.stdout
    assert " and " in result.stdout.splitlines()[-1] or result.stdout.splitlines()[-1].endswith(" more")


def test_a_backend_whose_story_breaks_off_is_told_with_the_error(monkeypatch):
    def lost(genai, tell):
        if isinstance(genai, InMemoryModelRepository):
            return tell_story(genai, tell)
        raise ConnectionLost("the server is gone")

    monkeypatch.setattr(demo, "tell_story", lost)
    result = CliRunner().invoke(commands, ["demo"])
    assert result.exit_code == 1
    assert "The story broke off over HTTP: the server is gone\n" in result.stdout
    assert "The story broke off in memory" not in result.stdout
    assert "The backends differ in 385 values" in result.stdout


def test_a_story_that_breaks_off_alike_everywhere_is_no_success():
    result = CliRunner().invoke(commands, ["demo", "--region", "us-ashburn-1"])
    assert result.exit_code == 1
    for backend in ("in memory", "over HTTP"):
        ending = f"The story broke off {backend}: no model of Meta's can be fine-tuned in us-ashburn-1: try another"
        assert ending in result.stdout


def test_each_backend_is_told_the_story_once_and_over_http_means_through_the_sdk(monkeypatch):
    seen = []
    monkeypatch.setattr(demo, "tell_story", lambda genai, tell: seen.append(type(genai).__name__) or tell_short(tell))
    CliRunner().invoke(commands, ["demo"])
    assert seen == ["InMemoryModelRepository", "SdkModelRepository"]


def tell_short(tell):
    tell("Only this", ResponseMetadata(status=200))


# The story.


def test_the_story_has_every_answer_that_it_promises(steps):
    titles = {each.title: each.answer for each in steps}
    assert titles["Create a cluster for fine-tuning"].type == "FINE_TUNING"
    assert titles["Create a cluster for hosting"].type == "HOSTING"
    assert titles["Fine-tune meta.llama-3.3-70b-instruct, LoRA"].lifecycle_state == "CREATING"
    assert titles["Look at the model and its metrics"].lifecycle_state == "ACTIVE"
    assert titles["Look at the endpoint"].lifecycle_state == "ACTIVE"
    assert isinstance(titles["Delete the model while it is in use"], Conflict)
    assert titles["Undeploy it: delete the endpoint"].status == 202
    assert titles["Look at the model once more"].lifecycle_state == "DELETED"
    assert titles["Import a model from Hugging Face"].data_source.model_id == "openai/gpt-oss-20b"


def test_the_fine_tuning_takes_an_hour_of_the_clock_and_is_watched_all_along(steps):
    seen = [each for each in steps if each.title == "Watch the fine-tuning"]
    assert seen[-1].at - seen[0].at == timedelta(hours=1)
    percents = [each.answer.percent_complete for each in seen]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1], len(set(percents))) == (0, 100, 55)


def test_the_story_pages_through_250_imported_models_in_order(steps):
    pages = [each.answer for each in steps if each.title == "Page through the imported models"]
    assert [len(page.items) for page in pages] == [100, 100, 50]
    names = [model.display_name for page in pages for model in page.items]
    assert names == [*(f"demo-bucket-{number:03}" for number in range(1, 250)), "demo-hugging-face"]


def test_the_story_works_at_any_pace():
    assert told(pace="instant")[-1].answer.items


def test_a_model_that_could_be_deleted_while_in_use_would_be_told_and_not_hidden(monkeypatch):
    genai = InMemoryModelRepository(pace="instant")
    model = Model(
        id="m", compartment_id=None, capabilities=(), lifecycle_state="ACTIVE", time_created=EPOCH, type="CUSTOM"
    )
    monkeypatch.setattr(genai, "delete_model", lambda _: ResponseMetadata(status=202))
    tell = Chronicle(genai.clock, deaf)
    story._delete_too_early(genai, tell, model)
    assert [each.answer for each in tell.steps] == [ResponseMetadata(status=202)]


def test_an_answer_that_names_no_work_request_is_told():
    genai = InMemoryModelRepository()
    with pytest.raises(ConfigurationError, match="Wait: the answer names no work request"):
        story._finish(genai, Chronicle(genai.clock, deaf), "Wait", None)


def test_an_error_that_the_story_does_not_expect_ends_it():
    genai = InMemoryModelRepository()
    genai.simulator.faults.add(Fault(status=404, code="NotAuthorizedOrNotFound", operation="create_endpoint"))
    chronicle = demo._chronicle(genai, deaf)
    assert (chronicle[-1].title, type(chronicle[-1].answer)) == ("The story breaks off", NotFound)


# The chronicle.


def test_a_chronicle_keeps_what_it_is_told_with_the_time_and_gives_it_back():
    clock, heard = VirtualClock(), []
    tell = Chronicle(clock, heard.append)
    clock.sleep(90)
    answer = ResponseMetadata(status=200)
    assert tell("Ask", answer) is answer
    assert (
        tell.steps
        == heard
        == [Step(title="Ask", at=EPOCH + timedelta(seconds=90), passed=timedelta(seconds=90), answer=answer)]
    )


# Comparing.


def test_the_same_seed_gives_no_difference_and_another_one_does(steps):
    assert list(differences(steps, told())) == []
    assert list(differences(steps, told(seed=1)))


def test_a_difference_names_the_step_the_place_and_both_sides():
    one = step(work_request(50.0), title="Watch")
    other = step(work_request(51.0), title="Watch")
    assert list(differences([one, one], [one, other])) == [
        Difference(number=2, title="Watch", where="answer.percent_complete", first="50.0", second="51.0")
    ]


def test_what_equality_leaves_out_is_compared_too():
    one, other = (replace(work_request(), response=ResponseMetadata(status=200, etag=etag)) for etag in "ab")
    assert one == other
    [found] = differences([step(one)], [step(other)])
    assert (found.where, found.first, found.second) == ("answer.response.etag", "'a'", "'b'")


def test_request_ids_are_not_compared_since_clients_make_up_a_part_of_them():
    one, other = (step(ResponseMetadata(status=200, request_id=name)) for name in "ab")
    assert list(differences([one], [other])) == []


def test_pages_are_compared_item_by_item_with_their_tokens():
    one = Page(items=(work_request(1.0), work_request(2.0)), next_page="a")
    other = Page(items=(work_request(1.0), work_request(3.0)), next_page="b")
    found = [difference.where for difference in differences([step(one)], [step(other)])]
    assert found == ["answer.items[1].percent_complete", "answer.next_page"]


def test_an_item_more_is_one_difference():
    more, less = step(Page(items=(work_request(),))), step(Page(items=()))
    [found] = differences([more], [less])
    assert found.where == "answer.items[0]"
    assert found.first.startswith("WorkRequest(")
    assert len(found.first) <= 120
    assert found.second == "nothing"
    [turned] = differences([less], [more])
    assert (turned.first, turned.second) == (found.second, found.first)


def test_an_answer_of_another_kind_is_one_difference():
    [found] = differences([step(ResponseMetadata(status=202))], [step(ConnectionLost("gone"))])
    assert (found.where, found.first, found.second) == (
        "answer",
        "ResponseMetadata(status=202)",
        "ConnectionLost('gone')",
    )


def test_a_number_of_another_type_is_a_difference():
    [found] = differences([step(work_request(50))], [step(work_request(50.0))])
    assert (found.first, found.second) == ("50", "50.0")


def test_tags_are_compared_name_by_name():
    one, other = (tagged(tags) for tags in ({"a": "1", "b": "2"}, {"a": "1", "b": "3"}))
    [found] = differences([step(one)], [step(other)])
    assert (found.where, found.first, found.second) == ("answer.freeform_tags['b']", "'2'", "'3'")


def tagged(tags):
    return Model(
        id="m",
        compartment_id=None,
        capabilities=(),
        lifecycle_state="ACTIVE",
        time_created=EPOCH,
        type="CUSTOM",
        freeform_tags=tags,
    )


@pytest.mark.parametrize(
    ("other", "where"),
    [
        (Conflict("other"), "answer.message"),
        (Conflict("m", rule="r"), "answer.rule"),
        (Conflict("m", status=410), "answer.status"),
        (Conflict("m", code="c"), "answer.code"),
        (Conflict("m", operation="o"), "answer.operation"),
        (Conflict("m", retry_after=1), "answer.retry_after"),
        (NotFound("m", status=409, code="Conflict"), "answer"),
    ],
)
def test_errors_are_compared_by_all_they_say(other, where):
    assert where in [difference.where for difference in differences([step(Conflict("m"))], [step(other)])]


def test_a_difference_in_time_is_one():
    answer = ResponseMetadata(status=200)
    assert [each.where for each in differences([step(answer)], [step(answer, minutes=1)])] == ["at", "passed"]


def test_a_step_that_only_one_has_is_a_difference():
    answer = step(ResponseMetadata(status=200), title="More")
    for pair in (([answer], []), ([], [answer])):
        [found] = differences(*pair)
        assert (found.title, found.where) == ("More", "the step")
        assert "nothing" in (found.first, found.second)


def test_the_values_that_are_compared_are_counted():
    assert count_values([step(ResponseMetadata(status=200))]) == len(("title", "at", "passed")) + 5


# The timeline.


def test_steps_in_a_row_with_one_title_are_one_row():
    found = list(rows([step(work_request(percent), minutes=n) for n, percent in enumerate((1, 2, 3))]))
    assert [(row.title, row.time, row.state, row.numbers) for row in found] == [
        ("t (x 3)", "00:02:00", "IN_PROGRESS 3 %", range(1, 4))
    ]


def test_a_row_tells_the_status_the_state_and_the_end_of_the_work_request():
    [row] = rows([step(work_request())])
    assert (row.answer, row.state, row.work_request) == ("200", "IN_PROGRESS 50 %", "..abcdef")
    [row] = rows([step(ResponseMetadata(status=202, work_request_id="ocid1.x.123456"))])
    assert (row.answer, row.state, row.work_request) == ("202", "", "..123456")


def test_a_row_of_pages_tells_how_much_each_brought():
    pages = [Page(items=(work_request(),) * n, response=ResponseMetadata(status=200)) for n in (2, 2, 1)]
    [row] = rows([step(page) for page in pages])
    assert (row.state, row.answer, row.notes) == ("2 + 2 + 1", "200", ())


def test_a_row_of_an_error_tells_its_status_and_code_and_what_it_says_with_short_ids():
    [row] = rows([step(Conflict("The model ocid1.generativeaimodel.oc1.iad.abcdefghijkl is in use."))])
    assert (row.answer, row.notes) == ("409 Conflict", ("The model generativeaimodel..ghijkl is in use.",))


def test_a_row_of_an_error_that_no_service_gave_tells_its_kind():
    [row] = rows([step(ConnectionLost("gone"))])
    assert (row.answer, row.notes) == ("ConnectionLost", ("gone",))


def test_the_log_of_a_work_request_is_told_line_by_line_since_the_beginning(steps):
    [row] = [row for row in rows(steps) if row.title == "Read the log of its work request"]
    assert row.notes[1] == "00:21:00 Checking the training dataset."
    assert len(row.notes) == 8


def test_the_metrics_of_a_model_are_told(steps):
    [row] = [row for row in rows(steps) if row.title == "Look at the model and its metrics"]
    assert row.notes == ("final accuracy 0.9094, final loss 0.2266",)


def test_the_rows_of_a_story_leave_no_step_out(steps):
    assert [number for row in rows(steps) for number in row.numbers] == list(range(1, len(steps) + 1))


@pytest.mark.parametrize(
    ("passed", "face"),
    [
        (timedelta(), "00:00:00"),
        (timedelta(seconds=59.9), "00:00:59"),
        (timedelta(hours=1, minutes=2, seconds=3), "01:02:03"),
        (timedelta(days=5), "120:00:00"),
    ],
)
def test_a_span_of_time_is_told_in_hours_minutes_and_seconds(passed, face):
    assert clock_face(passed) == face


def test_a_text_without_ocids_stays_as_it_is():
    assert shortened("nothing to shorten") == "nothing to shorten"


# Watching.


def test_a_terminal_gets_bars_and_anything_else_lines():
    assert isinstance(watcher(console(force_terminal=True)), Bars)
    assert isinstance(watcher(console()), Lines)


def test_a_bar_moves_with_the_fine_tuning_and_gives_the_eye_time():
    shown, clock = console(force_terminal=True), VirtualClock()
    with Bars(shown, clock) as bars:
        listen = bars.listener("in memory")
        listen(step(ResponseMetadata(status=200), title="Before"))
        assert bars._progress.tasks[0].percentage == 0
        assert clock.now() == EPOCH
        listen(step(work_request(42.0), title="Watching"))
        assert bars._progress.tasks[0].percentage == 42
        assert clock.now() > EPOCH
        listen(step(work_request(77.0, operation_type="CREATE_ENDPOINT"), title="After"))
        assert bars._progress.tasks[0].percentage == 42
    assert "in memory" in shown.file.getvalue()
    assert "done" in shown.file.getvalue()


def test_lines_tell_of_the_fine_tuning_once_a_quarter():
    shown = console()
    with Lines(shown) as lines:
        listen = lines.listener("over HTTP")
        for minute, percent in enumerate((0, 10, 24, 26, 30, 90, 100)):
            listen(step(work_request(percent), minutes=minute))
        listen(step(work_request(100, operation_type="CREATE_ENDPOINT")))
    assert shown.file.getvalue().splitlines() == [
        "over HTTP  00:00:00  fine-tuning   0 %",
        "over HTTP  00:03:00  fine-tuning  26 %",
        "over HTTP  00:05:00  fine-tuning  90 %",
        "over HTTP  00:06:00  fine-tuning 100 %",
        "",
    ]


# Showing.


def test_the_timeline_marks_the_rows_in_which_the_backends_differ():
    shown = console()
    told_steps = [step(ResponseMetadata(status=200), title=title) for title in "abc"]
    found = [Difference(number=2, title="b", where="answer", first="1", second="2")]
    show_timeline(shown, told_steps, found)
    endings = [line.split()[-1] for line in shown.file.getvalue().splitlines()[-4:-1]]
    assert endings == ["yes", "no", "yes"]


def test_what_is_shown_is_never_read_as_markup():
    shown = console()
    show_timeline(shown, [step(Conflict("[bold]loud[/bold]"), title="[red]a[/red]")], [])
    show_differences(shown, [Difference(number=1, title="[b]", where="x", first="[c]", second="[/d]")])
    for text in ("[bold]loud[/bold]", "[red]a[/red]", "[b]", "[c]", "[/d]"):
        assert text in shown.file.getvalue()


@pytest.mark.parametrize(("number", "rest"), [(20, ""), (21, "and 1 more"), (500, "and 480 more")])
def test_many_differences_are_cut_short(number, rest):
    shown = console()
    show_differences(shown, [Difference(number=n, title="t", where="w", first="1", second="2") for n in range(number)])
    assert shown.file.getvalue().count(" w ") == 20
    assert shown.file.getvalue().rstrip().endswith(rest)
    assert f"The backends differ in {number} values" in shown.file.getvalue()


def test_output_that_goes_to_no_terminal_is_wide_enough_for_the_timeline(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert new_console().width == 110


def test_output_is_as_wide_as_the_environment_says(monkeypatch):
    monkeypatch.setenv("COLUMNS", "77")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert new_console().width == 77


def test_output_in_an_encoding_without_the_signs_is_still_given(monkeypatch):
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
    assert new_console().no_color
    show_timeline(new_console(), [step(Conflict("m"))], [])
    assert "\x1b[3" not in terminal.getvalue()
