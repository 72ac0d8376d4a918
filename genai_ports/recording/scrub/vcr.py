"""The scrubber for people who use vcrpy or pytest-recording directly."""

from __future__ import annotations

from typing import Any, Final

import yaml

from genai_ports.recording.cassette import FORMAT_VERSION, Cassette, parse_cassette
from genai_ports.recording.cassette_text import cassette_text
from genai_ports.recording.scrub.check import check_cassette
from genai_ports.recording.scrub.findings import UnsafeRecording
from genai_ports.recording.scrub.scrubber import scrubbed
from genai_ports.regions import DEFAULT_REGION, endpoint_url
from genai_ports.wire.routes import VERSION

_REQUEST: Final = {"method": "GET", "uri": f"{endpoint_url(DEFAULT_REGION)}{VERSION}/models", "headers": {}}
_RESPONSE: Final = {"status": {"code": 200}, "headers": {}, "body": {"string": b""}}


def vcr_config(region: str = DEFAULT_REGION) -> dict[str, Any]:
    """Return settings for vcrpy and pytest-recording that scrub what they record.

    A request is scrubbed before it is compared with recorded ones too, so that a test with real OCIDs replays. Requests
    of other services are not recorded. A request or response that still looks like a secret raises `UnsafeRecording`.

    Args:
        region: the region of requests that name none.

    Returns:
        Arguments of `vcr.VCR`, and the value of the fixture `vcr_config` of pytest-recording.

    Example:
        >>> sorted(vcr_config())
        ['before_record_request', 'before_record_response']
    """

    def before_record_request(request: Any) -> Any:
        if VERSION not in request.uri:
            return None
        sent = {
            "method": request.method,
            "uri": request.uri,
            "headers": dict(request.headers),
            "body": request.body_bytes,
        }
        found = _scrubbed(sent, _RESPONSE, region)["request"]
        request.uri, request.body, request.headers = found["uri"], found["body"], _joined(found["headers"])
        return request

    def before_record_response(response: dict[str, Any]) -> dict[str, Any]:
        found = _scrubbed(_REQUEST, response, region)["response"]
        text = found["body"]["string"]
        return {**found, "body": {"string": text.encode() if isinstance(text, str) else text}}

    return {"before_record_request": before_record_request, "before_record_response": before_record_response}


def _scrubbed(request: dict[str, Any], response: dict[str, Any], region: str) -> dict[str, Any]:
    """Scrub an interaction as vcrpy has it, through the same reader and writer as a file."""
    text = yaml.safe_dump({"interactions": [{"request": request, "response": response}], "version": FORMAT_VERSION})
    cassette: Cassette = scrubbed(parse_cassette(text, "the request"), region)
    if findings := check_cassette(cassette):
        raise UnsafeRecording(findings, "a request")
    [found] = yaml.safe_load(cassette_text(cassette))["interactions"]
    return dict(found)


def _joined(headers: dict[str, list[str]]) -> dict[str, str]:
    return {name: ", ".join(values) for name, values in headers.items()}
