"""Profiles and signers: from an OCI config file, or from what runs the program, as the OCI CLI has them."""

from __future__ import annotations

import configparser
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import oci
from oci.auth.security_token_container import SecurityTokenContainer, jwt
from oci.exceptions import (
    ClientError,
    ConfigFileNotFound,
    InvalidKeyFilePath,
    InvalidPrivateKey,
    ProfileNotFound,
)
from oci.generative_ai import GenerativeAiClient
from oci.signer import load_private_key_from_file

from genai_ports.api.display import display
from genai_ports.errors import ConfigurationError
from genai_ports.suggestions import did_you_mean

API_KEY: Final = "api_key"
SESSION: Final = "security_token"
_TOKEN_FILE: Final = "security_token_file"  # noqa: S105  # the name of a setting

_PRINCIPALS: Final[Mapping[str, Callable[[], Any]]] = {
    "instance_principal": oci.auth.signers.InstancePrincipalsSecurityTokenSigner,
    "resource_principal": oci.auth.signers.get_resource_principals_signer,
    "oke_workload_identity": oci.auth.signers.get_oke_workload_identity_resource_principal_signer,
}
"""The SDK's own signer of each kind of principal."""

AUTHS: Final = (API_KEY, SESSION, *_PRINCIPALS)
"""How a client can authenticate: the names of the OCI CLI's option `--auth`."""

_BOM: Final = "\ufeff"


def authenticate(auth: str | None, config_file: str | None, profile: str | None) -> tuple[dict[str, Any], Any]:
    """Return the settings and the signer for the real service; no signer for an API key in the settings.

    Args:
        auth: one of `AUTHS`; default: `security_token` for a profile with a session and without a user, else `api_key`.
        config_file, profile: as for `read_profile`; refused for a principal, which reads no file.

    Raises:
        ConfigurationError: the choice is wrong, or what it needs cannot be read.
    """
    if auth is not None and auth not in AUTHS:
        hint = did_you_mean(str(auth), AUTHS)
        raise ConfigurationError(f"auth must be one of {', '.join(AUTHS)}, not {display(auth)}{hint}")
    if auth is not None and auth in _PRINCIPALS:
        if profile or config_file:
            raise ConfigurationError(f"auth={auth} reads no profile: omit profile and config_file")
        return {}, _principal_signer(auth)
    settings = read_profile(config_file, profile)
    has_session = bool(settings.get(_TOKEN_FILE)) and not settings.get("user")
    return settings, session_signer(settings) if auth == SESSION or (auth is None and has_session) else None


def _principal_signer(auth: str) -> Any:
    try:
        return _PRINCIPALS[auth]()
    except (ClientError, OSError, ValueError, jwt.exceptions.PyJWTError) as error:
        raise ConfigurationError(f"there is no {auth.replace('_', ' ')} here: {error}") from error


def read_profile(config_file: str | None, profile: str | None) -> dict[str, Any]:
    """Read a profile of an OCI config file, by the rules of the SDK.

    Args:
        config_file: default: `~/.oci/config`, or the file in `OCI_CONFIG_FILE` if there is none.
        profile: default: `DEFAULT`.

    Raises:
        ConfigurationError: the file or the profile cannot be read. No line of the file is in the message, and no other
            error is chained to it: a line may be a part of a key.
    """
    file, name = config_file or oci.config.DEFAULT_LOCATION, profile or oci.config.DEFAULT_PROFILE
    settings: dict[str, Any] | None = None
    problem = ""
    try:
        settings = oci.config.from_file(file, name)
    except (ClientError, configparser.Error, ValueError, OSError) as error:
        problem = _problem(error, file, name)
    if settings is None:
        raise ConfigurationError(f"the OCI config file {file} cannot be used: {problem}")
    return settings


def _problem(error: Exception, file: str, profile: str) -> str:  # noqa: PLR0911  # a table would hide the order
    """Describe why a config file cannot be used, without a line or a value of it."""
    if isinstance(error, configparser.Error):
        return _problem_of_line(error)
    if isinstance(error, ConfigFileNotFound):
        return "it is a directory" if Path(file).expanduser().is_dir() else "there is no such file"
    if isinstance(error, ProfileNotFound):
        return f"it has no profile {profile}"
    if isinstance(error, InvalidKeyFilePath):
        return f"key_file of the profile {profile} must be the path of a file with a private key"
    if isinstance(error, UnicodeDecodeError):
        return "it is not text in UTF-8"
    if isinstance(error, OSError):
        return str(error.strerror)
    if "key_content" in str(error):
        return "'key_content' cannot be specified in a config file: use key_file"
    return f"log_requests of the profile {profile} must be true or false"


def _problem_of_line(error: configparser.Error) -> str:
    """Describe what is wrong with a line."""
    match error:
        case configparser.MissingSectionHeaderError(line=str(line)) if line.startswith(_BOM):
            return "it begins with a byte order mark: save it as UTF-8 without one"
        case configparser.MissingSectionHeaderError(lineno=number):
            return f"line {number} comes before the first profile: begin with a line such as [DEFAULT]"
        case configparser.DuplicateSectionError(lineno=number):
            return f"line {number} begins a profile that the file has already"
        case configparser.DuplicateOptionError(lineno=number):
            return f"line {number} has a setting that its profile has already"
        case configparser.ParsingError(errors=errors):
            lines = ", ".join(str(number) for number, _ in errors)
            return f"line {lines} is not a setting: write NAME=VALUE, and put a key into a file of its own"
    return type(error).__name__


def session_signer(settings: Mapping[str, Any]) -> Any:
    """Return the signer of a session that `oci session authenticate` has begun.

    Args:
        settings: of the profile.

    Raises:
        ConfigurationError: the profile has no session, or it has expired, or a file of it cannot be read.
    """
    location = settings.get(_TOKEN_FILE)
    if not location:
        raise ConfigurationError(f"auth={SESSION} needs a profile with {_TOKEN_FILE}: run oci session authenticate")
    token = key = None
    problem = ""
    try:
        token = Path(os.path.expanduser(str(location))).read_text(encoding="utf-8").strip()  # noqa: PTH111  # as the SDK
        key = load_private_key_from_file(str(settings.get("key_file", "")), settings.get("pass_phrase"))
        if not SecurityTokenContainer(None, token).valid():
            problem = "it has expired: run oci session authenticate"
    except OSError as error:
        problem = f"{_TOKEN_FILE} or key_file cannot be read: {error.strerror}"
    except (ClientError, ValueError, KeyError, TypeError, jwt.exceptions.PyJWTError) as error:
        problem = f"its token or its key is damaged ({type(error).__name__}): run oci session authenticate"
    if problem:
        raise ConfigurationError(f"the session of the profile cannot be used: {problem}")
    return oci.auth.signers.SecurityTokenSigner(token, key)


def new_sdk_client(config: Mapping[str, Any], **options: Any) -> GenerativeAiClient:
    """Make a client of the SDK.

    Args:
        config: the configuration.
        options: the other arguments of `GenerativeAiClient`.

    Raises:
        ConfigurationError: the SDK refuses the configuration. No other error is chained to it: one may show a key.
    """
    client: GenerativeAiClient | None = None
    problem = ""
    try:
        client = GenerativeAiClient(dict(config), **options)
    except OSError as error:
        problem = f"key_file cannot be read: {error.strerror}"
    except TypeError:
        problem = "a setting is empty or no text; key_file must be the path of a key, or key_content its text"
    except (ClientError, ValueError) as error:
        problem = str(error)
        if isinstance(error, InvalidPrivateKey) and "\\n" in str(config.get("key_content")):
            problem = r"key_content must have line breaks; it has the two characters \n in their place"
    if client is None:
        raise ConfigurationError(f"the OCI SDK refuses the configuration: {problem}")
    return client
