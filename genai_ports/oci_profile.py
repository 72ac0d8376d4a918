"""A profile of OCI's tools on disk: a config file with its key, and the environment variables that select it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from genai_ports.api.value import Value, value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from genai_ports.throwaway import Credentials

KEY_NAME: Final = "oci_api_key.pem"
CONFIG_NAME: Final = "config"

_LABEL: Final = "OCI_API_KEY"
"""The last line of the key file; the OCI CLI warns if it is missing."""


@value
class Profile(Value):
    """The files of a profile, and the server that it is for.

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


def write_profile_files(directory: Path, credentials: Credentials, region: str) -> tuple[Path, Path]:
    """Write a private key and a config file that only their owner can read. Existing files are replaced.

    Args:
        directory: the directory of the files; created for its owner alone if it is missing.
        credentials: the credentials of the profile `DEFAULT`.
        region: the region's id.

    Returns:
        The paths of the key file and of the config file.

    Raises:
        OSError: the files cannot be written.
    """
    key_file, config_file = directory / KEY_NAME, directory / CONFIG_NAME
    lines = {
        "user": credentials.user,
        "fingerprint": credentials.fingerprint,
        "tenancy": credentials.tenancy,
        "region": region,
        "key_file": key_file,
    }
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(key_file, f"{credentials.private_key}{_LABEL}\n")
    _write(config_file, "[DEFAULT]\n" + "".join(f"{name}={setting}\n" for name, setting in lines.items()))
    return key_file, config_file


def _write(file: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
