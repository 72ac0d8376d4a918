"""Messages: private names that a cassette has in a property are replaced in its messages and log lines too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from genai_ports.recording.cassette import json_body
from genai_ports.recording.scrub.bodies import dump, is_name, scrub_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from genai_ports.recording.cassette import Interaction

_MESSAGES: Final = frozenset({"message", "lifecycleDetails"})
_SHORTEST: Final = 6
_WORD: Final = re.compile(r"[a-z]+")


def without_names(interactions: Iterable[Interaction]) -> Callable[[Interaction], Interaction]:
    """Return a function that replaces the private names of these interactions in messages.

    A name that is short or a plain word stays, because it may be a word of the sentence.
    """
    names = {name for each in interactions for name in _names(each) if scrub_name(name) != name}
    special = sorted((name for name in names if len(name) >= _SHORTEST and not _WORD.fullmatch(name)), key=len)
    if not special:
        return lambda each: each
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, reversed(special)))})(?![\w-])")

    def replace(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: replace(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [replace(each, name) for each in value]
        if isinstance(value, str) and name in _MESSAGES:
            return pattern.sub(lambda matched: scrub_name(matched[0]), value)
        return value

    def replaced(each: Interaction) -> Interaction:
        body = each.response.body
        if not any(message.encode() in body for message in _MESSAGES) or (document := json_body(body)) is None:
            return each
        return each._replace(response=each.response._replace(body=dump(replace(document))))

    return replaced


def _names(each: Interaction) -> Iterator[str]:
    yield from (text for name, text in each.request.query if is_name(name))
    for body in (each.request.body, each.response.body):
        yield from _names_in(json_body(body))


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, str):
                yield from [each] if is_name(key) and value.get("type") != "BASE" else []
            else:
                yield from _names_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _names_in(each)
