"""A long-lived world keeps its resources, and nothing of removed ones."""

from __future__ import annotations

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.errors import NotFound
from genai_ports.simulator.work.removal import DELETED_STAYS
from genai_ports.testing import ready

ONE, TWO = (f"ocid1.compartment.oc1..{name}" for name in ("one", "two"))


def compartments(genai: InMemoryModelRepository) -> set[str]:
    world = genai.simulator.world
    return {key[1] for table in (*world.tables.values(), world.works) for key in table._partitions}


def test_of_a_compartment_nothing_is_kept_once_what_it_held_is_purged() -> None:
    genai = InMemoryModelRepository()
    made = genai.create_imported_model(ready.imported_model_details(compartment_id=ONE))
    assert genai.list_imported_models(ONE, sort_by="displayName").one().id == made.id
    genai.change_imported_model_compartment(made.id, TWO)
    assert genai.list_imported_models(ONE).first() is None
    assert genai.list_imported_models(TWO).one().id == made.id
    genai.delete_imported_model(made.id)
    genai.clock.sleep(DELETED_STAYS.total_seconds() + 3600)
    assert genai.list_imported_models(TWO).first() is None
    assert compartments(genai) == set()


def test_a_compartment_of_models_is_forgotten_although_it_shows_base_models() -> None:
    genai = InMemoryModelRepository()
    tuned = genai.create_model(ready.model_details(genai, compartment_id=ONE))
    shown = len(list(genai.list_models(ONE)))
    genai.delete_model(tuned.id)
    genai.clock.sleep(DELETED_STAYS.total_seconds() + 3600)
    assert len(list(genai.list_models(ONE))) == shown - 1
    assert ONE not in compartments(genai)


def test_the_journal_keeps_no_more_of_a_target_than_an_ocid_has() -> None:
    genai = InMemoryModelRepository()
    with pytest.raises(NotFound):
        genai.get_model("x" * 60_000)
    [entry] = genai.simulator.journal
    assert entry.resource == "(60000 characters)"
