"""A profile for OCI's own tools: a throw-away key and a config file, and the settings that make the tools use them."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Final

from genai_ports.api.value import Value, value
from genai_ports.backends.urls import server_url
from genai_ports.errors import ConfigurationError
from genai_ports.regions import region as known_region
from genai_ports.throwaway import Credentials, new_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEY_NAME: Final = "oci_api_key.pem"
CONFIG_NAME: Final = "config"

_REGION: Final = "us-chicago-1"
"""What the config file says unless told; OCI's tools take none without a region."""

_LABEL: Final = "OCI_API_KEY"
"""A last line that marks the file as an OCI key; the OCI CLI warns of keys without it."""


@value
class Profile(Value):
    """What was written, and for which server.

    Args:
        key_file: the private key.
        config_file: the config file, whose profile `DEFAULT` signs with that key.
        endpoint: the URL that the tools send their calls to.
    """

    key_file: Path
    config_file: Path
    endpoint: str

    def settings(self) -> Mapping[str, str]:
        """Map the environment variables that OCI's tools read to what they must be.

        Source: the OCI CLI reads all that begin with `OCI_CLI_`, and lets its profile and authentication be chosen by
            them; the SDKs for Python and TypeScript read `OCI_CONFIG_FILE`, where there is no `~/.oci/config`.
        """
        return {
            "OCI_CLI_CONFIG_FILE": str(self.config_file),
            "OCI_CLI_PROFILE": "DEFAULT",
            "OCI_CLI_AUTH": "api_key",
            "OCI_CLI_ENDPOINT": self.endpoint,
            "OCI_CONFIG_FILE": str(self.config_file),
        }

    def script(self) -> str:
        """Write the settings as lines for a shell to evaluate, with a word on what no variable can set."""
        exports = [f"export {name}={shlex.quote(setting)}" for name, setting in self.settings().items()]
        return "\n".join((*exports, *_HINTS))


_HINTS: Final = (
    "# A server that verifies signatures has to know the key: genai-ports serve --verify-signatures --trust CONFIG,",
    "# with the config file here.",
    "# The OCI CLI goes to the server now: oci generative-ai model-collection list-models --compartment-id ...",
    "# The SDKs read the config file here, but not the endpoint; in Python:",
    '#   config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])',
    '#   oci.generative_ai.GenerativeAiClient(config, service_endpoint=os.environ["OCI_CLI_ENDPOINT"])',
)


def write_profile(directory: Path, *, endpoint: str, region: str | None = None, force: bool = False) -> Profile:
    """Write a new private key and a config file, which only their owner can read.

    Args:
        directory: where to; made if it is not there, for its owner alone.
        endpoint: the root URL of the server.
        region: where calls go, an id or a three-letter code; the server's default region unless given, whatever the
            config file says then.
        force: whether files of an earlier time are replaced.

    Raises:
        ConfigurationError: a file is there already, the directory's name cannot stand in a config file, or the
            endpoint is not the URL of a server.
        UnknownRegion: the region is not one of OCI's.
        OSError: the files cannot be written.
    """
    home = directory.resolve()
    root, region_id = server_url(endpoint), known_region(region or _REGION).id
    profile = Profile(
        key_file=home / KEY_NAME,
        config_file=home / CONFIG_NAME,
        endpoint=f"{root}/{region_id}" if region else root,
    )
    if not str(home).isprintable():
        raise ConfigurationError(f"{str(home)!r} cannot stand in a config file: use letters, digits and signs alone")
    files = (profile.key_file, profile.config_file)
    there = [str(file) for file in files if file.is_symlink() or file.exists()]
    if there and not force:
        are, them = ("is", "it") if len(there) == 1 else ("are", "them")
        raise ConfigurationError(f"{' and '.join(there)} {are} there already: replace {them} with --force")
    mine = new_credentials()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(profile.key_file, f"{mine.private_key}{_LABEL}\n")
    _write(profile.config_file, _config(mine, region_id, profile.key_file))
    return profile


def _config(mine: Credentials, region: str, key_file: Path) -> str:
    lines = {
        "user": mine.user,
        "fingerprint": mine.fingerprint,
        "tenancy": mine.tenancy,
        "region": region,
        "key_file": key_file,
    }
    return "[DEFAULT]\n" + "".join(f"{name}={setting}\n" for name, setting in lines.items())


def _write(file: Path, text: str) -> None:
    """Write a file that was never open to others, not even before its first byte."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
