"""What a release is made from, what it is, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DELETION_ORDER: Final = ("endpoint", "model", "imported_model", "dedicated_ai_cluster")
"""The kinds of resources that a release has; each may be in use by those before it."""


@dataclass(frozen=True)
class Plan:
    """What to release. The name is the tag of everything that the release creates."""

    name: str
    compartment_id: str
    guard: str = "openai/gpt-oss-20b"
    base_model: str = "meta.llama-3.3-70b-instruct"
    dataset: str = "train.jsonl"
    lora_r: int = 8

    @property
    def tags(self) -> dict[str, str]:
        """Return the tags of everything that the release creates."""
        return {"release": self.name}

    def retry_token(self, step: str) -> str:
        """Return the retry token of a step: a second try, even of another process, creates nothing twice."""
        return f"{self.name}-{step}"


@dataclass(frozen=True)
class Release:
    """The OCIDs of a release."""

    guard_id: str
    training_id: str
    model_id: str
    cluster_id: str
    endpoint_id: str


class ReleaseFailed(Exception):
    """A release failed, and was rolled back.

    Args:
        step: which step failed.
        code: the error code of the service.
        message: its message.
    """

    left_behind: tuple[str, ...] = ()
    """The OCIDs of what the roll-back could not delete."""

    def __init__(self, step: str, code: str, message: str) -> None:
        super().__init__(f"{step}: {code}: {message}")
        self.step, self.code, self.message = step, code, message
