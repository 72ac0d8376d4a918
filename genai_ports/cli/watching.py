"""Watching the story while it is told: bars that move on a terminal, plain lines anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from genai_ports.api.work_request import WorkRequest
from genai_ports.backends.system_clock import SystemClock
from genai_ports.cli.timeline import clock_face

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from rich.console import Console

    from genai_ports.api.clock import Clock
    from genai_ports.cli.chronicle import Answer, Step

_WATCHED: Final = "CREATE_MODEL"
_SECONDS_FOR_THE_EYE: Final = 0.01
"""How long a terminal shows each look at the work request: a virtual hour would be over before anybody saw it."""
_QUARTER: Final = 25


class Watcher(Protocol):
    """Shows, for several backends, how far the fine-tuning is; a context manager."""

    def listener(self, backend: str) -> Callable[[Step], None]:
        """Make what listens to the chronicle of one backend."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def watcher(console: Console) -> Watcher:
    """Make the watcher that suits where the console writes to."""
    return Bars(console, SystemClock()) if console.is_terminal else Lines(console)


class Bars:
    """A bar for each backend.

    Args:
        console: a terminal.
        clock: gives the eye time to see a bar move.
    """

    def __init__(self, console: Console, clock: Clock) -> None:
        self._clock = clock
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("[dim]{task.fields[doing]}"),
            console=console,
        )

    def listener(self, backend: str) -> Callable[[Step], None]:
        """Add a bar."""
        task = self._progress.add_task(backend, total=100, doing="")

        def listen(step: Step) -> None:
            self._progress.update(task, doing=step.title)
            percent = _percent(step.answer)
            if percent is not None:
                self._progress.update(task, completed=percent)
                self._clock.sleep(_SECONDS_FOR_THE_EYE)

        return listen

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._progress.task_ids:
            self._progress.update(task, doing="done")
        self._progress.stop()


class Lines:
    """A line for each quarter of the work.

    Args:
        console: where to.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    def listener(self, backend: str) -> Callable[[Step], None]:
        """Begin to listen."""
        told = -1

        def listen(step: Step) -> None:
            nonlocal told
            percent = _percent(step.answer)
            if percent is None or percent // _QUARTER == told:
                return
            told = int(percent // _QUARTER)
            self._console.print(f"{backend}  {clock_face(step.passed)}  fine-tuning {percent:3g} %", highlight=False)

        return listen

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._console.print()


def _percent(answer: Answer) -> float | None:
    """Tell how far the work is that is watched; None where the answer is not about it."""
    if isinstance(answer, WorkRequest) and answer.operation_type == _WATCHED:
        return answer.percent_complete
    return None
