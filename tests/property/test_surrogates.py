"""A lone surrogate is refused in the same words in every place, by every backend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports import (
    CassetteModelRepository,
    FailingWork,
    Fault,
    HuggingFaceModel,
    InMemoryModelRepository,
    SdkModelRepository,
    builders,
    connect,
)
from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.api.value import replaced
from genai_ports.api.verbs import CREATE
from genai_ports.errors import GenAiError, InvalidInput, InvalidParameter
from genai_ports.simulator.rules.policies import Policies
from genai_ports.simulator.settings import WorldSettings
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing import ready
from genai_ports.testing.ready import COMPARTMENT
from genai_ports.testing.wsgi_transport import WsgiTransport
from genai_ports.wire import encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODEL = "ocid1.generativeaimodel.oc1.us-chicago-1.a"
TEXTS = st.builds(
    lambda before, lone, after: before + lone + after,
    st.text("ab. é", max_size=3),
    st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF, categories=["Cs"]),
    st.text("ab. é", max_size=3),
)
"""Texts with one surrogate."""

ARGUMENTS: dict[str, Callable[[Any, str], Any]] = {
    "the OCID of the model": lambda genai, text: genai.get_model(text),
    "the OCID of the work request": lambda genai, text: genai.wait_for_work_request(text),
    "region": lambda genai, text: genai.list_models(COMPARTMENT, region=text),
    "compartment_id": lambda genai, text: genai.list_models(text),
    "display_name": lambda genai, text: genai.list_models(COMPARTMENT, display_name=text),
    "capability": lambda genai, text: genai.list_models(COMPARTMENT, capability=["CHAT", text]),
    "sort_by": lambda genai, text: genai.list_models(COMPARTMENT, sort_by=text),
    "page": lambda genai, text: genai.list_models(COMPARTMENT, page=text),
    "if_match": lambda genai, text: genai.delete_model(MODEL, if_match=text),
    "request_id": lambda genai, text: genai.get_model(MODEL, request_id=text),
    "retry_token": lambda genai, text: genai.create_imported_model(ready.imported_model_details(), retry_token=text),
}
"""Arguments of calls."""

PROPERTIES: dict[str, Callable[[str], Any]] = {
    "displayName": lambda text: ready.imported_model_details(display_name=text),
    "compartmentId": lambda text: ready.imported_model_details(compartment_id=f"ocid1.compartment.oc1..{text}"),
    "description": lambda text: ready.imported_model_details(description=text),
    "vendor": lambda text: ready.imported_model_details(vendor=text),
    "freeformTags.(entry 1)": lambda text: ready.imported_model_details(freeform_tags={"a": text}),
    "freeformTags": lambda text: ready.imported_model_details(freeform_tags={text: "a"}),
    "definedTags.(entry 1).(entry 1)": lambda text: ready.imported_model_details(defined_tags={"a": {"b": text}}),
    "definedTags.(entry 1).(entry 1).(entry 1)[0]": lambda text: ready.imported_model_details(
        defined_tags={"a": {"b": {"c": [text]}}}
    ),
    "definedTags.(entry 1).(entry 1) ": lambda text: ready.imported_model_details(defined_tags={"a": {"b": {text: 1}}}),
    "definedTags.(entry 1)": lambda text: ready.imported_model_details(defined_tags={"a": {text: "b"}}),
    "definedTags": lambda text: ready.imported_model_details(defined_tags={text: {"a": "b"}}),
    "dataSource.accessToken": lambda text: ready.imported_model_details(
        data_source=HuggingFaceModel(model_id="a/b", access_token=text)
    ),
    "dataSource.modelId": lambda text: ready.imported_model_details(data_source=HuggingFaceModel(model_id=text)),
}
"""Properties of bodies."""

SETTINGS: dict[str, Callable[[str], Any]] = {
    **{
        name: lambda text, name=name: WorldSettings(**{name: text})  # type: ignore[misc]
        for name in ("region", "seed", "pace", "limits", "world")
    },
    "clock": lambda text: Settings(clock=text),
    "a mode": lambda text: WorldSettings(modes=[text]),
    "the id of a key": lambda text: WorldSettings(keys={text: "a"}),
    "user": lambda text: InMemoryModelRepository(user=text),
    "url": lambda text: connect(f"memory://?seed={text}"),
    "path": CassetteModelRepository,
    **{
        name: lambda text, name=name: SdkModelRepository(**{name: text})  # type: ignore[misc]
        for name in ("profile", "config_file", "auth", "endpoint", "ca_bundle")
    },
    "tenancy": lambda text: SdkModelRepository(endpoint="http://127.0.0.1:9", tenancy=text),
    **{
        name: lambda text, name=name: Fault(**{"status": 500, name: text})  # type: ignore[misc]
        for name in ("message", "code", "resource", "display_name", "operation", "damage")
    },
    "model_id": lambda text: builders.hugging_face_data_source(model_id=text),
    "access_token": lambda text: builders.hugging_face_data_source(model_id="a/b", access_token=text),
    "failure": lambda text: FailingWork(failure=text),
    "group": lambda text: Policies().join("ocid1.user.oc1..a", text),
    "name": lambda text: Policies().name_compartment(COMPARTMENT, text),
    "statement": lambda text: Policies().allow(f"Allow group {text} to read generative-ai-family in tenancy"),
    "identifier": lambda text: Simulator().finish(text),
}
"""Settings and tools of tests."""


@pytest.fixture(scope="module")
def backends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path: Path = tmp_path_factory.mktemp("cassettes") / "empty.yaml"
    path.write_text("interactions: []\nversion: 1\n")
    transport = WsgiTransport(create_app(Settings(clock="virtual")))
    return {
        "memory": InMemoryModelRepository(),
        "SDK": SdkModelRepository(endpoint="http://127.0.0.1:9", transport=transport),
        "recorded": CassetteModelRepository(path),
    }


def refusals(backends: dict[str, Any], call: Callable[[Any], Any]) -> set[tuple[type, str]]:
    """Return the refusals of all backends: one, if they are the same."""
    found = set()
    for genai in backends.values():
        with pytest.raises(GenAiError) as refused:
            call(genai)
        found.add((type(refused.value), str(getattr(refused.value, "message", refused.value))))
    return found


def words(name: str, text: str) -> str:
    """The refusal shows the surrogate alone: the text may be a secret."""
    [surrogate] = [each for each in text if "\ud800" <= each <= "\udfff"]
    return f"{name} must be text without unpaired surrogates, not {surrogate!r}"


@pytest.mark.parametrize("name", ARGUMENTS)
@given(text=TEXTS)
def test_an_argument_with_a_lone_surrogate_is_refused(backends: dict[str, Any], name: str, text: str) -> None:
    assert refusals(backends, lambda genai: ARGUMENTS[name](genai, text)) == {(InvalidInput, words(name, text))}


@pytest.mark.parametrize("name", PROPERTIES)
@given(text=TEXTS)
def test_a_property_with_a_lone_surrogate_is_refused(backends: dict[str, Any], name: str, text: str) -> None:
    found = refusals(backends, lambda genai: genai.create_imported_model(PROPERTIES[name](text)))
    assert found == {(InvalidParameter, words(name.strip(), text) + ".")}


@pytest.mark.parametrize("name", SETTINGS)
@given(text=TEXTS)
def test_a_setting_with_a_lone_surrogate_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        SETTINGS[name](text)
    assert str(refused.value).removeprefix("hugging_face_data_source: ") == words(name, text)


@pytest.mark.parametrize("kind", RESOURCE_KINDS, ids=lambda kind: kind.name)
@given(text=TEXTS)
def test_every_kind_refuses_a_name_with_a_lone_surrogate(backends: dict[str, Any], kind: Any, text: str) -> None:
    operation = kind.operation(CREATE)
    details = replaced(ready.details(backends["memory"], kind), display_name=text)
    found = refusals(backends, lambda genai: getattr(genai, operation.name)(details))
    assert found == {(InvalidParameter, words("displayName", text) + ".")}


@given(text=TEXTS)
def test_the_server_refuses_it_in_the_body_of_any_client(text: str) -> None:
    client = Client(create_app(Settings(clock="virtual")))
    body = {**encode(ready.imported_model_details()), "displayName": text}
    refused = client.post("/20231130/importedModels", data=json.dumps(body)).get_json()
    assert refused == {"code": "InvalidParameter", "message": words("displayName", text) + "."}
    refused = client.post("/_sim/faults", data=json.dumps({"status": 500, "message": text})).get_json()
    assert refused == {"code": "InvalidParameter", "message": words("message", text)}


@pytest.mark.parametrize("text", ["\U0001f600", "Zürich", "\ud7ff\ue000", "\x7f"])
def test_all_other_text_is_accepted(backends: dict[str, Any], text: str) -> None:
    genai = backends["memory"]
    made = genai.create_imported_model(ready.imported_model_details(freeform_tags={text: text}))
    assert genai.get_imported_model(made.id).freeform_tags == {text: text}
