"""The environment of processes that a test starts: the OCI CLI, and programs with the SDK or with this library."""

from __future__ import annotations

import os
import site
from typing import TYPE_CHECKING

from genai_ports.backends.connect import VARIABLE
from genai_ports.oci_profile import KEY_NAME, Profile

if TYPE_CHECKING:
    from pathlib import Path


def subprocess_variables(url: str, config_file: Path) -> dict[str, str]:
    """Return this process's environment variables, with those that lead OCI's tools and this library to a server.

    - The OCI CLI sends all its requests to the server, and signs them with the profile.
    - `oci.config.from_file()` reads the profile, because `~` is the home directory of the test. No variable sets the
      endpoint of a client of the SDK: the program has to read it, for example from `OCI_CLI_ENDPOINT`.
    - `genai_ports.connect()` connects to the server.

    Args:
        url: the root URL of the server.
        config_file: the config file of the profile.
    """
    profile = Profile(key_file=config_file.with_name(KEY_NAME), config_file=config_file, endpoint=url)
    variables = {**os.environ, **profile.settings(), VARIABLE: url}
    if site.ENABLE_USER_SITE:
        # Python looks for the packages of the user in the home directory.
        variables.setdefault("PYTHONUSERBASE", site.getuserbase())
    return variables
