"""`genai-ports record`: play a scenario and record it, or record what passes a signing proxy."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.request import ProxyHandler, Request, build_opener

import click

from genai_ports.backends.sdk import SdkModelRepository
from genai_ports.backends.urls import is_loopback, server_url
from genai_ports.errors import ConfigurationError, GenAiError
from genai_ports.recording import recording
from genai_ports.recording.scenarios import FAKE_INPUTS, SCENARIOS, Stage, find_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from genai_ports.recording.scenarios import Scenario

_PACE: Final = "seconds"
"""Of the server that is started here: each piece of work is seen under way once, and then finished."""


class LeftBehind(GenAiError):
    """A scenario made resources that could not be deleted."""


def list_scenarios() -> str:
    """Return one line for each scenario."""
    width = max(map(len, SCENARIOS))
    return "\n".join(
        f"{each.name:{width}}  {each.summary}{' Changes the tenancy.' if each.changes else ''}"
        for each in SCENARIOS.values()
    )


def record_scenario(
    path: Path,
    name: str,
    *,
    endpoint: str | None,
    profile: str | None,
    config_file: str | None,
    region: str | None,
    seed: str,
    inputs: Mapping[str, str],
    interval: float | None,
    agreed: bool,
) -> str:
    """Play a scenario and record it.

    Args:
        path: the file to write.
        name: of the scenario.
        endpoint: the root URL of a server; default: a fake server that is started here, unless there is a profile.
        profile: a profile of the OCI config file; the scenario is then played on the real service, or at `endpoint`.
        config_file: the OCI config file.
        region: default: that of the server or of the profile.
        seed: of the fake server that is started here.
        inputs: what the scenario needs, by name.
        interval: seconds between two reads of work under way.
        agreed: whether a change of a tenancy needs no question.

    Returns:
        What was recorded, in one line.

    Raises:
        LeftBehind: something could not be deleted.
        GenAiError: a call failed, an input is missing, or the recording cannot be written.
    """
    scenario = find_scenario(name)
    is_real = profile is not None
    given = _checked_inputs(scenario, inputs, is_real=is_real)
    with ExitStack() as opened, _interrupted_by_sigterm():
        genai, plan = _open(
            opened, endpoint=endpoint, profile=profile, config_file=config_file, region=region, seed=seed
        )
        if is_real and scenario.changes and not agreed:
            _ask(scenario, genai.default_region, given["compartment"])
        stage = Stage(genai, name, given, interval=interval, plan_failure=plan)
        count = _play(path, scenario, stage)
    return f"recorded {count} requests of {name} to {path}"


def _play(path: Path, scenario: Scenario, stage: Stage) -> int:
    try:
        with recording(path, scenario.name) as tape:
            scenario.play(stage)
    except BaseException:
        for text in stage.clean_up():
            click.echo(f"not deleted: {text}", err=True)
        raise
    left = stage.clean_up()
    if left:
        raise LeftBehind(f"not deleted: {'; '.join(left)}")
    return len(tape)


def _checked_inputs(scenario: Scenario, inputs: Mapping[str, str], *, is_real: bool) -> Mapping[str, str]:
    for name in inputs:
        if name not in FAKE_INPUTS:
            raise ConfigurationError(f"there is no input {name!r}: the inputs are {', '.join(FAKE_INPUTS)}")
    if not is_real:
        return {**FAKE_INPUTS, **inputs}
    missing = [name for name in ("compartment", *scenario.needs) if not inputs.get(name)]
    if missing:
        options = " ".join(
            f"--compartment {name.upper()}" if name == "compartment" else f"--set {name}=..." for name in missing
        )
        raise ConfigurationError(f"{scenario.name} on a real tenancy needs {options}")
    return inputs


def _open(
    opened: ExitStack,
    *,
    endpoint: str | None,
    profile: str | None,
    config_file: str | None,
    region: str | None,
    seed: str,
) -> tuple[SdkModelRepository, Callable[[str, str, str], None] | None]:
    """Return a client, and how to make work fail, which only a fake server can do."""
    if profile is not None:
        genai = SdkModelRepository(profile=profile, config_file=config_file, region=region, endpoint=endpoint)
        return opened.enter_context(genai), None
    if endpoint is not None:
        root = server_url(endpoint)
        genai = SdkModelRepository(endpoint=root, region=region)
        return opened.enter_context(genai), lambda *plan: _plan_over_http(root, *plan)
    from fake_server import FakeServer, Settings  # noqa: PLC0415  # imports the server
    from genai_ports.simulator.faults.failing_work import FailingWork  # noqa: PLC0415  # only a fake server needs it

    settings = Settings(seed=seed, region=region or "us-chicago-1", pace=_PACE, clock="virtual")
    server = opened.enter_context(FakeServer(settings=settings))
    genai = opened.enter_context(SdkModelRepository(endpoint=server.url, region=region, clock=server.clock))

    def plan(operation: str, failure: str, name: str) -> None:
        server.simulator.failing_work.add(FailingWork(operation=operation, failure=failure, display_name=name))

    return genai, plan


def _plan_over_http(root: str, operation: str, failure: str, name: str) -> None:
    """Make work fail on a fake server; on another server it fails by itself or not at all."""
    body = json.dumps({"operation": operation, "failure": failure, "displayName": name}).encode()
    handlers: list[Any] = [ProxyHandler({})] if is_loopback(root) else []
    request = Request(f"{root}/_sim/failing-work", body, {"content-type": "application/json"})  # noqa: S310  # checked
    try:
        build_opener(*handlers).open(request, timeout=10).close()
    except OSError as error:
        click.echo(f"the server cannot be made to fail work: {error}", err=True)


def _ask(scenario: Scenario, region: str, compartment: str) -> None:
    what = "\n".join(f"  - {made}" for made in scenario.makes)
    click.echo(f"{scenario.name} makes in {region}, in the compartment {compartment}, and deletes afterwards:\n{what}")
    click.confirm("These resources can cost money. Continue?", abort=True)


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Let SIGTERM interrupt as Ctrl-C does, so that everything is deleted."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    handlers = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
