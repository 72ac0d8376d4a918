"""A body is too deep in memory exactly if it is too deep over HTTP, whatever it nests and where."""

from __future__ import annotations

from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from fake_server import Settings, create_app
from genai_ports import InMemoryModelRepository, SdkModelRepository
from genai_ports.api.nesting import MOST_LEVELS
from genai_ports.errors import ServiceError
from genai_ports.testing import ready
from genai_ports.testing.wsgi_transport import WsgiTransport

ABOVE_A_TAG = 3
"""The body, its tags, and those of one namespace."""

WRAPPERS = [
    lambda part: [part],
    lambda part: (1, part, []),
    lambda part: {"a": part},
    lambda part: {"a": {}, "b": part, "c": [None]},
]
BACKENDS = (
    InMemoryModelRepository(),
    SdkModelRepository(endpoint="http://fake", transport=WsgiTransport(create_app(Settings(clock="virtual")))),
)


@st.composite
def tags(draw: st.DrawFn) -> tuple[int, Any]:
    """Make the value of a tag, near the limit, and return its number of levels with it."""
    levels = MOST_LEVELS - ABOVE_A_TAG + draw(st.integers(-5, 5))
    value: Any = draw(st.sampled_from([[], {}, ()]))
    for _ in range(levels - 1):
        value = draw(st.sampled_from(WRAPPERS))(value)
    return levels, value


def answer(genai: Any, value: Any) -> str:
    details = ready.imported_model_details(defined_tags={"flat": {"k": 1}, "n": {"k": value}})
    try:
        return str(genai.create_imported_model(details).defined_tags)
    except ServiceError as refusal:
        return str(refusal)


@given(tags())
def test_memory_and_http_accept_bodies_of_the_same_depth(given: tuple[int, Any]) -> None:
    levels, value = given
    in_memory, over_http = (answer(genai, value) for genai in BACKENDS)
    assert in_memory == over_http
    refused = "it nests deeper than 64 levels" in in_memory
    event(f"refused: {refused}")
    assert refused == (levels + ABOVE_A_TAG > MOST_LEVELS)
