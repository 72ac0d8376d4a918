"""The report of a comparison: rows of the fidelity page, verdicts, accepted differences, the command."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from played import Tape, cluster

from genai_ports.cli.commands import commands
from genai_ports.errors import ConfigurationError
from genai_ports.recording.compare import compare, compare_cassette
from genai_ports.recording.compare.rows import ALL_ROWS
from genai_ports.recording.provenance import FAKE, PRINTED, SERVICE, Provenance
from genai_ports.recording.saving import save_recording
from genai_ports.simulator.rules.refusals import REFUSALS

if TYPE_CHECKING:
    from genai_ports.recording.cassette import Cassette

PAGE = (Path(__file__).parents[2] / "docs" / "fidelity.md").read_text(encoding="utf-8")
FIRST_CELLS = {re.split(r"(?<!\\)\|", line)[1].strip() for line in PAGE.splitlines() if line.startswith("| ")}


def edited(name: str, value: Any) -> Cassette:
    """Return a recording of one create and one get, with one property of the get changed."""
    tape = Tape(seed=7)
    made = tape.json("POST", "/dedicatedAiClusters", cluster(displayName="mine"))
    document = tape.json("GET", f"/dedicatedAiClusters/{made['id']}")
    [first, last] = tape.interactions
    body = json.dumps({**document, name: value}).encode()
    tape.interactions = [first, last._replace(response=last.response._replace(body=body))]
    return tape.cassette


@pytest.mark.parametrize("row", sorted(ALL_ROWS))
def test_every_row_that_differences_name_stands_in_the_page(row: str) -> None:
    assert row in FIRST_CELLS


@pytest.mark.parametrize("rule", sorted(REFUSALS))
def test_every_rule_is_a_row_of_the_page(rule: str) -> None:
    assert f"`{rule}`" in FIRST_CELLS


def test_a_recording_of_the_service_gives_verdicts_and_one_of_the_fake_does_not() -> None:
    cassette = edited("lifecycleDetails", "Cluster is ready")
    verdicts = {row.row: row for row in compare_cassette(cassette, Provenance(source=SERVICE)).rows}
    assert verdicts["`lifecycleDetails` otherwise"].verdict == "contradicted"
    assert verdicts["Create returns 201"].verdict == "confirmed"
    assert verdicts["Create returns 201"].same == 1
    assert {row.verdict for row in compare_cassette(cassette, Provenance(source=FAKE)).rows} == {None}


def test_what_a_recording_does_not_know_is_not_compared() -> None:
    cassette = edited("lifecycleDetails", "Cluster is ready")
    bare = cassette._replace(
        interactions=tuple(
            each._replace(response=each.response._replace(headers={}, status=200)) for each in cassette.interactions
        )
    )
    places = {each.place for each in compare_cassette(bare, Provenance(source=PRINTED)).differences}
    assert {place.partition("response.")[2].partition(".")[0] for place in places} >= {"status", "headers"}
    unknown = ("response.headers", "response.status", "response.lifecycleDetails")
    assert compare_cassette(bare, Provenance(source=PRINTED, unknown=unknown)).differences == ()


def test_a_null_that_was_printed_may_have_been_absent() -> None:
    cassette = edited("description", None)
    [difference] = compare_cassette(cassette, Provenance(source=PRINTED)).differences
    assert (difference.kind, difference.simulated) == ("null", "absent")
    assert compare_cassette(cassette, Provenance(source=PRINTED, unknown=("response.nulls",))).differences == ()


def test_the_message_of_an_error_is_information() -> None:
    tape = Tape()
    tape.send("GET", "/models/ocid1.generativeaimodel.oc1..unknown")
    [each] = tape.interactions
    body = json.dumps({"code": "NotAuthorizedOrNotFound", "message": "No."}).encode()
    tape.interactions = [each._replace(response=each.response._replace(body=body))]
    found = compare_cassette(tape.cassette, Provenance(source=SERVICE))
    assert found.open == ()
    assert [each.kind for each in found.information] == ["message"]
    assert compare_cassette(tape.cassette, Provenance(source=FAKE)).information == ()


def saved(path: Path, cassette: Cassette) -> Path:
    file = path / "mine.yaml"
    save_recording(file, cassette.interactions, Provenance(source=FAKE))
    return file


ACCEPTED = """
[[accepted]]
kind = "value"
place = "interaction *: response.lifecycleDetails"
reason = "the text is not known"

[[accepted]]
place = "interaction 9: response.status"
reason = "gone"
"""


def test_differences_are_accepted_with_a_reason_and_entries_for_none_are_listed(tmp_path: Path) -> None:
    file = saved(tmp_path, edited("lifecycleDetails", "Cluster is ready"))
    assert len(compare(file).open) == 1
    (tmp_path / "mine.accepted.toml").write_text(ACCEPTED, encoding="utf-8")
    found = compare(file)
    assert found.open == ()
    assert [each.reason for each in found.differences] == ["the text is not known"]
    assert found.unused == ("interaction 9: response.status",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[accepted]]\nplace = 'a'\n", "entry 1: reason is missing"),
        ("[[accepted]]\nplace = 'a'\nreason = ' '\n", "entry 1: reason is missing"),
        ("[[accepted]]\nplace = 1\nreason = 'x'\n", "entry 1: use the keys kind, place, reason with strings"),
        ("[[accepted]]\nrow = 'a'\nreason = 'x'\n", "entry 1: use the keys"),
        ("[ignored]\n", "use tables [[accepted]] and nothing else"),
        ("accepted = 1\n", "use tables [[accepted]] and nothing else"),
        ("[[", "cannot read"),
    ],
)
def test_a_file_of_accepted_differences_must_say_what_and_why(tmp_path: Path, text: str, message: str) -> None:
    file, accepted = saved(tmp_path, edited("description", "x")), tmp_path / "accepted.toml"
    accepted.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        compare(file, accept_file=accepted)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(commands, ["compare", *arguments])


def test_the_command_reports_differences_as_a_table_and_as_json(tmp_path: Path) -> None:
    file = str(saved(tmp_path, edited("lifecycleDetails", "Cluster is ready")))
    shown = run(file)
    assert shown.exit_code == 1
    assert "2 interactions, 1 difference" in shown.output
    assert "Cluster is ready" in shown.output
    as_json = run("--json", file)
    assert as_json.exit_code == 1
    [comparison] = json.loads(as_json.output)["comparisons"]
    [difference] = comparison["differences"]
    assert difference["place"] == "interaction 2: response.lifecycleDetails"
    assert difference["recorded"] == "Cluster is ready"
    assert comparison["open"] == 1


def test_a_long_path_does_not_break_the_line_of_a_recording(tmp_path: Path) -> None:
    directory = tmp_path / "long-name-of-a-directory" / ("x" * 120)
    directory.mkdir(parents=True)
    file = saved(directory, edited("lifecycleDetails", "Cluster is ready"))
    assert f"{file}: 2 interactions, 1 difference\n" in run(str(file)).output


def test_the_command_succeeds_if_all_differences_are_accepted(tmp_path: Path) -> None:
    file, accepted = saved(tmp_path, edited("lifecycleDetails", "Cluster is ready")), tmp_path / "accepted.toml"
    accepted.write_text(ACCEPTED, encoding="utf-8")
    shown = run("--accept", str(accepted), str(file))
    assert shown.exit_code == 0
    assert "1 difference accepted" in shown.output
    assert "accepted, but not found: interaction 9: response.status" in shown.output


def test_the_command_says_what_it_cannot_read(tmp_path: Path) -> None:
    shown = run(str(tmp_path / "none.yaml"))
    assert shown.exit_code == 1
    assert "cannot read the cassette" in shown.output
