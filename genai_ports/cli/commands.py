"""The commands, as click shows them; each imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path

import click

from genai_ports.errors import GenAiError


class _Told(click.Command):
    """A command whose own errors are told in one line."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (GenAiError, OSError) as error:
            raise click.ClickException(str(error)) from error


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="genai-ports")
def commands() -> None:
    """The OCI Generative AI control plane, simulated: a demo, a server, a profile for OCI's tools, a drift alarm."""


@commands.command(cls=_Told)
@click.option("--seed", default="0", show_default=True, help="What ids and etags follow from.")
@click.option("--region", default="us-chicago-1", show_default=True, help="Where it happens.")
@click.pass_context
def demo(ctx: click.Context, seed: str, region: str) -> None:
    """Live through a model's life in memory and over HTTP, and compare every answer.

    Needs no account and no network: the server it talks to is its own, on a free port of this machine.
    """
    from genai_ports.cli.demo import run_demo  # noqa: PLC0415  # see the module
    from genai_ports.cli.showing import new_console  # noqa: PLC0415  # see the module

    ctx.exit(0 if run_demo(new_console(), seed=seed, region=region) else 1)


@commands.command(cls=_Told)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port; 0 picks a free one.")
@click.option("--port-file", default=None, type=click.Path(path_type=Path), help="File to write the port to.")
@click.option("--region", default="us-chicago-1", show_default=True, help="Region of plain paths.")
@click.option("--seed", default="0", show_default=True, help="What ids and etags follow from.")
@click.option("--pace", default="2s", show_default=True, help="instant, seconds, 2s, realistic, reads:3 or manual.")
@click.option(
    "--clock", type=click.Choice(("real", "virtual")), default="real", show_default=True, help="What time it is there."
)
@click.option(
    "--limits",
    type=click.Choice(("generous", "strict")),
    default="generous",
    show_default=True,
    help="strict has 0 units of every cluster shape until a limit is set.",
)
@click.option(
    "--mode", default=[], multiple=True, help="An unkind way to answer, such as short-pages; may be given again."
)
@click.option("--lenient", is_flag=True, default=False, help="Let pass, and only note, what nobody reads in a request.")
@click.option(
    "--verify-signatures",
    is_flag=True,
    default=False,
    help="Serve only requests that are signed with a registered key.",
)
@click.option(
    "--trust",
    default=[],
    multiple=True,
    type=click.Path(path_type=Path),
    help="OCI config file whose profiles' public keys are registered; may be given again.",
)
@click.pass_context
def serve(
    ctx: click.Context,
    *,
    host: str,
    port: int,
    port_file: Path | None,
    region: str,
    seed: str,
    pace: str,
    clock: str,
    limits: str,
    mode: tuple[str, ...],
    lenient: bool,
    verify_signatures: bool,
    trust: tuple[Path, ...],
) -> None:
    """Serve a simulated control plane over HTTP, until SIGINT or SIGTERM."""
    from fake_server import Settings  # noqa: PLC0415  # see the module
    from fake_server.__main__ import serve as serve_until_told  # noqa: PLC0415  # see the module

    settings = Settings(
        region=region,
        seed=seed,
        pace=pace,
        clock=clock,
        limits=limits,
        modes=mode,
        lenient=lenient,
        verify_signatures=verify_signatures,
    )
    ctx.exit(serve_until_told(host, port, settings, port_file, list(trust)))


@commands.command(cls=_Told)
@click.option(
    "--dir", "directory", required=True, type=click.Path(path_type=Path), help="Where to write the key and the config."
)
@click.option("--endpoint", required=True, help="Root URL of the server, such as http://127.0.0.1:8080.")
@click.option("--region", default=None, help="Where calls go; the server's default region unless given.")
@click.option("--force", is_flag=True, help="Replace files of an earlier time.")
def profile(directory: Path, endpoint: str, region: str | None, *, force: bool) -> None:
    """Write a throw-away key and an OCI config file, and print the settings that make OCI's tools use them.

    In a shell: eval "$(genai-ports profile --dir D --endpoint URL)"
    """
    from genai_ports.cli.profile import write_profile  # noqa: PLC0415  # see the module

    click.echo(write_profile(directory, endpoint=endpoint, region=region, force=force).script())


@commands.command(cls=_Told)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def drift(ctx: click.Context, *, as_json: bool) -> None:
    """Compare the installed OCI SDK with what is served here.

    The exit status is 1 where something that is served is gone from the SDK or is another there; what the SDK has
    beyond it is only reported.
    """
    from genai_ports.cli.drift import drift_json, show_drift  # noqa: PLC0415  # see the module
    from genai_ports.cli.showing import new_console  # noqa: PLC0415  # see the module
    from genai_ports.drift import find_drift  # noqa: PLC0415  # see the module

    found = find_drift()
    if as_json:
        click.echo(drift_json(found))
    else:
        show_drift(new_console(), found)
    ctx.exit(1 if found.is_failure else 0)
