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
    """The OCI Generative AI control plane, simulated: a demo, a server, and a profile for OCI's own tools."""


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
) -> None:
    """Serve a simulated control plane over HTTP, until SIGINT or SIGTERM."""
    from fake_server import Settings  # noqa: PLC0415  # see the module
    from fake_server.__main__ import serve as serve_until_told  # noqa: PLC0415  # see the module

    settings = Settings(region=region, seed=seed, pace=pace, clock=clock)
    ctx.exit(serve_until_told(host, port, settings, port_file))


@commands.command(cls=_Told)
@click.option(
    "--dir", "directory", required=True, type=click.Path(path_type=Path), help="Where to write the key and the config."
)
@click.option("--endpoint", required=True, help="Root URL of the server, such as http://127.0.0.1:8080.")
@click.option("--region", default="us-chicago-1", show_default=True, help="The profile's region.")
@click.option("--force", is_flag=True, help="Replace files of an earlier time.")
def profile(directory: Path, endpoint: str, region: str, *, force: bool) -> None:
    """Write a throw-away key and an OCI config file, and print the settings that make OCI's tools use them.

    In a shell: eval "$(genai-ports profile --dir D --endpoint URL)"
    """
    from genai_ports.cli.profile import write_profile  # noqa: PLC0415  # see the module

    click.echo(write_profile(directory, endpoint=endpoint, region=region, force=force).script())
