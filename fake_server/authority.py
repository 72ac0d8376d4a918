"""An authority of this user's own: it signs the certificates of servers with TLS, and clients trust it by a file.

Its private key can sign for any name, so it stays in a file that only its owner can read, and is never shown. Nobody
needs to add the authority to the trust store of a machine.
"""

from __future__ import annotations

import os
import re
import ssl
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from trustme import CA

from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import ConfigurationError
from genai_ports.files import write_files
from genai_ports.wire.hosts import is_service
from genai_ports.wire.routes import region_of_host

KEY_NAME: Final = "authority-key.pem"
"""The file with the private key and the certificate of an authority."""
CA_NAME: Final = "ca.pem"
"""The file with the certificate alone, for clients."""

_PEM: Final = re.compile(rb"-----BEGIN ([A-Z ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----\n")
_OTHERS: Final = 0o077
_DAYS: Final = 730
"""How long a certificate is valid; no client refuses fewer than 825 days."""
_NAMES: Final = 256
"""How many certificates for names of the service are kept."""
_LONGEST_NAME: Final = 253


class Authority:
    """The authority in a directory; it is generated if the directory has none.

    Args:
        path: the directory; created for its owner alone if it is missing.

    Raises:
        ConfigurationError: the file of its key is damaged, or other users can read it.
        OSError: the directory cannot be read or written.
    """

    def __init__(self, path: Path | str) -> None:
        directory = Path(path)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_file = directory / KEY_NAME
        if not key_file.exists():
            _generate(key_file)
        self._ca = _read(key_file)
        self.ca_file = directory / CA_NAME
        """The certificate that clients must trust, in PEM."""
        text = self._ca.cert_pem.bytes().decode()
        if not self.ca_file.exists() or self.ca_file.read_text(encoding="utf-8") != text:
            write_files({self.ca_file: text})

    def new_context(self, *names: str) -> ssl.SSLContext:
        """Return the TLS context of a server: it has a certificate for each name of the service.

        A certificate for a name of the service is generated when a client first names it. A single one for all names
        would be sent in each handshake, and could not have the regions that only this machine describes.

        Args:
            names: more names and addresses of the server, besides those of loopback.

        Raises:
            ConfigurationError: one of these cannot be in a certificate.
        """
        own = ("localhost", "127.0.0.1", "::1", *names)
        try:
            context = self._context(*own)
        except ValueError as error:
            raise ConfigurationError(f"no certificate can have the names {', '.join(names)}: {error}") from error
        of_service = lru_cache(maxsize=_NAMES)(self._context)

        def select(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name and has_certificate(name):
                connection.context = of_service(name.lower())

        context.sni_callback = select
        return context

    def _context(self, *names: str) -> ssl.SSLContext:
        now = SystemClock().now()
        certificate = self._ca.issue_cert(
            *dict.fromkeys(names), not_before=now - timedelta(days=1), not_after=now + timedelta(days=_DAYS)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.options |= ssl.OP_NO_RENEGOTIATION  # a client could make the server compute without end
        context.set_alpn_protocols(["http/1.1"])
        certificate.configure_cert(context)
        return context


def has_certificate(host: str) -> bool:
    """Return whether a host name is the service's in a region, so that a server with TLS has a certificate for it.

    Example:
        >>> has_certificate("generativeai.us-chicago-1.oci.oraclecloud.com")
        True
        >>> has_certificate("inference.generativeai.us-chicago-1.oci.oraclecloud.com")
        False
    """
    name = host.lower()
    return len(name) <= _LONGEST_NAME and is_service(name) and region_of_host(name) is not None


def _generate(key_file: Path) -> None:
    """Generate an authority, unless another server does so first."""
    ca = CA(organization_name="genai-ports", path_length=0)
    descriptor, draft = mkstemp(".draft", f".{KEY_NAME}.", key_file.parent)  # only the user can read it
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(ca.private_key_pem.bytes() + ca.cert_pem.bytes())
    try:
        with suppress(FileExistsError):
            os.link(draft, key_file)
    finally:
        Path(draft).unlink()


def _read(key_file: Path) -> CA:
    if os.name == "posix" and key_file.stat().st_mode & _OTHERS:
        raise ConfigurationError(f"other users can read the private key in {key_file}: run chmod 600 on it")
    try:
        key, certificate = (each[0] for each in _PEM.finditer(key_file.read_bytes()))
        return CA.from_pem(certificate, key)
    except ValueError as error:
        raise ConfigurationError(
            f"{key_file} does not have a private key and its certificate: delete it, so that a new authority is made"
        ) from error
