"""The scrubber: an interaction, a request or a response without what is secret or private."""

from __future__ import annotations

from genai_ports.api.checks import check_instance, check_texts
from genai_ports.recording.cassette import Cassette, Interaction
from genai_ports.recording.scrub.bodies import scrub_body, scrub_property
from genai_ports.recording.scrub.headers import (
    scrub_content_type,
    scrub_request_headers,
    scrub_response_headers,
    scrub_tokens,
)
from genai_ports.recording.scrub.messages import without_names
from genai_ports.recording.scrub.texts import scrub_text
from genai_ports.regions import DEFAULT_REGION, endpoint_url, find_region
from genai_ports.wire.http import HttpRequest, HttpResponse
from genai_ports.wire.routes import VERSION


def scrubbed(cassette: Cassette, region: str = "") -> Cassette:
    """Return a cassette without what is secret or private.

    - Headers that matter stay; all others are dropped. Request ids, etags and tokens of retries and pages become
      pseudonyms.
    - OCIDs become pseudonyms of the same type, realm, region and length (at least 20 letters). Those of base models in
      the catalogue stay: they are public, and the simulator must know them to be compared with a recorded fine-tuning.
    - Names and descriptions become pseudonyms, in messages and log lines too. Names of base models and
      names that start with `genai-ports` stay.
    - Values of tags, user names and secrets are replaced; keys of tags become pseudonyms. `Oracle-Tags` keeps its keys.
    - The origin is the endpoint of the region, whatever server was recorded.

    A pseudonym is a hash of the original, so equal originals have equal pseudonyms in all cassettes. A recorded list
    that was sorted by name is no longer sorted, because pseudonyms of names have another order. Scrubbing a scrubbed
    cassette changes nothing.

    Args:
        cassette: recorded from any server.
        region: the region of requests that name none. Default: the one that most requests name, else `us-chicago-1`.
    """
    check_instance("cassette", cassette, Cassette)
    check_texts(region=region)
    default = region or cassette.region
    without = without_names(cassette.interactions)
    return Cassette(tuple(scrubbed_interaction(without(each), default) for each in cassette.interactions))


def scrubbed_interaction(each: Interaction, default_region: str = DEFAULT_REGION) -> Interaction:
    """Scrub one interaction; arguments as for `scrubbed`."""
    named = find_region(each.region or "") or find_region(default_region) or find_region(DEFAULT_REGION)
    assert named  # noqa: S101  # for the type checkers: the default region is known
    return Interaction(endpoint_url(named.id), scrubbed_request(each.request), scrubbed_response(each.response))


def scrubbed_request(request: HttpRequest) -> HttpRequest:
    """Scrub a request: the same result for a request that was recorded and for one to be matched with it."""
    return HttpRequest(
        request.method,
        scrub_text(_from_version(request.path)),
        tuple(_parameter(scrub_text(name), text) for name, text in request.query),
        scrub_request_headers(request.headers),
        scrub_body(request.body),
    )


def scrubbed_response(response: HttpResponse) -> HttpResponse:
    """Scrub a response."""
    return HttpResponse(
        response.status,
        scrub_response_headers(response.headers),
        scrub_body(response.body),
        scrub_content_type(response.content_type),
    )


def _parameter(name: str, text: str) -> tuple[str, str]:
    return name, scrub_tokens(text) if name == "page" else scrub_property(name, text)


def _from_version(path: str) -> str:
    """Drop what stands before the version: a region, or the prefix of a gateway."""
    _, version, rest = path.partition(f"{VERSION}/")
    return version + rest if version else path
