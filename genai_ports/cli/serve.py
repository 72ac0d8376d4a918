"""`genai-ports serve`: serve a simulated control plane, or a recording, until a signal."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import click

import fake_server.serve
from fake_server.log import FORMATS, JSON, json_line
from fake_server.routes import TOKEN_HEADER, TOKEN_VARIABLE
from fake_server.settings import Settings
from genai_ports.cli import choices
from genai_ports.cli.command import FILE, HELP_OPTIONS, TLS_DIRECTORY, Command
from genai_ports.errors import GenAiError
from genai_ports.regions import DEFAULT_REGION
from genai_ports.simulator.settings import OF_WORLD, check_beside_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


@click.command(
    cls=Command,
    context_settings=HELP_OPTIONS,
    examples="""genai-ports serve
    genai-ports serve --pace 10m --clock virtual --seed 7
    genai-ports serve --state worlds --log json""",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port to listen on; 0 selects a free port.")
@click.option("--port-file", type=FILE, help="Create this file with the port, and remove it at the end.")
@click.option(
    "--region",
    default=DEFAULT_REGION,
    show_default=True,
    shell_complete=choices.regions,
    help="Region of paths that name no region.",
)
@click.option(
    "--seed",
    help="Seed of all generated ids and etags; default: another one at each start, which is printed.",
)
@click.option(
    "--pace",
    default="2s",
    show_default=True,
    shell_complete=choices.paces,
    help="Speed of asynchronous work: instant, seconds, 2s, 10m, 1h, realistic, reads:3 or manual.",
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
    shell_complete=choices.modes,
    help="Enable a legal but awkward behaviour, such as short-pages; repeat for more.",
)
@click.option(
    "--world", type=FILE, help="Start from a world file; it has its own region, seed, pace, limits and modes."
)
@click.option(
    "--state",
    type=FILE,
    help="Keep the worlds in this directory, and continue them at the next start. A new directory takes over --region, "
    "--seed, --pace, --clock, --limits, --mode, --world and --one-world; an existing one has its own.",
)
@click.option(
    "--lenient", is_flag=True, help="Accept unknown parameters and properties, and record them in the journal."
)
@click.option("--details", is_flag=True, help="Keep in the journal what each call sent, without secrets.")
@click.option(
    "--max-tenancies",
    default=Settings.max_tenancies,
    show_default=True,
    help="How many tenancies the server serves besides the well-known one.",
)
@click.option("--one-world", is_flag=True, help="Serve every tenancy from one world, that of the well-known tenancy.")
@click.option("--verify-signatures", is_flag=True, help="Refuse requests that are not signed with a registered key.")
@click.option(
    "--trust",
    multiple=True,
    type=FILE,
    help="Register the public keys of an OCI config file; needs --verify-signatures; repeat for more.",
)
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    help="Another name or address that clients use for the server, such as that of a container; repeat for more.",
)
@click.option(
    "--control-token",
    envvar=TOKEN_VARIABLE,
    help=f"Token of 16 or more characters that control requests must have in the header {TOKEN_HEADER}; required with "
    f"--verify-signatures or beyond loopback. Other users can see options: better set {TOKEN_VARIABLE}.",
)
@click.option("--tls", is_flag=True, help="Serve HTTPS, also under the names of the real service.")
@click.option(
    "--tls-dir",
    type=FILE,
    default=TLS_DIRECTORY,
    help="Directory of the authority that signs the certificates; default: tls in the user's settings of genai-ports.",
)
@click.option(
    "--log",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="Format of the log on stderr: a line for each request and notice; json: all output is an object a line.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only errors, and the first line on stdout.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Also log what each call sent, without secrets, and reads of control paths."
)
@click.option("--record", type=FILE, help="At the end, write all requests and responses to this file, a cassette.")
@click.option("--replay", type=FILE, help="Serve the responses of this cassette instead of a simulated world's.")
def serve(
    *,
    host: str,
    port: int,
    port_file: Path | None,
    trust: tuple[Path, ...],
    allow_hosts: tuple[str, ...],
    control_token: str | None,
    tls: bool,
    tls_dir: Path,
    log: str,
    quiet: bool,
    verbose: bool,
    record: Path | None,
    replay: Path | None,
    state: Path | None,
    **settings: Any,
) -> None:
    """Serve a simulated control plane over HTTP.

    The first line on stdout is `listening on URL`, or with --log json an object with this `message` and the `url`. The
    command runs until SIGINT, SIGTERM or SIGHUP. Then it accepts no more connections, finishes responses for at most 5
    seconds, and ends with status 0. A second signal ends it at once. While it loads, a signal ends it with the usual
    status of that signal, such as 143.
    """
    if quiet and verbose:
        raise click.UsageError("choose --quiet or --verbose, not both")
    if verbose and not replay:
        settings["details"] = True
    with _errors_as_lines(log):
        made = chosen_settings(settings, replay=replay, trust=trust, state=state)
        fake_server.serve.serve(
            host,
            port,
            made,
            port_file=port_file,
            trust=trust,
            record=record,
            replay=replay,
            state=state,
            allow_hosts=allow_hosts,
            control_token=control_token,
            tls=tls_dir if tls else None,
            is_seed_new=settings["seed"] is None and not (replay or state or made.world),
            log=log,
            level=logging.ERROR if quiet else logging.DEBUG if verbose else logging.INFO,
        )


@contextmanager
def _errors_as_lines(log: str) -> Iterator[None]:
    """Report an error as an object, if the log has that format."""
    try:
        yield
    except (GenAiError, OSError) as error:
        if log != JSON:
            raise
        context = click.get_current_context()
        click.echo(json_line("error", f"{context.command_path}: {error}"), err=True)
        context.exit(1)


def chosen_settings(
    options: Mapping[str, Any], *, replay: Path | None, trust: Sequence[Path], state: Path | None = None
) -> Settings:
    """Return the settings of a server from the options of the current command.

    A recording, a world file and an existing state directory have settings of their own.

    Raises:
        ConfigurationError: an option does not apply beside a world file, or contradicts the state directory.
        InvalidInput: an option is not valid.
        UsageError: an option does not apply beside a recording.
    """
    chosen = {name: item for name, item in options.items() if _is_given(name)}
    if replay:
        _check_beside_replay([*chosen, *(["trust"] if trust else []), *(["state"] if state else [])])
        return Settings(**chosen)
    kept: dict[str, Any] = {}
    if state:
        from fake_server.state.settings import settings_of  # noqa: PLC0415  # needs what few servers need

        kept = settings_of(state, chosen)
    if chosen.get("world"):
        check_beside_world(name for name in chosen if name in OF_WORLD)
    if chosen.get("world") or kept.get("world"):
        return Settings(**{**{name: item for name, item in options.items() if name not in OF_WORLD}, **kept})
    return Settings(**{**options, "seed": chosen.get("seed", token_hex(8)), **kept})


def _check_beside_replay(names: list[str]) -> None:
    """Refuse the options of a simulated world beside a recording, which has none."""
    refused = [each.opts[0] for each in click.get_current_context().command.params if each.name in names]
    refused = [option for option in refused if option != "--clock"]
    if refused:
        raise click.UsageError(
            f"--replay serves what was recorded, without a simulated world: omit {', '.join(refused)}, or omit --replay"
        )


def _is_given(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
