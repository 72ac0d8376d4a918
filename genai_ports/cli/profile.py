"""`genai-ports profile`: a throw-away key, an OCI config file, and the settings that make OCI's tools use them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

import click

from genai_ports.backends.urls import server_url
from genai_ports.cli.command import FILE, Command
from genai_ports.errors import ConfigurationError
from genai_ports.oci_profile import CONFIG_NAME, KEY_NAME, Profile, write_profile_files
from genai_ports.regions import DEFAULT_REGION
from genai_ports.regions import region as known_region
from genai_ports.throwaway import new_credentials

if TYPE_CHECKING:
    from pathlib import Path


@click.command(cls=Command, examples='eval "$(genai-ports profile --dir profile --endpoint http://127.0.0.1:8080)"')
@click.option("--dir", "directory", required=True, type=FILE, help="Directory for the key and the config file.")
@click.option("--endpoint", required=True, help="Root URL of the server, such as http://127.0.0.1:8080.")
@click.option("--region", help="Region of all calls; default: the region of the server.")
@click.option("--force", is_flag=True, help="Replace existing files.")
def profile(directory: Path, endpoint: str, region: str | None, *, force: bool) -> None:
    """Write a throw-away key and a config file for OCI's tools.

    The command prints the settings that make the tools use them. In a shell:

    eval "$(genai-ports profile --dir D --endpoint URL)"
    """
    click.echo(_script(write_profile(directory, endpoint=endpoint, region=region, force=force)))


_HINTS: Final = (
    "# For a server that verifies signatures: genai-ports serve --verify-signatures --trust CONFIG_FILE",
    "# The OCI CLI now uses the server: oci generative-ai model-collection list-models --compartment-id ...",
    "# The SDKs read the config file from OCI_CONFIG_FILE, but no endpoint; in Python:",
    '#   config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])',
    '#   oci.generative_ai.GenerativeAiClient(config, service_endpoint=os.environ["OCI_CLI_ENDPOINT"])',
)


def _script(written: Profile) -> str:
    """Return the settings as lines that a shell can evaluate, with comments on what no variable can set."""
    exports = [f"export {name}={shlex.quote(setting)}" for name, setting in written.settings().items()]
    return "\n".join((*exports, *_HINTS))


def write_profile(directory: Path, *, endpoint: str, region: str | None = None, force: bool = False) -> Profile:
    """Write a new private key and a config file that only their owner can read.

    Args:
        directory: the directory of the files; created for its owner alone if it is missing.
        endpoint: the root URL of the server.
        region: the region of all calls, an id or a three-letter code; default: the region of the server, whatever
            region the config file names.
        force: replace existing files.

    Returns:
        The paths of the files, and the settings for OCI's tools.

    Raises:
        ConfigurationError: a file exists, the name of the directory has characters that a config file cannot hold, or
            the endpoint is not the URL of a server.
        UnknownRegion: OCI has no such region.
        OSError: the files cannot be written.
    """
    home = directory.resolve()
    root, region_id = server_url(endpoint), known_region(region or DEFAULT_REGION).id
    profile = Profile(
        key_file=home / KEY_NAME,
        config_file=home / CONFIG_NAME,
        endpoint=f"{root}/{region_id}" if region else root,
    )
    if not str(home).isprintable():
        raise ConfigurationError(f"a config file cannot hold the path {str(home)!r}: use printable characters only")
    files = (profile.key_file, profile.config_file)
    existing = [str(file) for file in files if file.is_symlink() or file.exists()]
    if existing and not force:
        raise ConfigurationError(f"will not overwrite {' and '.join(existing)}: use --force, or another directory")
    write_profile_files(home, new_credentials(), region_id)
    return profile
