"""Connecting: from a URL to a backend. A backend is imported when a URL first selects it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from genai_ports.api.checks import check_texts
from genai_ports.api.display import display, named
from genai_ports.backends.urls import server_url
from genai_ports.client.repository import Repository
from genai_ports.errors import ConfigurationError, missing_extra
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Options: TypeAlias = dict[str, str]
    Opener: TypeAlias = Callable[[SplitResult, Options], Repository]

ENTRY_POINTS: Final = "genai_ports.backends"
"""The entry point group for URL schemes of other packages. An entry point is a function that takes the split URL and
the options as a dict, and returns a `Repository`."""

VARIABLE: Final = "GENAI_PORTS_URL"
_CASSETTE: Final = "cassette"
_WORLD: Final = "world"
_WITHOUT_HOST: Final = (_CASSETTE, _WORLD)


def connect(url: str | None = None) -> Repository:
    """Connect to a backend.

    Args:
        url: one of
            `memory://[region][?seed=7&pace=instant&limits=strict&modes=short-pages,same-names]`, a new simulated
            world in this process;
            `memory://?world=FILE`, a simulated world that starts from a world file;
            `oci://[region][?profile=DEV&config_file=PATH&auth=instance_principal&ca_bundle=PATH]`, the real service
            through the OCI SDK;
            `http://host:port[?region=...&tenancy=worker-1&region_paths=no&ca_bundle=PATH]`, a fake server or any other
            server of the API, with throw-away credentials; a fake server has a world for each tenancy;
            `cassette:PATH`, recorded traffic, without the OCI SDK and without a network;
            `world:NAME`, a simulated world of this process that a test has published;
            default: the value of the environment variable `GENAI_PORTS_URL`.

    Returns:
        One object that is all four repositories; a context manager.

    Raises:
        ConfigurationError: the scheme or an option is unknown, or the extra that the backend needs is not installed.
        InvalidInput: the URL is no text, or an option has a value that is not accepted, such as an unknown region.

    Example:
        >>> with connect("memory://fra?seed=7") as genai:
        ...     genai.default_region
        'eu-frankfurt-1'
    """
    chosen = os.environ.get(VARIABLE) if url is None else url
    check_texts(url=chosen)
    if not chosen:
        raise ConfigurationError(f"no URL: pass one, such as memory://us-chicago-1, or set {VARIABLE}")
    parts, options = _parse(chosen)
    opener = _OPENERS.get(parts.scheme) or _from_entry_point(parts.scheme)
    if opener is None:
        known = ", ".join(f"{scheme}:" if scheme in _WITHOUT_HOST else f"{scheme}://" for scheme in _OPENERS)
        raise ConfigurationError(f"the URL has the unknown scheme {named(parts.scheme)}: use {known}")
    return opener(parts, options)


def _parse(url: str) -> tuple[SplitResult, Options]:
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:  # its text has parts of the URL
        raise ConfigurationError(f"not a URL, such as memory://us-chicago-1?seed=7: {display(url)}") from None
    options = dict(pairs)
    if len(options) != len(pairs):
        repeated = next(name for n, (name, _) in enumerate(pairs) if name in dict(pairs[:n]))
        raise ConfigurationError(f"the option {named(repeated)} is repeated in the URL")
    return parts, options


def _take(scheme: str, options: Options, known: tuple[str, ...]) -> Mapping[str, str]:
    """Return the options, or refuse an unknown or empty one."""
    for name in options:
        if name not in known:
            hint = did_you_mean(name, known)
            raise ConfigurationError(f"unknown option {named(name)} for {scheme}://: it takes {', '.join(known)}{hint}")
        if not options[name]:
            raise ConfigurationError(f"option {named(name)} for {scheme}:// has no value")
    return options


def _region(parts: SplitResult) -> Mapping[str, str]:
    """Return the region, which is in place of the host, as a keyword argument; no argument if it is omitted."""
    if parts.path or parts.fragment:
        raise ConfigurationError(
            f"the URL has a path or a fragment: use only a region, such as {parts.scheme}://us-chicago-1"
        )
    return {"region": parts.netloc} if parts.netloc else {}


def _memory(parts: SplitResult, options: Options) -> Repository:
    from genai_ports.backends.memory import InMemoryModelRepository  # noqa: PLC0415  # imported only if selected
    from genai_ports.simulator.settings import TEXT_OPTIONS, WorldSettings  # noqa: PLC0415
    from genai_ports.simulator.simulator import Simulator  # noqa: PLC0415

    known = tuple(name for name in TEXT_OPTIONS if name != "region")
    given = WorldSettings.from_text({**_take("memory", options, known), **_region(parts)})
    return InMemoryModelRepository(simulator=Simulator(given))


def _oci(parts: SplitResult, options: Options) -> Repository:
    return _sdk_repository(**_take("oci", options, ("profile", "config_file", "auth", "ca_bundle")), **_region(parts))


def _http(parts: SplitResult, options: Options) -> Repository:
    given = dict(_take(parts.scheme, options, ("region", "region_paths", "tenancy", "ca_bundle")))
    paths = given.pop("region_paths", None)
    if paths not in (None, "yes", "no"):
        raise ConfigurationError(f"region_paths must be yes or no, not {display(paths)}")
    endpoint = server_url(parts._replace(query="").geturl())
    return _sdk_repository(endpoint=endpoint, region_paths=None if paths is None else paths == "yes", **given)


def _cassette(parts: SplitResult, options: Options) -> Repository:
    path = unquote(parts.netloc + parts.path)
    if options or parts.fragment or not path:
        example = path or "cassettes/fine-tune.yaml"
        raise ConfigurationError(f"{_CASSETTE}: takes a path and no options: use {_CASSETTE}:{example}")
    try:
        from genai_ports.backends.recorded import CassetteModelRepository  # noqa: PLC0415  # imported only if selected
    except ModuleNotFoundError as error:
        raise missing_extra(error, "recorded traffic", "recording") from error
    return CassetteModelRepository(path)


def _published(parts: SplitResult, _: Options) -> Repository:
    from genai_ports.backends.published import connect_published  # noqa: PLC0415  # imported only if selected

    return connect_published(unquote(parts.geturl().removeprefix(f"{_WORLD}:")))


def _sdk_repository(**given: Any) -> Repository:
    try:
        from genai_ports.backends.sdk import SdkModelRepository  # noqa: PLC0415  # imported only if selected
    except ModuleNotFoundError as error:
        raise missing_extra(error, "the backend of a server", "oci") from error
    return SdkModelRepository(**given)


_OPENERS: Final[Mapping[str, Opener]] = {
    "memory": _memory,
    "oci": _oci,
    "http": _http,
    "https": _http,
    _CASSETTE: _cassette,
    _WORLD: _published,
}


def _from_entry_point(scheme: str) -> Opener | None:
    from importlib.metadata import entry_points  # noqa: PLC0415  # slow to import, and seldom needed

    for entry in entry_points(group=ENTRY_POINTS, name=scheme):
        opener: Opener = entry.load()
        return opener
    return None
