"""A thousand worlds in one process return their memory."""

from __future__ import annotations

import gc
import weakref

from genai_ports.testing import Sandbox, ready


def live(number, worlds):
    """Use a world in memory, and now and then through the SDK and a server."""
    with Sandbox(seed=number) as sandbox:
        worlds.append(weakref.ref(sandbox.genai_simulator))
        ready.imported_model(sandbox.genai)
        if number % 50 == 0:
            sandbox.oci_generative_ai_client.list_imported_models(ready.COMPARTMENT)
        if number % 250 == 0:
            sandbox.genai_over_http.list_imported_models(ready.COMPARTMENT).first()
            assert sandbox.oci_redirected is sandbox.genai_simulator


def test_a_thousand_worlds_return_their_memory():
    worlds = []
    for number in range(100):
        live(number, worlds)
    gc.collect()
    before = len(gc.get_objects())
    for number in range(1000):
        live(number, worlds)
    gc.collect()
    # One or two of the last worlds may be in a cache; each has thousands of objects.
    assert sum(world() is not None for world in worlds) <= 2
    assert len(gc.get_objects()) - before < 20_000
