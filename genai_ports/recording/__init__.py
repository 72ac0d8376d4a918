"""Recorded traffic: cassettes in the format of vcrpy, read, written, scrubbed, replayed and compared.

Every public name is available here and is loaded at its first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from genai_ports.errors import missing_extra

if TYPE_CHECKING:
    from genai_ports.recording.in_process import replaying as replaying
    from genai_ports.recording.player import Player as Player
    from genai_ports.recording.recorder import recording as recording
    from genai_ports.recording.scrub import Finding as Finding
    from genai_ports.recording.scrub import UnsafeRecording as UnsafeRecording
    from genai_ports.recording.scrub import check_cassette as check_cassette
    from genai_ports.recording.scrub import scrubbed as scrubbed
    from genai_ports.recording.scrub.vcr import vcr_config as vcr_config
    from genai_ports.recording.tape import NothingRecorded as NothingRecorded
    from genai_ports.recording.tape import Tape as Tape
else:
    _MODULE_OF = {
        "recording": "recorder",
        "Player": "player",
        "replaying": "in_process",
        "NothingRecorded": "tape",
        "Tape": "tape",
        **dict.fromkeys(("Finding", "UnsafeRecording", "check_cassette", "scrubbed"), "scrub"),
        "vcr_config": "scrub.vcr",
    }
    __all__ = list(_MODULE_OF)

    def __getattr__(name: str) -> Any:
        """Load a public name from its module."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            module = import_module(f"{__name__}.{_MODULE_OF[name]}")
        except ModuleNotFoundError as error:
            raise missing_extra(error, "a recording", "recording") from error
        return getattr(module, name)

    def __dir__() -> list[str]:
        return sorted(__all__)
