"""Chronicle: what a backend answered, step by step, with the time on its clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from genai_ports.api.value import Value, value

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from genai_ports.api.clock import Clock
    from genai_ports.errors import GenAiError

Answer: TypeAlias = "Value | GenAiError"
"""What a call brings: a snapshot, a page, an answer without a body, or an error."""

A = TypeVar("A", bound="Value | GenAiError")


@value
class Step(Value):
    """One answer.

    Args:
        title: what was asked for, in a person's words; steps in a row may share one.
        at: when it came, on the backend's clock.
        passed: how long that was after the chronicle began.
        answer: what came back, or what was raised.
    """

    title: str
    at: datetime
    passed: timedelta
    answer: Answer


class Chronicle:
    """Writes down what it is told, in order.

    Args:
        clock: the backend's.
        listener: told of every step as it is written down.

    Example:
        >>> from genai_ports import ResponseMetadata, VirtualClock
        >>> tell = Chronicle(VirtualClock(), lambda step: print(step.title))
        >>> tell("Delete the endpoint", ResponseMetadata(status=202)).status
        Delete the endpoint
        202
    """

    def __init__(self, clock: Clock, listener: Callable[[Step], None]) -> None:
        self.steps: list[Step] = []
        self._clock = clock
        self._began = clock.now()
        self._listener = listener

    def __call__(self, title: str, answer: A) -> A:
        """Write one answer down, and give it back."""
        now = self._clock.now()
        step = Step(title=title, at=now, passed=now - self._began, answer=answer)
        self.steps.append(step)
        self._listener(step)
        return answer
