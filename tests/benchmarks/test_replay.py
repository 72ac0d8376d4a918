"""Replay: a get of a recording against a get in memory, and the load of a large recording."""

from __future__ import annotations

from time import process_time

from benchmarks import our_side
from recorded_world import Recording

from genai_ports import Repository, connect
from genai_ports.backends.recorded import RecordedBackend
from genai_ports.recording.cassette import parse_cassette
from genai_ports.recording.cassette_text import cassette_text
from genai_ports.recording.player import Player
from genai_ports.testing import ready


def test_get(figures, seconds):
    recording = Recording()
    recorded = ready.imported_model(recording.genai)
    replayed = Repository(RecordedBackend(Player(recording.cassette)))
    ready.imported_model(replayed)
    genai = connect("memory://")
    identifier = our_side.fill(genai, 100)
    replay, memory = seconds(lambda: replayed.get_imported_model(recorded.id), lambda: genai.get_model(identifier))
    figures.at_most(3, "get a model, replayed / in memory", replay / memory, f"{replay * 1e6:.1f} us")


def test_load_of_10_000_interactions(figures):
    recording = Recording(pace="reads:2")
    number = 0
    while len(recording.backend.interactions) < 10_000:
        ready.imported_model(recording.genai, display_name=f"m{number}")
        number += 1
    text = cassette_text(recording.cassette)
    started = process_time()
    player = Player(parse_cassette(text))
    taken = process_time() - started
    figures.at_most(2, "load 10,000 interactions, seconds of CPU", taken, f"{len(player):,} interactions")
