"""Replay: a get of a recording against a get in memory, and the load of a large recording."""

from __future__ import annotations

from time import process_time

import pytest
from benchmarks import our_side
from recorded_world import Recording

from genai_ports import Repository, connect
from genai_ports.backends.recorded import RecordedBackend
from genai_ports.recording.cassette import Cassette, parse_cassette
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


@pytest.fixture(scope="module")
def large():
    """A recording of 10,000 interactions, and its last model."""
    recording = Recording(pace="reads:2")
    number = 0
    while len(recording.backend.interactions) < 10_000:
        made = ready.imported_model(recording.genai, display_name=f"m{number}")
        number += 1
    return recording.cassette, made


def test_load_of_10_000_interactions(figures, large):
    text = cassette_text(large[0])
    started = process_time()
    player = Player(parse_cassette(text))
    taken = process_time() - started
    figures.at_most(2, "load 10,000 interactions, seconds of CPU", taken, f"{len(player):,} interactions")


def test_a_large_recording_is_not_scanned_again(figures, seconds, large):
    cassette, made = large
    last = made.id
    its_own = Cassette(tuple(each for each in cassette.interactions if last in str(each)))
    alone, among_all = (Repository(RecordedBackend(Player(each))) for each in (its_own, cassette))
    for each in (alone, among_all):
        ready.imported_model(each, display_name=made.display_name)
    small, whole = seconds(lambda: alone.get_imported_model(last), lambda: among_all.get_imported_model(last))
    figures.at_most(1.5, "get a model, of 10,000 interactions / of its own", whole / small, f"{whole * 1e6:.1f} us")
