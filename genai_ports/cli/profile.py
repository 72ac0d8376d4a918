"""`genai-ports profile`: a throw-away key, an OCI config file, and the settings that make OCI's tools use them."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Final

import click

from genai_ports.api.value import Value, value
from genai_ports.backends.urls import server_url
from genai_ports.cli.command import FILE, Command
from genai_ports.errors import ConfigurationError
from genai_ports.regions import DEFAULT_REGION
from genai_ports.regions import region as known_region
from genai_ports.throwaway import Credentials, new_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEY_NAME: Final = "oci_api_key.pem"
CONFIG_NAME: Final = "config"

_LABEL: Final = "OCI_API_KEY"
"""The last line of the key file; the OCI CLI warns if it is missing."""


@click.command(cls=Command)
@click.option("--dir", "directory", required=True, type=FILE, help="Directory for the key and the config file.")
@click.option("--endpoint", required=True, help="Root URL of the server, such as http://127.0.0.1:8080.")
@click.option("--region", help="Region of all calls; default: the region of the server.")
@click.option("--force", is_flag=True, help="Replace existing files.")
def profile(directory: Path, endpoint: str, region: str | None, *, force: bool) -> None:
    """Write a throw-away key and a config file for OCI's tools.

    The command prints the settings that make the tools use them. In a shell:

    eval "$(genai-ports profile --dir D --endpoint URL)"
    """
    click.echo(write_profile(directory, endpoint=endpoint, region=region, force=force).script())


@value
class Profile(Value):
    """The files that were written, and the server that they are for.

    Args:
        key_file: the private key.
        config_file: the config file; its profile `DEFAULT` signs with that key.
        endpoint: the URL that the tools send requests to.
    """

    key_file: Path
    config_file: Path
    endpoint: str

    def settings(self) -> Mapping[str, str]:
        """Return the environment variables that make OCI's tools use this profile, with their values.

        Source: the OCI CLI reads variables that begin with `OCI_CLI_`, also for its profile and authentication; the
            SDKs for Python and TypeScript read `OCI_CONFIG_FILE` if there is no `~/.oci/config`.
        """
        return {
            "OCI_CLI_CONFIG_FILE": str(self.config_file),
            "OCI_CLI_PROFILE": "DEFAULT",
            "OCI_CLI_AUTH": "api_key",
            "OCI_CLI_ENDPOINT": self.endpoint,
            "OCI_CONFIG_FILE": str(self.config_file),
        }

    def script(self) -> str:
        """Return the settings as lines that a shell can evaluate, with comments on what no variable can set."""
        exports = [f"export {name}={shlex.quote(setting)}" for name, setting in self.settings().items()]
        return "\n".join((*exports, *_HINTS))


_HINTS: Final = (
    "# For a server that verifies signatures: genai-ports serve --verify-signatures --trust CONFIG_FILE",
    "# The OCI CLI now uses the server: oci generative-ai model-collection list-models --compartment-id ...",
    "# The SDKs read the config file from OCI_CONFIG_FILE, but no endpoint; in Python:",
    '#   config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])',
    '#   oci.generative_ai.GenerativeAiClient(config, service_endpoint=os.environ["OCI_CLI_ENDPOINT"])',
)


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
    credentials = new_credentials()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(profile.key_file, f"{credentials.private_key}{_LABEL}\n")
    _write(profile.config_file, _config(credentials, region_id, profile.key_file))
    return profile


def _config(credentials: Credentials, region: str, key_file: Path) -> str:
    lines = {
        "user": credentials.user,
        "fingerprint": credentials.fingerprint,
        "tenancy": credentials.tenancy,
        "region": region,
        "key_file": key_file,
    }
    return "[DEFAULT]\n" + "".join(f"{name}={setting}\n" for name, setting in lines.items())


def _write(file: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
