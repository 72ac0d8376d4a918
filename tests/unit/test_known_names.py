"""A name that a client sent is shown if the service has it; of any other, the position and what it is similar to."""

from __future__ import annotations

import pytest

from genai_ports.api.known_names import shown_name


@pytest.mark.parametrize(
    "name",
    [
        *("compartmentId", "limit", "page", "sortBy", "sortOrder", "capability", "resourceId", "loraDropout"),
        *("datasetType", "trainingConfigType", "namespaceName", "identifier", "isEnabled", "totalEndpointCapacity"),
        *("previousState", "percentComplete", "accessToken"),
    ],
)
def test_a_name_of_the_service_is_shown(name: str) -> None:
    assert shown_name(name, 3) == name


@pytest.mark.parametrize(
    ("name", "known", "shown"),
    [
        ("own", ["own"], "own"),
        ("acessToken", ["accessToken", "modelId"], "property 3 (similar to accessToken)"),
        ("hunter2", ["accessToken"], "property 3 (7 characters)"),
        ("x", [], "property 3 (1 character)"),
        ("a" * 97 + "bbb", ["a" * 97 + "bbb" + "c" * 20], f"property 3 (similar to {'a' * 97}bbb{'c' * 20})"),
    ],
)
def test_any_other_name_is_shown_by_its_position(name: str, known: list[str], shown: str) -> None:
    assert shown_name(name, 3, known) == shown


def test_a_parameter_is_called_one() -> None:
    assert shown_name("hunter2", 1, what="parameter") == "parameter 1 (7 characters)"
