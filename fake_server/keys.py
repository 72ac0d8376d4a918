"""Keys: the public keys of a world, and whether a request is signed with one of them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm

from fake_server.signatures import PublicKey, SignedRequest, read_public_key, verify
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import ConfigurationError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from genai_ports.api.clock import Clock

CLOCK: Final[Clock] = SystemClock()
"""What the dates of requests are held against: clients sign with the time of their machine, whatever time it is in the
world."""

_SIGNABLE: Final = r"[!#-+.0-~-]{1,255}"
"""What can stand in the id of who signs: commas and quotes end it, and headers have no other letters."""
_KEY_ID: Final = re.compile(
    rf"ocid1\.tenancy\.{_SIGNABLE}/ocid1\.user\.{_SIGNABLE}/[0-9a-f]{{2}}(?::[0-9a-f]{{2}}){{15}}"
)
_SHOWN: Final = re.compile(r"[a-z0-9._:/,-]{0,700}")
"""What is shown of an id of another form: in other letters it may be a private key."""
_FORM: Final = (
    "the OCIDs of tenancy and user, in ASCII with no comma, quote or blank, and the key's fingerprint, divided by /"
)

_NEEDED: Final = ("tenancy", "user", "key_file")
"""What a profile must have to sign."""
_MARK_OF_A_SESSION: Final = "security_token_file"

_read: Final = lru_cache(maxsize=1024)(read_public_key)


def key_id(tenancy: str, user: str, pem: str) -> str:
    """Tell the id of a key: `tenancy/user/fingerprint`.

    Args:
        tenancy: its OCID.
        user: the OCID of the user whose key it is.
        pem: the public key.

    Raises:
        InvalidInput: the key is no RSA public key in PEM, or the user no OCID of a user.
    """
    return checked_key_id(f"{tenancy}/{user}/{_read(pem).fingerprint}", pem)


def checked_key_id(text: str, pem: str) -> str:
    """Give a key's id back, once it and the key are of the right form.

    The fingerprint may be another key's: that of the id which Oracle publishes with its test vectors is.

    Raises:
        InvalidInput: one of them is not.
    """
    _read(pem)
    if not _KEY_ID.fullmatch(text):
        given = f", not {text!r}" if _SHOWN.fullmatch(text) else ""
        raise InvalidInput(f"a key's id must be {_FORM}{given}")
    return text


def verified_user(request: Request, body: bytes, keys: Mapping[str, str]) -> str:
    """Verify the signature of a request, and tell the OCID of the user who signed it.

    Args:
        request: as it came.
        body: all of it.
        keys: the public keys, in PEM, by key id.

    Raises:
        NotAuthenticated: it is not signed as it must be.
    """
    authorization = request.headers.get("authorization", "")
    known = {name: key for name in keys if f'keyId="{name}"' in authorization and (key := _readable(keys[name]))}
    signed = SignedRequest(
        method=request.method,
        target=_target(request),
        headers={name.lower(): text for name, text in request.headers.items()},
        body=body,
    )
    return verify(signed, known, CLOCK.now()).split("/")[1]


def _readable(pem: str) -> PublicKey | None:
    """Read a key; one that a test has put in, and that is none, is as good as unknown."""
    try:
        return _read(pem)
    except InvalidInput:
        return None


def _target(request: Request) -> str:
    """Give the path and query as they stood on the request line."""
    sent: str = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.full_path.rstrip("?")
    return sent if sent.startswith("/") else "/" + sent.partition("://")[2].partition("/")[2]


def keys_of_config(path: Path) -> dict[str, str]:
    """Read the public keys of all profiles in an OCI config file, by key id; the private ones are forgotten at once.

    Profiles of a session are left out: they sign with a security token.

    Raises:
        ConfigurationError: the file, or a key that it names, cannot be read, or no user has one.
    """
    from configparser import ConfigParser, Error  # noqa: PLC0415  # only a command needs it

    config = ConfigParser(interpolation=None, default_section="")  # what a profile only inherits is told apart below
    try:
        config.read_string(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, RuntimeError, Error, UnicodeDecodeError) as error:  # RuntimeError: there is no such home
        raise ConfigurationError(f"the OCI config file {path} cannot be read: {type(error).__name__}") from None
    default = dict(config["DEFAULT"]) if "DEFAULT" in config else {}
    own = {name: dict(config[name]) for name in config.sections() if name != "DEFAULT"}
    # What stands in the profile DEFAULT goes for the others too; it may be no profile of its own.
    if not own or all(default.get(name) for name in _NEEDED):
        own["DEFAULT"] = default
    of_users = {name: {**default, **profile} for name, profile in own.items() if not _is_session(profile, default)}
    if not of_users:
        raise ConfigurationError(f"{path} has no profile that signs with the key of a user, only those of sessions")
    return dict(_key_of(name, profile, path) for name, profile in of_users.items())


def _is_session(own: Mapping[str, str], default: Mapping[str, str]) -> bool:
    """Tell whether a profile signs with a security token: it says so, or inherits that and has no user of its own."""
    return _MARK_OF_A_SESSION in own or (_MARK_OF_A_SESSION in default and "user" not in own)


def _key_of(name: str, profile: Mapping[str, str], path: Path) -> tuple[str, str]:
    from genai_ports.throwaway import public_half  # noqa: PLC0415  # only a command needs it

    missing = [needed for needed in _NEEDED if not profile.get(needed)]
    if missing:
        raise ConfigurationError(f"the profile {name} of {path} has no {missing[0]}")
    named = f"the key file {profile['key_file']} that {path} names"
    try:
        pem = public_half(Path(profile["key_file"]).expanduser().read_bytes(), profile.get("pass_phrase"))
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"{named} cannot be read: {type(error).__name__}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError(
            f"{named} must be an RSA private key in PEM; if it is encrypted, the profile must have its pass_phrase"
        ) from None
    return key_id(profile["tenancy"], profile["user"], pem), pem
