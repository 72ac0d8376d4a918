"""An imported model has a name of plain characters and one capability; every other body is refused."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports import InMemoryModelRepository, UpdateImportedModelDetails
from genai_ports.errors import InvalidParameter
from genai_ports.testing import ready


@pytest.mark.parametrize(("name", "position"), [(".", 1), ("a.b", 2), ("a b.c", 2), ("A-9_z\n", 6), ("modèle", 4)])
def test_the_first_wrong_character_of_a_name_is_refused_by_its_position(name: str, position: int) -> None:
    genai = InMemoryModelRepository()
    made = genai.create_imported_model(ready.imported_model_details(display_name="A-9_z"))
    for act in (
        lambda: genai.create_imported_model(ready.imported_model_details(display_name=name)),
        lambda: genai.update_imported_model(made.id, UpdateImportedModelDetails(display_name=name)),
    ):
        with pytest.raises(InvalidParameter, match=rf"letters, digits, - and _, not its character {position}\.$"):
            act()


@pytest.mark.parametrize(("capabilities", "count"), [((), "none"), (("RERANK", "RERANK"), 2)])
def test_a_number_of_capabilities_other_than_one_is_refused(capabilities: Any, count: object) -> None:
    with pytest.raises(InvalidParameter, match=f"capabilities must name one capability, not {count}"):
        InMemoryModelRepository().create_imported_model(ready.imported_model_details(capabilities=capabilities))
