"""The server's cache of JSON: bounded by bytes, and an entry goes with its value."""

from __future__ import annotations

import gc

import pytest
from werkzeug.test import Client

from fake_server import create_app
from fake_server.json_cache import ENTRY_BYTES, JsonCache
from genai_ports import CreateImportedModelDetails, InMemoryModelRepository, UpdateImportedModelDetails, builders
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.simulator.simulator import Simulator
from genai_ports.wire.responses import dump_value

COMPARTMENT = "ocid1.compartment.oc1..a"


def values(number: int) -> list[ChangeCompartmentDetails]:
    return [ChangeCompartmentDetails(compartment_id=f"{COMPARTMENT}{each}") for each in range(100, 100 + number)]


@pytest.fixture
def no_collector():
    gc.disable()
    yield
    gc.enable()


def test_the_same_value_is_written_once() -> None:
    cache, [one] = JsonCache(), values(1)
    assert cache.dump(one) == dump_value(one)
    assert cache.dump(one) is cache.dump(one)
    assert len(cache) == 1


@pytest.mark.usefixtures("no_collector")
def test_an_entry_goes_with_its_value() -> None:
    cache, kept = JsonCache(), values(3)
    for each in kept:
        cache.dump(each)
    full = cache.size
    del kept[0], each
    assert (len(cache), cache.size) == (2, full * 2 // 3)
    kept.clear()
    assert (len(cache), cache.size) == (0, 0)


def test_a_cache_never_holds_more_than_its_bytes() -> None:
    kept = values(100)
    size = len(dump_value(kept[0])) + ENTRY_BYTES
    cache = JsonCache(most_bytes=10 * size)
    for number, each in enumerate(kept):
        cache.dump(each)
        assert cache.size == len(cache) * size == (number % 10 + 1) * size


def test_a_value_that_is_larger_than_the_cache_leaves_it_as_it_was() -> None:
    small, large = values(1)[0], ChangeCompartmentDetails(compartment_id="x" * 5000)
    for most in (4096, len(dump_value(large)) + ENTRY_BYTES - 1):
        cache = JsonCache(most_bytes=most)
        cache.dump(small)
        assert cache.dump(large) == dump_value(large)
        assert (len(cache), cache.size) == (1, len(dump_value(small)) + ENTRY_BYTES)


def test_a_value_that_fills_the_cache_is_kept() -> None:
    [one] = values(1)
    cache = JsonCache(most_bytes=len(dump_value(one)) + ENTRY_BYTES)
    assert cache.dump(one) is cache.dump(one)


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("end", [Simulator.reset, lambda world: world.become(Simulator())])
def test_a_server_keeps_nothing_of_a_world_that_was_reset(end) -> None:
    genai = InMemoryModelRepository()
    app = create_app(simulator=genai.simulator)
    source = builders.hugging_face_data_source(model_id="openai/gpt-oss-20b")
    model = genai.create_imported_model(CreateImportedModelDetails(compartment_id=COMPARTMENT, data_source=source))

    def listed() -> int:
        Client(app).get("/20231130/importedModels", query_string={"compartmentId": COMPARTMENT})
        return len(app._items)

    assert listed() == 1
    genai.update_imported_model(model.id, UpdateImportedModelDetails(display_name="another"))
    assert len(app._items) == 0
    assert listed() == 1
    end(genai.simulator)
    assert (len(app._items), app._items.size) == (0, 0)
