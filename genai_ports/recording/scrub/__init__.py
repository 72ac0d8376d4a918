"""Scrubbing: recordings without secrets and private names, checked before a byte of them is written."""

from genai_ports.recording.scrub.check import check_cassette, check_provenance
from genai_ports.recording.scrub.findings import Finding, UnsafeRecording
from genai_ports.recording.scrub.scrubber import scrubbed, scrubbed_interaction, scrubbed_request, scrubbed_response

SCRUBBER_VERSION = 1
"""Changes when the same cassette is scrubbed to something else."""

__all__ = [
    "SCRUBBER_VERSION",
    "Finding",
    "UnsafeRecording",
    "check_cassette",
    "check_provenance",
    "scrubbed",
    "scrubbed_interaction",
    "scrubbed_request",
    "scrubbed_response",
]
