"""`genai-ports state`: export, import and check the worlds of a state directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fake_server.settings import Settings
from fake_server.state.directory import StateDirectory
from fake_server.state.kept_worlds import open_worlds, read_worlds
from genai_ports.cli.command import FILE, HELP_OPTIONS, Command, Group
from genai_ports.errors import ConfigurationError, InvalidInput
from genai_ports.ocids import parse_ocid
from genai_ports.simulator.settings import OF_WORLD
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.snapshot import read_settings
from genai_ports.simulator.world_file import load_world, save_world
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_DIRECTORY = click.argument("directory", type=FILE)


@click.group(cls=Group, context_settings=HELP_OPTIONS)
def state() -> None:
    """Export, import and check the worlds of a state directory.

    `genai-ports serve --state` keeps them.
    """


@state.command("export", cls=Command, examples="genai-ports state export worlds --to backup")
@_DIRECTORY
@click.option("--to", "folder", required=True, type=FILE, help="Folder for the world files; created if necessary.")
def export_worlds(directory: Path, folder: Path) -> None:
    """Write each world to a world file.

    The name of the file is the OCID of the tenancy. A server may use the directory meanwhile.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for tenancy, world in _worlds(directory):
        file = folder / f"{tenancy}.json"
        save_world(file, world.snapshot())
        click.echo(str(file))


@state.command("import", cls=Command, examples="genai-ports state import worlds backup/ocid1.tenancy.oc1..team-a.json")
@_DIRECTORY
@click.argument("files", nargs=-1, required=True, type=FILE)
def import_worlds(directory: Path, files: tuple[Path, ...]) -> None:
    """Replace worlds by those in world files.

    The names of the files are the OCIDs of the tenancies. The directory is created if it does not exist, with the
    settings of the world of the well-known tenancy. No server may use it.
    """
    read = [(_tenancy_of(file), _read(file)) for file in files]
    own = {} if StateDirectory.exists(directory) else _settings_of(dict(read).get(TENANCY))
    worlds = open_worlds(Settings(**own), directory)
    try:
        worlds.take(read)
    finally:
        worlds.close()
    for tenancy, _ in read:
        click.echo(f"{tenancy}: imported")


@state.command(cls=Command, examples="genai-ports state check worlds")
@_DIRECTORY
def check(directory: Path) -> None:
    """Read a state directory, and report what is in it.

    The exit status is 1 if it is damaged.
    """
    for tenancy, world in _worlds(directory):
        kinds = ", ".join(f"{len(items)} {kind}" for kind, items in world.state().items() if items)
        click.echo(f"{tenancy}: {kinds or 'empty'}")


def _worlds(path: Path) -> Iterator[tuple[str, Simulator]]:
    with StateDirectory(path, read_only=True) as directory:
        yield from read_worlds(directory).by_tenancy().items()


def _read(file: Path) -> Mapping[str, Any]:
    """Read a world file, and refuse a damaged one before the directory is touched."""
    data = load_world(file).data
    try:
        Simulator.restore(data)
    except InvalidInput as error:
        raise ConfigurationError(f"cannot import the world file {file}: {error}") from error
    return data


def _settings_of(world: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the settings of the server that a world is from; without the world, those that are usual."""
    if world is None:
        return {}
    found = vars(read_settings(world))
    return {**{name: found[name] for name in OF_WORLD}, "clock": "virtual" if "start" in world["clock"] else "real"}


def _tenancy_of(file: Path) -> str:
    ocid = parse_ocid(file.stem)
    if ocid is None or ocid.resource_type != "tenancy":
        raise ConfigurationError(f"{file} must have the OCID of a tenancy as its name")
    return file.stem
