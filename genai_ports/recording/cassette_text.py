"""The text of a cassette: YAML that people can read."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import yaml

from genai_ports.recording.cassette import FORMAT_VERSION, json_body

if TYPE_CHECKING:
    from genai_ports.recording.cassette import Cassette, Interaction

_WIDTH: Final = 1_000_000
"""Longer than any line, so that the writer never folds one."""


def cassette_text(cassette: Cassette) -> str:
    """Write a cassette as YAML. JSON bodies are indented, so that people can read them."""
    document = {"interactions": [_to_data(each) for each in cassette.interactions], "version": FORMAT_VERSION}
    return yaml.dump(document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH)


class _Writer(yaml.SafeDumper):
    """Writes text of several lines as a block."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Write text."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _Writer.represent_text)


def _to_data(each: Interaction) -> dict[str, Any]:
    request, response = each.request, each.response
    return {
        "request": {
            "method": request.method,
            "uri": each.uri,
            "headers": {name: [value] for name, value in request.headers.items()},
            "body": _shown(request.body) if request.body else None,
        },
        "response": {
            "status": {"code": response.status, "message": reason_of(response.status)},
            "headers": {
                **{name: [value] for name, value in response.headers.items()},
                **({"content-type": [response.content_type]} if response.body else {}),
            },
            "body": {"string": _shown(response.body)},
        },
    }


def reason_of(status: int) -> str:
    """Return the phrase of an HTTP status; empty for an unknown one."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _shown(body: bytes) -> str | bytes:
    """Return a body as text for a reader: JSON indented, other text as it is; bytes that are not text stay bytes."""
    document = json_body(body)
    if isinstance(document, dict | list):
        return json.dumps(document, indent=1, ensure_ascii=False)
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
