"""`genai-ports record`: play a scenario and record it, or record what passes a signing proxy."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.request import ProxyHandler, Request, build_opener

import click

from fake_server.routes import CONTROL, control_headers
from fake_server.signals import on_signal
from genai_ports.backends.sdk import SdkModelRepository
from genai_ports.backends.urls import is_loopback, server_url
from genai_ports.cli.command import FILE, Command
from genai_ports.errors import ConfigurationError, GenAiError
from genai_ports.recording.recorder import recording
from genai_ports.recording.scenarios import FAKE_INPUTS, SCENARIOS, Stage, find_scenario
from genai_ports.regions import DEFAULT_REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from genai_ports.recording.scenarios import Scenario

_PACE: Final = "seconds"
"""Of the server that is started here: each piece of work is seen under way once, and then finished."""


class LeftBehind(GenAiError):
    """A scenario made resources that could not be deleted."""


class _Server(NamedTuple):
    """Where a scenario is played.

    Args:
        endpoint: the root URL of a server; default: a fake server that is started here, unless there is a profile.
        profile: a profile of the OCI config file: the real service, or the server at `endpoint`.
        config_file: the OCI config file.
        region: default: that of the server or of the profile.
        seed: of the fake server that is started here.
    """

    endpoint: str | None
    profile: str | None
    config_file: str | None
    region: str | None
    seed: str


@click.command(
    cls=Command,
    examples="""genai-ports record --list
    genai-ports record endpoint-lifecycle --to mine.yaml
    genai-ports record --listen 8081 --profile DEV --to mine.yaml""",
)
@click.argument("scenario", required=False)
@click.option("--to", "path", type=FILE, help="The file to write, with the suffix .yaml.")
@click.option("--list", "show_list", is_flag=True, help="List the scenarios.")
@click.option("--endpoint", help="Root URL of the server; default: a fake server that the command starts.")
@click.option("--profile", help="Profile of the OCI config file: record from the real service.")
@click.option("--config-file", help="The OCI config file; default: ~/.oci/config.")
@click.option("--region", help="Region of all calls; default: the region of the server or of the profile.")
@click.option("--seed", default="0", show_default=True, help="Seed of the fake server that the command starts.")
@click.option("--compartment", help="OCID of the compartment; required with --profile.")
@click.option(
    "--set", "inputs", multiple=True, metavar="NAME=VALUE", help="Another input of a scenario; repeat for more."
)
@click.option("--interval", type=float, help="Seconds between two reads of work; default: as the service requests.")
@click.option("--yes", is_flag=True, help="Do not ask before a real tenancy is changed.")
@click.option(
    "--listen", metavar="PORT", help="Instead of a scenario: record what passes a signing proxy on this port."
)
@click.option("--allow-changes", is_flag=True, help="Let POST, PUT and DELETE pass the proxy.")
def record(
    *,
    scenario: str | None,
    path: Path | None,
    show_list: bool,
    listen: str | None,
    profile: str | None,
    config_file: str | None,
    region: str | None,
    endpoint: str | None,
    allow_changes: bool,
    compartment: str | None,
    inputs: tuple[str, ...],
    seed: str,
    interval: float | None,
    yes: bool,
) -> None:
    """Play a scenario and record it, or record through a proxy.

    A scenario that changes a real tenancy asks first, tags what it makes with genai-ports, and deletes it in the end,
    also after Ctrl-C. The proxy signs requests of any tool with the profile. The recording is scrubbed.
    """
    if show_list:
        click.echo(_list_scenarios())
        return
    if path is None or (scenario is None) == (listen is None):
        raise click.UsageError("--to is required, and either a SCENARIO (see --list) or --listen")
    if listen is not None:
        if profile is None:
            raise click.UsageError("--listen requires --profile")
        from genai_ports.cli.signing_proxy import record_proxy  # noqa: PLC0415  # imports the SDK and waitress

        done = record_proxy(
            path,
            listen,
            profile=profile,
            config_file=config_file,
            region=region,
            upstream=endpoint,
            allow_changes=allow_changes,
        )
        click.echo(done)
        return
    server = _Server(endpoint, profile, config_file, region, seed)
    given = dict(map(_pair, inputs)) | ({"compartment": compartment} if compartment else {})
    count = _record_scenario(path, find_scenario(str(scenario)), server, given, interval=interval, agreed=yes)
    click.echo(f"recorded {count} requests of {scenario} to {path}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, given = text.partition("=")
    if not equals:
        raise click.UsageError(f"--set takes NAME=VALUE, not {text!r}")
    return name, given


def _list_scenarios() -> str:
    """Return one line for each scenario."""
    width = max(map(len, SCENARIOS))
    return "\n".join(
        f"{each.name:{width}}  {each.summary}{' Changes the tenancy.' if each.changes else ''}"
        for each in SCENARIOS.values()
    )


def _record_scenario(
    path: Path, scenario: Scenario, server: _Server, inputs: Mapping[str, str], *, interval: float | None, agreed: bool
) -> int:
    """Play a scenario and record it; return the number of requests.

    Raises:
        LeftBehind: something could not be deleted.
        GenAiError: a call failed, an input is missing, or the recording cannot be written.
    """
    is_real = server.profile is not None
    given = _checked_inputs(scenario, inputs, is_real=is_real)
    with ExitStack() as opened, on_signal(_interrupt):
        genai, plan = _open(opened, server)
        if is_real and scenario.changes and not agreed:
            _ask(scenario, genai.default_region, given["compartment"])
        stage = Stage(genai, scenario.name, given, interval=interval, plan_failure=plan)
        return _play(path, scenario, stage)


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


def _open(opened: ExitStack, at: _Server) -> tuple[SdkModelRepository, Callable[[str, str, str], None] | None]:
    """Return a client, and how to make work fail, which only a fake server can do."""
    if at.profile is not None:
        genai = SdkModelRepository(
            profile=at.profile, config_file=at.config_file, region=at.region, endpoint=at.endpoint
        )
        return opened.enter_context(genai), None
    if at.endpoint is not None:
        root = server_url(at.endpoint)
        genai = SdkModelRepository(endpoint=root, region=at.region)
        return opened.enter_context(genai), lambda *plan: _plan_over_http(root, *plan)
    from fake_server import FakeServer, Settings  # noqa: PLC0415  # imports the server
    from genai_ports.simulator.faults.failing_work import FailingWork  # noqa: PLC0415  # only a fake server needs it

    settings = Settings(seed=at.seed, region=at.region or DEFAULT_REGION, pace=_PACE, clock="virtual")
    server = opened.enter_context(FakeServer(settings=settings))
    genai = opened.enter_context(SdkModelRepository(endpoint=server.url, region=at.region, clock=server.clock))

    def plan(operation: str, failure: str, name: str) -> None:
        server.simulator.failing_work.add(FailingWork(operation=operation, failure=failure, display_name=name))

    return genai, plan


def _plan_over_http(root: str, operation: str, failure: str, name: str) -> None:
    """Make work fail on a fake server; on another server it fails by itself or not at all."""
    body = json.dumps({"operation": operation, "failure": failure, "displayName": name}).encode()
    handlers: list[Any] = [ProxyHandler({})] if is_loopback(root) else []
    request = Request(f"{root}{CONTROL}/failing-work", body, control_headers())  # noqa: S310  # checked
    try:
        build_opener(*handlers).open(request, timeout=10).close()
    except OSError as error:
        click.echo(f"the server cannot be made to fail work: {error}", err=True)


def _ask(scenario: Scenario, region: str, compartment: str) -> None:
    what = "\n".join(f"  - {made}" for made in scenario.makes)
    click.echo(f"{scenario.name} makes in {region}, in the compartment {compartment}, and deletes afterwards:\n{what}")
    click.confirm("These resources can cost money. Continue?", abort=True)


def _interrupt() -> None:
    """Let SIGTERM interrupt as Ctrl-C does, so that everything is deleted."""
    raise KeyboardInterrupt
