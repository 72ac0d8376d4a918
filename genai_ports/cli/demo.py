"""The demo: one story, lived through in memory and over HTTP, and compared answer by answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fake_server import FakeServer, Settings
from genai_ports.backends.memory import InMemoryModelRepository
from genai_ports.backends.sdk import SdkModelRepository
from genai_ports.backends.system_clock import SystemClock
from genai_ports.cli.chronicle import Chronicle
from genai_ports.cli.comparing import differences
from genai_ports.cli.showing import show_agreement, show_broken_off, show_differences, show_timeline
from genai_ports.cli.story import tell_story
from genai_ports.cli.watching import watcher
from genai_ports.errors import GenAiError
from genai_ports.regions import region as known_region

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from genai_ports.cli.chronicle import Step
    from genai_ports.client.ports import GenAi

IN_MEMORY: Final = "in memory"
OVER_HTTP: Final = "over HTTP"
_PACE: Final = "realistic"


def run_demo(console: Console, *, seed: str, region: str) -> bool:
    """Tell the story to both backends, and show what came of it.

    Args:
        console: where to show it.
        seed: what the ids and etags of both worlds follow from.
        region: where it happens; an id or a three-letter code.

    Returns:
        Whether the story came to its end and both backends gave the same answers.

    Raises:
        UnknownRegion: the region is not one of OCI's.
    """
    region_id, clock = known_region(region).id, SystemClock()
    began = clock.now()
    console.print(f"The life of a model in {region_id}, seed {seed}, on a virtual clock\n", markup=False)
    with watcher(console) as watch:
        told = {name: run(seed, region_id, watch.listener(name)) for name, run in _BACKENDS.items()}
    found = list(differences(*told.values()))
    show_timeline(console, told[IN_MEMORY], found)
    broken_off = {name: steps[-1].answer for name, steps in told.items() if isinstance(steps[-1].answer, GenAiError)}
    for name, error in broken_off.items():
        show_broken_off(console, name, error)
    if found:
        show_differences(console, found)
    if found or broken_off:
        return False
    show_agreement(console, told[IN_MEMORY], (clock.now() - began).total_seconds())
    return True


def _in_memory(seed: str, region: str, listener: Callable[[Step], None]) -> Sequence[Step]:
    with InMemoryModelRepository(seed=seed, region=region, pace=_PACE) as genai:
        return _chronicle(genai, listener)


def _over_http(seed: str, region: str, listener: Callable[[Step], None]) -> Sequence[Step]:
    settings = Settings(seed=seed, region=region, pace=_PACE, clock="virtual")
    with (
        FakeServer(settings=settings) as server,
        SdkModelRepository(endpoint=server.url, region=region, clock=server.clock) as genai,
    ):
        return _chronicle(genai, listener)


def _chronicle(genai: GenAi, listener: Callable[[Step], None]) -> Sequence[Step]:
    """Tell the story to one backend; where it breaks off, the error is its last step."""
    tell = Chronicle(genai.clock, listener)
    try:
        tell_story(genai, tell)
    except GenAiError as error:
        tell("The story breaks off", error)
    return tell.steps


_BACKENDS: Final = {IN_MEMORY: _in_memory, OVER_HTTP: _over_http}
