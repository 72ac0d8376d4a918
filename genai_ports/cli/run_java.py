"""What brings the JVM programs of `genai-ports run` to a server here: a JVM reads none of the usual variables."""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate

JAVA_OPTIONS: Final = "JAVA_TOOL_OPTIONS"
"""The variable with options of every JVM; it prints them to stderr when it starts."""
_DIRECT: Final = "localhost|127.*|[::1]"


def java_options(before: str, trust_store: Path, proxy: str, *, offline: bool) -> str:
    """Return the options of a JVM.

    Args:
        before: the options that the user has set; those here win.
        trust_store: the file of the authorities to trust.
        proxy: the URL of the proxy.
        offline: whether plain HTTP goes through the proxy too.

    Source: the networking properties of Java. The OCI SDK for Java uses Jersey with the HTTP client of Apache, which
        finds no proxy there. Jersey has a property of its own, and reads it if another one allows that.
    """
    parts = urlsplit(proxy)
    host, port = parts.hostname, parts.port
    schemes = ("https", "http") if offline else ("https",)
    properties = {
        **{f"{scheme}.proxyHost": host for scheme in schemes},
        **{f"{scheme}.proxyPort": port for scheme in schemes},
        "http.nonProxyHosts": _DIRECT,
        "javax.net.ssl.trustStore": trust_store,
        "javax.net.ssl.trustStoreType": "PKCS12",
        "jersey.config.allowSystemPropertiesProvider": "true",
        "jersey.config.client.proxy.uri": proxy,
    }
    return " ".join([*([before] if before else []), *(f'"-D{name}={text}"' for name, text in properties.items())])


def write_trust_store(file: Path, certificates: Iterable[str]) -> Path:
    """Write certificates in PEM as a trust store of Java, without a password; leave out what cannot be read."""
    from cryptography.hazmat.primitives.serialization import NoEncryption  # noqa: PLC0415  # slow to import
    from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_java_truststore  # noqa: PLC0415

    file.write_bytes(serialize_java_truststore([*_entries(certificates)], NoEncryption()))
    return file


def _entries(certificates: Iterable[str]) -> Iterator[PKCS12Certificate]:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about old authorities, which programs may trust all the same
        for number, text in enumerate(dict.fromkeys(certificates)):
            with suppress(ValueError):
                yield PKCS12Certificate(load_pem_x509_certificate(text.encode()), str(number).encode())
