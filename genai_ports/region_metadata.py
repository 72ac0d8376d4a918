"""Regions beyond the table, described on this machine as the OCI SDK reads them.

Source: `oci.regions`, which looks in `~/.oci/regions-config.json` and in `OCI_REGION_METADATA`, and falls back to the
domain in `OCI_DEFAULT_REALM`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE: Final = Path(".oci", "regions-config.json")
_METADATA: Final = "OCI_REGION_METADATA"
_DEFAULT_DOMAIN: Final = "OCI_DEFAULT_REALM"
_KEYS: Final = ("regionIdentifier", "regionKey", "realmKey", "realmDomainComponent")
_ID: Final = re.compile(r"[a-z]+(?:-[a-z0-9]+)+-\d+")


class Described(NamedTuple):
    """A region that this machine describes; the fields are those of `Region`."""

    id: str
    code: str
    realm: str
    domain: str


def find_described(name: str) -> Described | None:
    """Find a region that is not in the table, by its id or code in lower case; None if nothing describes it."""
    for region in _described():
        if name in (region.id, region.code):
            return region
    domain = os.environ.get(_DEFAULT_DOMAIN)
    return Described(name, name, "oc1", domain) if domain and _ID.fullmatch(name) else None


def _described() -> Iterator[Described]:
    """Read the file and the variable anew each time: only names that are not in the table lead here."""
    yield from filter(None, map(_read, _regions_in_file()))
    variable = os.environ.get(_METADATA)
    region = _read(_json(variable)) if variable else None
    if region:
        yield region


def _regions_in_file() -> list[Any]:
    try:
        text = (Path.home() / _FILE).read_text(encoding="utf-8")
    except (OSError, RuntimeError, UnicodeDecodeError):  # RuntimeError: no home directory
        return []
    found = _json(text)
    return found if isinstance(found, list) else []


def _json(text: str) -> Any:
    """Read JSON; None if it is damaged, which the SDK ignores too."""
    from json import loads  # noqa: PLC0415  # only regions beyond the table need it

    try:
        return loads(text)
    except (ValueError, RecursionError):
        return None


def _read(found: Any) -> Described | None:
    values = [found.get(key) for key in _KEYS] if isinstance(found, dict) else []
    texts = [value.lower() for value in values if isinstance(value, str) and value]
    return Described(*texts) if len(texts) == len(_KEYS) else None
