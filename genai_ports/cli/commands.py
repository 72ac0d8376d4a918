"""The commands and their options. Each command imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from genai_ports.errors import GenAiError

_FILE = click.Path(path_type=Path)
_HELP = {"help_option_names": ["-h", "--help"]}


class _Command(click.Command):
    """A command that reports its own errors in one line, with exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (GenAiError, OSError) as error:
            raise click.ClickException(str(error)) from error


@click.group(context_settings=_HELP)
@click.version_option(package_name="genai-ports")
def commands() -> None:
    """The simulated control plane of OCI Generative AI: a server, a demo, a profile for OCI's tools, a drift report."""


@commands.command(cls=_Command)
@click.option("--seed", default="0", show_default=True, help="Seed of all generated ids and etags.")
@click.option("--region", default="us-chicago-1", show_default=True, help="Region of the scenario.")
@click.pass_context
def demo(ctx: click.Context, seed: str, region: str) -> None:
    """Run one scenario on both backends and compare every response.

    The backends are the simulator in memory, and the OCI SDK over HTTP to a server that the command starts on a free
    port of this machine. No account and no network are needed. The exit status is 1 if the backends differ.
    """
    from genai_ports.cli.demo import run_demo  # noqa: PLC0415  # imports rich, the SDK and the server
    from genai_ports.cli.report import new_console  # noqa: PLC0415  # imports rich

    ctx.exit(0 if run_demo(new_console(), seed=seed, region=region) else 1)


@commands.command(cls=_Command, context_settings=_HELP)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port to listen on; 0 selects a free port.")
@click.option("--port-file", type=_FILE, help="Write the port to this file.")
@click.option("--region", default="us-chicago-1", show_default=True, help="Region of paths that name no region.")
@click.option("--seed", default="0", show_default=True, help="Seed of all generated ids and etags.")
@click.option(
    "--pace",
    default="2s",
    show_default=True,
    help="Speed of asynchronous work: instant, seconds, 2s, realistic, reads:3 or manual.",
)
@click.option(
    "--clock",
    type=click.Choice(("real", "virtual")),
    default="real",
    show_default=True,
    help="Clock of the simulated service; a virtual clock stands still until a control path moves it.",
)
@click.option(
    "--limits",
    type=click.Choice(("generous", "strict")),
    default="generous",
    show_default=True,
    help="Default service limits; strict: 0 units of every cluster shape until a limit is set.",
)
@click.option(
    "--mode",
    "modes",
    multiple=True,
    help="Enable a legal but awkward behaviour, such as short-pages; repeat for more.",
)
@click.option(
    "--world", type=_FILE, help="Start from a world file; it has its own region, seed, pace, limits and modes."
)
@click.option(
    "--lenient", is_flag=True, help="Accept unknown parameters and properties, and record them in the journal."
)
@click.option("--verify-signatures", is_flag=True, help="Refuse requests that are not signed with a registered key.")
@click.option(
    "--trust",
    multiple=True,
    type=_FILE,
    help="Register the public keys of an OCI config file; needs --verify-signatures; repeat for more.",
)
@click.option("--record", type=_FILE, help="At the end, write what clients sent and what was responded to this file.")
@click.option("--replay", type=_FILE, help="Serve the responses of this cassette instead of a simulated world's.")
def serve(
    *,
    host: str,
    port: int,
    port_file: Path | None,
    trust: tuple[Path, ...],
    record: Path | None,
    replay: Path | None,
    **settings: Any,
) -> None:
    """Serve a simulated control plane over HTTP.

    The first line on stdout is `listening on URL`. The command runs until SIGINT or SIGTERM.
    """
    from fake_server import Settings  # noqa: PLC0415  # imports the server
    from fake_server.serve import serve as serve_until_signal  # noqa: PLC0415  # imports the server
    from genai_ports.simulator.settings import OF_WORLD, check_beside_world  # noqa: PLC0415  # imports the simulator

    if settings["world"]:
        settings = {name: given for name, given in settings.items() if _is_given(name)}
        check_beside_world(name for name in settings if name in OF_WORLD)
    serve_until_signal(host, port, Settings(**settings), port_file=port_file, trust=trust, record=record, replay=replay)


def _is_given(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is not click.core.ParameterSource.DEFAULT


@commands.command(cls=_Command)
@click.option("--dir", "directory", required=True, type=_FILE, help="Directory for the key and the config file.")
@click.option("--endpoint", required=True, help="Root URL of the server, such as http://127.0.0.1:8080.")
@click.option("--region", help="Region of all calls; default: the region of the server.")
@click.option("--force", is_flag=True, help="Replace existing files.")
def profile(directory: Path, endpoint: str, region: str | None, *, force: bool) -> None:
    """Write a throw-away key and a config file for OCI's tools.

    The command prints the settings that make the tools use them. In a shell:

    eval "$(genai-ports profile --dir D --endpoint URL)"
    """
    from genai_ports.cli.profile import write_profile  # noqa: PLC0415  # imports cryptography

    click.echo(write_profile(directory, endpoint=endpoint, region=region, force=force).script())


@commands.command(cls=_Command)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def drift(ctx: click.Context, *, as_json: bool) -> None:
    """Compare the installed OCI SDK with what genai-ports serves.

    The exit status is 1 if the SDK lacks something that is served, or has it in another form. What the SDK has in
    addition is only reported.
    """
    from genai_ports.cli.drift import drift_json, show_drift  # noqa: PLC0415  # imports rich
    from genai_ports.cli.report import new_console  # noqa: PLC0415  # imports rich
    from genai_ports.drift import find_drift  # noqa: PLC0415  # imports the SDK

    found = find_drift()
    if as_json:
        click.echo(drift_json(found))
    else:
        show_drift(new_console(), found)
    ctx.exit(1 if found.is_failure else 0)


@commands.command(cls=_Command)
@click.argument("paths", nargs=-1, required=True, type=_FILE)
@click.option("--check", is_flag=True, help="Change nothing; list the places that look like a secret.")
@click.option("--to", "directory", type=_FILE, help="Write to this directory; default: replace the files.")
@click.pass_context
def scrub(ctx: click.Context, paths: tuple[Path, ...], directory: Path | None, *, check: bool) -> None:
    """Remove secrets and private names from cassettes.

    PATHS are cassettes of vcrpy, pytest-recording or genai-ports, or directories of them. A cassette that still looks
    like a secret is not written: the command lists the places, and the exit status is 1.
    """
    from genai_ports.cli.scrub import check_files, scrub_files  # noqa: PLC0415  # imports yaml

    if check and directory:
        raise click.UsageError("--check writes nothing: omit --to")
    if not check:
        for path in scrub_files(paths, directory):
            click.echo(f"{path}: scrubbed")
        return
    found = check_files(paths)
    for path, places in found.items():
        for place in places:
            click.echo(f"{path}: {place}")
    click.echo(f"{len(found)} cassettes checked, {sum(map(len, found.values()))} places found")
    ctx.exit(1 if any(found.values()) else 0)


@commands.command(cls=_Command)
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--accept", "accept_file", type=_FILE, help="File of accepted differences; default: beside the cassette.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def compare(ctx: click.Context, files: tuple[Path, ...], *, accept_file: Path | None, as_json: bool) -> None:
    """Compare recordings with the simulator.

    Each recorded request is sent to a fresh simulator in this process, which first gets the resources that the
    recording shows. Every difference is reported with the row of docs/fidelity.md that it bears on. The exit status is
    1 if there is a difference that is not accepted.
    """
    from genai_ports.cli.compare import comparisons_json, show_comparison  # noqa: PLC0415  # imports rich
    from genai_ports.cli.report import new_console  # noqa: PLC0415  # imports rich
    from genai_ports.recording.compare import compare as compare_file  # noqa: PLC0415  # imports yaml

    found = [compare_file(file, accept_file=accept_file) for file in files]
    if as_json:
        click.echo(comparisons_json(found))
    else:
        console = new_console()
        for each in found:
            show_comparison(console, each)
    ctx.exit(1 if any(each.open for each in found) else 0)


@commands.command(cls=_Command)
@click.argument("scenario", required=False)
@click.option("--to", "path", type=_FILE, help="The file to write, with the suffix .yaml.")
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
    from genai_ports.cli.record import list_scenarios, record_scenario  # noqa: PLC0415  # imports the SDK

    if show_list:
        click.echo(list_scenarios())
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
    pairs = dict(_pair(each) for each in inputs)
    done = record_scenario(
        path,
        str(scenario),
        endpoint=endpoint,
        profile=profile,
        config_file=config_file,
        region=region,
        seed=seed,
        inputs=pairs | ({"compartment": compartment} if compartment else {}),
        interval=interval,
        agreed=yes,
    )
    click.echo(done)


def _pair(text: str) -> tuple[str, str]:
    name, equals, given = text.partition("=")
    if not equals:
        raise click.UsageError(f"--set takes NAME=VALUE, not {text!r}")
    return name, given


@commands.command(cls=_Command)
@click.option("--to", required=True, type=_FILE, help="World file to write.")
@click.option("--compartment", "compartments", required=True, multiple=True, help="OCID; repeat for more.")
@click.option("--region", "regions", required=True, multiple=True, help="Region to read; repeat for more.")
@click.option("--profile", "oci_profile", help="Profile of ~/.oci/config; default: DEFAULT.")
@click.option("--endpoint", help="Root URL of a server to read in place of the real service.")
def mirror(
    *,
    to: Path,
    compartments: tuple[str, ...],
    regions: tuple[str, ...],
    oci_profile: str | None,
    endpoint: str | None,
) -> None:
    """Read a tenancy into a scrubbed world file.

    A simulator or a server starts from it.

    Only reads are sent. After an interruption, the same command continues where it stopped.
    """
    from genai_ports.cli.mirror import run_mirror  # noqa: PLC0415  # imports rich and the SDK
    from genai_ports.cli.report import new_console  # noqa: PLC0415  # imports rich

    console = new_console()
    click.echo(
        run_mirror(console, to, compartments=compartments, regions=regions, profile=oci_profile, endpoint=endpoint)
    )
