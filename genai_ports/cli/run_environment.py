"""The environment of a program in `genai-ports run`: what brings its calls of Generative AI to a server here."""

from __future__ import annotations

import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fake_server.routes import TOKEN_VARIABLE
from genai_ports.cli.run_java import JAVA_OPTIONS, java_options, write_trust_store
from genai_ports.errors import ConfigurationError
from genai_ports.oci_profile import KEY_NAME, Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fake_server.server import FakeServer

_PRELOAD: Final = Path(__file__).with_name("run_preload.cjs")
_CERTIFICATE: Final = re.compile(r"-----BEGIN ([A-Z ]*CERTIFICATE)-----.+?-----END \1-----", re.DOTALL)
_BUNDLES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The variables with the authorities that a program trusts, in place of the public ones."""
_CLI_BUNDLE: Final = "OCI_CLI_CERT_BUNDLE"
_NODE_BUNDLE: Final = "NODE_EXTRA_CA_CERTS"
"""The variable with authorities that Node.js trusts besides the public ones."""
_JAVA_STORE: Final = "authorities.p12"
_REPLACED: Final = ("OCI_CLI_ENDPOINT",)
"""A variable that would send the calls of the OCI CLI elsewhere."""


def environment(
    base: Mapping[str, str], config_file: Path, server: FakeServer, proxy: str, *, offline: bool
) -> dict[str, str]:
    """Return the environment of a program.

    Args:
        base: the environment of this process.
        config_file: of the throw-away profile; files of authorities are written beside it.
        server: the server; it speaks TLS.
        proxy: the URL of the proxy that brings tunnels to the server.
        offline: whether other hosts are refused.

    Raises:
        ConfigurationError: a file of authorities that the environment names cannot be read.
    """
    kept = {name: text for name, text in base.items() if name not in _REPLACED and not _is_proxy(name, offline=offline)}
    return {
        **kept,
        **_profile(config_file),
        **_trust(base, config_file.parent, server),
        **_proxies(proxy, offline=offline),
        JAVA_OPTIONS: java_options(
            base.get(JAVA_OPTIONS, ""), config_file.with_name(_JAVA_STORE), proxy, offline=offline
        ),
        **({TOKEN_VARIABLE: server.control_token} if server.control_token else {}),
        "GENAI_PORTS_URL": server.url,
        "GENAI_PORTS_RUN_PORT": str(server.port),
        "GENAI_PORTS_RUN_OFFLINE": "1" if offline else "",
        "NODE_OPTIONS": f'{base.get("NODE_OPTIONS", "")} --require "{_escaped(_PRELOAD)}"'.strip(),
    }


def _is_proxy(name: str, *, offline: bool) -> bool:
    replaced = {"https_proxy", "no_proxy", *(("http_proxy", "all_proxy") if offline else ())}
    return name.lower() in replaced


def _profile(config_file: Path) -> dict[str, str]:
    profile = Profile(key_file=config_file.with_name(KEY_NAME), config_file=config_file, endpoint="")
    return {name: text for name, text in profile.settings().items() if name not in _REPLACED}


def _proxies(proxy: str, *, offline: bool) -> dict[str, str]:
    """Return the variables for the proxy, in both spellings: curl reads one of them, some libraries only the other."""
    chosen = {"https_proxy": proxy, "no_proxy": "localhost,127.0.0.1,::1"}
    if offline:
        chosen["http_proxy"] = proxy
    return chosen | {name.upper(): text for name, text in chosen.items()}


def _trust(base: Mapping[str, str], home: Path, server: FakeServer) -> dict[str, str]:
    """Write the authorities that programs trusted before, with that of the server, and return the variables."""
    own = _read(server.ca_file) if server.ca_file else []
    named = [base[name] for name in (*_BUNDLES, _CLI_BUNDLE) if base.get(name)]
    trusted = [*_authorities(named or _public()), *own]
    bundle = _write(home / "authorities.pem", trusted)
    write_trust_store(home / _JAVA_STORE, trusted)
    for_node = _write(home / "node.pem", [*_authorities([base.get(_NODE_BUNDLE, "")]), *own])
    return dict.fromkeys((*_BUNDLES, _CLI_BUNDLE), str(bundle)) | {_NODE_BUNDLE: str(for_node)}


def _public() -> list[str]:
    """List the files of public authorities: those of the machine, and those that the OCI SDK brings."""
    import certifi  # noqa: PLC0415  # of the OCI SDK

    machine = ssl.get_default_verify_paths().cafile
    return [*([machine] if machine else []), certifi.where()]


def _authorities(files: Iterable[str]) -> list[str]:
    return [text for file in files if file for text in _read(Path(file))]


def _read(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigurationError(f"the authorities that the environment names cannot be read: {error}") from error
    return [found[0] for found in _CERTIFICATE.finditer(text)]


def _write(file: Path, certificates: list[str]) -> Path:
    file.write_text("".join(f"{each}\n" for each in dict.fromkeys(certificates)), encoding="utf-8")
    return file


def _escaped(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
