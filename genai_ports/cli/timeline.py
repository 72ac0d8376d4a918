"""The timeline: how the steps of a chronicle read, as rows for a person."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from genai_ports.api.fine_tuning import ChatModelMetrics
from genai_ports.api.model import Model
from genai_ports.api.snapshot import Page, ResponseMetadata
from genai_ports.api.value import Value, value
from genai_ports.api.work_request import WorkRequest, WorkRequestLogEntry
from genai_ports.errors import GenAiError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from genai_ports.cli.chronicle import Answer, Step

_OCID: Final = re.compile(r"ocid1\.(\w+)\.[\w.-]*(\w{6})")


@value
class Row(Value):
    """One line of the timeline: the steps in a row that share a title.

    Args:
        time: when the last of them came, since the chronicle began.
        title: what was asked for, and how many times if more than once.
        answer: the HTTP status, and the code of an error.
        state: what state the resource or its work was in then, or how much a list brought.
        work_request: the end of the OCID of the work request it is about.
        notes: what else is worth reading, a line each.
        numbers: which steps these are, from 1.
    """

    time: str
    title: str
    answer: str
    state: str
    work_request: str
    notes: tuple[str, ...]
    numbers: range


def rows(steps: Sequence[Step]) -> Iterator[Row]:
    """Make the timeline of a chronicle."""
    number = 1
    for title, group in groupby(steps, key=lambda step: step.title):
        alike = list(group)
        last = alike[-1]
        yield Row(
            time=clock_face(last.passed),
            title=f"{title} (x {len(alike)})" if len(alike) > 1 else title,
            answer=_answer(last.answer),
            state=_state([step.answer for step in alike]),
            work_request=_work_request(last.answer),
            notes=_notes(last.answer, last.at - last.passed),
            numbers=range(number, number + len(alike)),
        )
        number += len(alike)


def clock_face(passed: timedelta) -> str:
    """Write a span of time as hours, minutes and seconds.

    Example:
        >>> from datetime import timedelta
        >>> clock_face(timedelta(hours=1, minutes=15))
        '01:15:00'
    """
    minutes, seconds = divmod(int(passed.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def shortened(text: str) -> str:
    """Abbreviate the OCIDs in a text to their type and last letters.

    Example:
        >>> shortened("ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaax2vljjx6q77dpkqgojm7 is in use")
        'generativeaimodel..qgojm7 is in use'
    """
    return _OCID.sub(r"\1..\2", text)


def _answer(answer: Answer) -> str:
    if isinstance(answer, ServiceError):
        return f"{answer.status} {answer.code}"
    response = answer if isinstance(answer, ResponseMetadata) else getattr(answer, "response", None)
    return str(response.status) if response else type(answer).__name__


def _state(answers: Sequence[Answer]) -> str:
    pages = [answer for answer in answers if isinstance(answer, Page)]
    if pages:
        return " + ".join(str(len(page.items)) for page in pages)
    last = answers[-1]
    if isinstance(last, WorkRequest):
        return f"{last.status} {last.percent_complete:g} %"
    return getattr(last, "lifecycle_state", "")


def _work_request(answer: Answer) -> str:
    response = answer if isinstance(answer, ResponseMetadata) else getattr(answer, "response", None)
    identifier = answer.id if isinstance(answer, WorkRequest) else getattr(response, "work_request_id", None)
    return f"..{identifier[-6:]}" if identifier else ""


def _notes(answer: Answer, start: datetime) -> tuple[str, ...]:
    if isinstance(answer, GenAiError):
        return (shortened(getattr(answer, "message", str(answer))),)
    if isinstance(answer, Page):
        log = [entry for entry in answer.items if isinstance(entry, WorkRequestLogEntry)]
        return tuple(f"{clock_face(entry.timestamp - start)} {shortened(entry.message)}" for entry in log)
    metrics = answer.model_metrics if isinstance(answer, Model) else None
    if not isinstance(metrics, ChatModelMetrics):
        return ()
    return (f"final accuracy {metrics.final_accuracy}, final loss {metrics.final_loss}",)
