"""Keys: the ids of public keys, the keys of an OCI config file, and the verification of a request with them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm

from fake_server.signatures import PublicKey, SignedRequest, read_public_key, verify
from fake_server.signers import signer_of
from genai_ports.api.shown import shown
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import ConfigurationError, InvalidInput, NotAuthenticated
from genai_ports.simulator.rules.refusals import TOKEN_KEY_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from genai_ports.api.clock import Clock

CLOCK: Final[Clock] = SystemClock()
"""The clock that the dates of requests are compared with. It is real time: clients sign with the time of their machine,
also if the world has a virtual clock."""

_SIGNABLE: Final = r"[!#-+.0-~-]{1,255}"
"""The characters of an OCID in a key id: commas and quotes end it, and headers have no other characters."""
_KEY_ID: Final = re.compile(
    rf"ocid1\.tenancy\.{_SIGNABLE}/ocid1\.[a-z0-9]+\.{_SIGNABLE}/[0-9a-f]{{2}}(?::[0-9a-f]{{2}}){{15}}"
)
_FORM: Final = (
    "the OCIDs of tenancy and user or principal, in ASCII without commas, quotes and blanks, and the key's "
    "fingerprint, joined by /"
)

_NEEDED: Final = ("tenancy", "user", "key_file")
"""The settings that a profile must have to sign."""
_SESSION_KEY: Final = "security_token_file"

LEAST_BITS: Final = 2048
"""Source: https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm"""
MOST_BITS: Final = 16_384
"""The most that OpenSSL verifies with."""
_EXPONENTS: Final = range(65_537, 2**64)

_read: Final = lru_cache(maxsize=1024)(read_public_key)


def key_id(tenancy: str, user: str, pem: str) -> str:
    """Return the id of a key: `tenancy/user/fingerprint`.

    Args:
        tenancy: its OCID.
        user: the OCID of the user whose key it is.
        pem: the public key.

    Raises:
        InvalidInput: the key is not an RSA public key of 2048 bits or more in PEM, or the user is not the OCID of
            a user.
    """
    return checked_key_id(f"{tenancy}/{user}/{_read(pem).fingerprint}", pem)


def checked_key_id(text: str, pem: str) -> str:
    """Return a key's id, after a check of the form of the id and of the key.

    OCI takes keys of 2048 bits or more. The fingerprint is not compared with the key: the id that Oracle publishes with
    its test vectors has another one.

    Raises:
        InvalidInput: the id or the key does not have the right form, or the key is too short or too long.
    """
    _check_strength(pem)
    if not _KEY_ID.fullmatch(text):
        raise InvalidInput(f"a key's id must be {_FORM}, not {shown(text)}")
    return text


def _check_strength(pem: str) -> None:
    """Refuse a key that OCI does not take, or that takes long to verify with, and text beside a key."""
    if pem.count("-----BEGIN") != 1 or not pem.strip().startswith("-----BEGIN") or not pem.strip().endswith("-----"):
        _read(pem)
        raise InvalidInput("a public key must be one RSA public key in PEM, without other text")
    key = _read(pem).key
    if not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise InvalidInput(f"a public key must have {LEAST_BITS} to {MOST_BITS} bits, not {key.key_size}")
    numbers = key.public_numbers()
    if numbers.n % 2 == 0 or numbers.e not in _EXPONENTS:
        raise InvalidInput("a public key must have an odd modulus, and an exponent from 65537 to 2**64")


def verified_user(request: Request, body: bytes, keys: Mapping[str, str]) -> str:
    """Verify the signature of a request, and return the OCID of the user or principal who signed it.

    A token itself is not verified, because only OCI can. A request with one must be signed with a key that is
    registered for the caller whom the token names.

    Args:
        request: the request.
        body: the complete body.
        keys: the public keys, in PEM, by key id.

    Raises:
        NotAuthenticated: the signature is missing or wrong.
    """
    authorization = request.headers.get("authorization", "")
    signer = signer_of(authorization)
    signed = SignedRequest(
        method=request.method,
        target=_target(request),
        headers={name.lower(): text for name, text in request.headers.items()},
        body=body,
    )
    if not signer.has_token:
        known = {name: key for name in keys if f'keyId="{name}"' in authorization and (key := _readable(keys[name]))}
        return verify(signed, known, CLOCK.now()).split("/")[1]
    token = authorization.partition('keyId="')[2].partition('"')[0]
    refusal = TOKEN_KEY_UNKNOWN(
        tenancy=shown(signer.tenancy), caller=shown(signer.caller) if signer.caller else "a caller who is not named"
    )
    for name in keys:
        if name.startswith(f"{signer.tenancy}/{signer.caller}/"):
            try:
                verify(signed, {token: _read(keys[name])}, CLOCK.now())
            except NotAuthenticated as error:
                refusal = error
            else:
                return signer.caller
    raise refusal


def _readable(pem: str) -> PublicKey | None:
    """Read a key; None for text that is not a key, which a test may have registered."""
    try:
        return _read(pem)
    except InvalidInput:
        return None


def _target(request: Request) -> str:
    """Return the path and query exactly as on the request line."""
    sent: str = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.full_path.rstrip("?")
    return sent if sent.startswith("/") else "/" + sent.partition("://")[2].partition("/")[2]


def keys_of_config(path: Path) -> dict[str, str]:
    """Read the public keys of all profiles in an OCI config file, by key id. Private keys are not kept.

    Profiles with a security token are left out: they do not sign with a user's key.

    Raises:
        ConfigurationError: the file, or a key file that it names, cannot be read, or no profile has a user's key.
    """
    from configparser import ConfigParser, Error  # noqa: PLC0415  # only a command needs it

    config = ConfigParser(
        interpolation=None, default_section=""
    )  # no inheritance here: own settings and those of DEFAULT are kept apart
    try:
        config.read_string(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, RuntimeError, Error, UnicodeDecodeError) as error:  # RuntimeError: no home directory
        raise ConfigurationError(f"the OCI config file {path} cannot be read: {type(error).__name__}") from None
    default = dict(config["DEFAULT"]) if "DEFAULT" in config else {}
    own = {name: dict(config[name]) for name in config.sections() if name != "DEFAULT"}
    # Other profiles inherit from DEFAULT, which may be too incomplete to be a profile itself.
    if not own or all(default.get(name) for name in _NEEDED):
        own["DEFAULT"] = default
    of_users = {name: {**default, **profile} for name, profile in own.items() if not _is_session(profile, default)}
    if not of_users:
        raise ConfigurationError(
            f"{path} has only profiles with a security token: add a profile with the key of a user"
        )
    return dict(_key_of(name, profile, path) for name, profile in of_users.items())


def _is_session(own: Mapping[str, str], default: Mapping[str, str]) -> bool:
    """Return whether a profile signs with a security token: its own, or an inherited one if it has no own user."""
    return _SESSION_KEY in own or (_SESSION_KEY in default and "user" not in own)


def _key_of(name: str, profile: Mapping[str, str], path: Path) -> tuple[str, str]:
    from genai_ports.throwaway import public_half  # noqa: PLC0415  # only a command needs it

    missing = [needed for needed in _NEEDED if not profile.get(needed)]
    if missing:
        raise ConfigurationError(f"the profile {name} of {path} has no {missing[0]}")
    key_file = f"the key file {profile['key_file']} that {path} names"
    try:
        pem = public_half(Path(profile["key_file"]).expanduser().read_bytes(), profile.get("pass_phrase"))
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"{key_file} cannot be read: {type(error).__name__}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError(
            f"{key_file} must be an RSA private key in PEM; if it is encrypted, the profile must have its pass_phrase"
        ) from None
    return key_id(profile["tenancy"], profile["user"], pem), pem
