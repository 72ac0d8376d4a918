"""The builders, for any input: valid input is kept and serialised as the SDK does; wrong input is named."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oci.generative_ai import GenerativeAiClient
from oci.generative_ai import models as sdk

from genai_ports import builders
from genai_ports.errors import InvalidInput
from genai_ports.regions import all_regions
from genai_ports.wire import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable

Strategy = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Field:
    """The valid and the wrong values of a field, and whether it is required."""

    right: Strategy
    wrong: Strategy
    required: bool = False


@dataclass(frozen=True)
class Subject:
    """A builder, the model of the SDK with the same name, and their fields."""

    build: Callable[..., Any]
    model: type
    fields: dict[str, Field]

    def right(self) -> Strategy:
        """All required fields and any of the others."""
        parts = {
            required: {name: field.right for name, field in self.fields.items() if field.required is required}
            for required in (True, False)
        }
        return st.fixed_dictionaries(parts[True], optional=parts[False])

    def model_of(self, arguments: dict[str, Any]) -> Any:
        """The SDK's model with the same values."""
        return self.model(**{name: as_model(given) for name, given in arguments.items()})


def as_model(given: Any) -> Any:
    """Return the SDK's model of what a builder built; anything else unchanged."""
    model = getattr(sdk, type(given).__name__, None)
    if model is None:
        return given
    names = (name for name in model().swagger_types if not name.endswith("_type"))
    return model(**{name: getattr(given, name) for name in names})


BLANK = st.text(" \t\n\u3000", max_size=3)
TEXT = st.text(min_size=1, max_size=20).filter(str.strip)
NO_TEXT = st.integers() | st.booleans() | st.binary() | st.lists(TEXT)
NO_NUMBER = TEXT | st.booleans() | st.lists(st.integers()) | st.complex_numbers()
NAMES = st.text("abz09AZ", min_size=1, max_size=8)
FAR = 2**40


def text(*, required: bool = False) -> Field:
    """A non-blank string."""
    return Field(TEXT, (NO_TEXT | BLANK | st.none()) if required else (NO_TEXT | BLANK), required=required)


def integer(low: int, high: int = 2**31 - 1) -> Field:
    """A whole number between two ends."""
    beyond = st.integers(-FAR, low - 1) | st.integers(high + 1, FAR) | st.just(10**5000)
    return Field(st.integers(low, high), beyond | NO_NUMBER | st.floats())


def number(right: Strategy, wrong: Strategy) -> Field:
    """A number, whole or not."""
    never = st.sampled_from([math.nan, math.inf, -math.inf, 10**400, -(10**400)])
    return Field(right, wrong | never | NO_NUMBER)


HYPERPARAMETERS = {
    "total_training_epochs": integer(1),
    "learning_rate": number(
        st.floats(0, 1) | st.integers(0, 1), st.floats(max_value=0, exclude_max=True) | st.floats(1, exclude_min=True)
    ),
    "training_batch_size": integer(1),
    "early_stopping_patience": integer(0),
    "early_stopping_threshold": number(
        st.floats(0, allow_infinity=False) | st.integers(0), st.floats(max_value=0, exclude_max=True)
    ),
    "log_model_metrics_interval_in_steps": integer(0),
}
LORA = {
    "training_batch_size": integer(8, 16),
    "lora_r": integer(1, 64),
    "lora_alpha": integer(1, 128),
    "lora_dropout": number(
        st.floats(0, 1, exclude_max=True) | st.just(0), st.floats(max_value=0, exclude_max=True) | st.floats(1)
    ),
}
DATASET = Subject(
    builders.object_storage_dataset,
    sdk.ObjectStorageDataset,
    {name: text(required=True) for name in ("namespace_name", "bucket_name", "object_name")},
)
CONFIGS = [
    Subject(builders.t_few_training_config, sdk.TFewTrainingConfig, HYPERPARAMETERS),
    Subject(
        builders.vanilla_training_config,
        sdk.VanillaTrainingConfig,
        {**HYPERPARAMETERS, "num_of_last_layers": integer(0)},
    ),
    Subject(builders.lora_training_config, sdk.LoraTrainingConfig, {**HYPERPARAMETERS, **LORA}),
]
DATA_SOURCES = [
    Subject(
        builders.object_storage_data_source,
        sdk.ObjectStorageObject,
        {name: text(required=True) for name in ("namespace_name", "bucket_name", "prefix_name")}
        | {"region": Field(st.sampled_from([each.id for each in all_regions()]), NO_TEXT | BLANK | TEXT)},
    ),
    Subject(
        builders.hugging_face_data_source,
        sdk.HuggingFaceModel,
        {
            "model_id": Field(
                st.builds("{}/{}".format, NAMES, NAMES), NO_TEXT | BLANK | NAMES | st.none(), required=True
            ),
            "access_token": text(),
            "branch": text(),
            "commit": text(),
        },
    ),
]
DATASETS = DATASET.right().map(lambda arguments: DATASET.build(**arguments))
CONFIGURATIONS: Strategy = st.sampled_from(CONFIGS).flatmap(
    lambda subject: subject.right().map(lambda arguments: subject.build(**arguments))
)
FINE_TUNE_DETAILS = Subject(
    builders.fine_tune_details,
    sdk.FineTuneDetails,
    {
        "training_dataset": Field(DATASETS, CONFIGURATIONS | NO_TEXT | TEXT | st.none(), required=True),
        "dedicated_ai_cluster_id": text(required=True),
        "training_config": Field(CONFIGURATIONS, DATASETS | NO_TEXT | TEXT),
    },
)
SUBJECTS = [DATASET, *CONFIGS, *DATA_SOURCES, FINE_TUNE_DETAILS]
each_builder = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.build.__name__)


@pytest.fixture(scope="module")
def serialise() -> Callable[[object], Any]:
    """The serialisation of the SDK's client."""
    config = {
        "user": "ocid1.user.oc1..a",
        "tenancy": "ocid1.tenancy.oc1..a",
        "fingerprint": ":".join(["00"] * 16),
        "key_file": "never-read",
        "region": "us-chicago-1",
    }
    client = GenerativeAiClient(config, signer=object()).base_client
    return lambda model: client.sanitize_for_serialization(model, type(model).__name__)


def as_json(document: Any) -> str:
    """Write a JSON document: 1 and 1.0 stay different, the order of properties does not matter."""
    return json.dumps(document, sort_keys=True, allow_nan=False)


@each_builder
@given(data=st.data())
def test_valid_input_is_accepted_and_kept(subject: Subject, data: st.DataObject) -> None:
    arguments = data.draw(subject.right())
    built = subject.build(**arguments)
    for name in subject.fields:
        kept, meant = getattr(built, name), arguments.get(name)
        assert kept is meant or (type(kept) is type(meant) and kept == meant)


@each_builder
@given(data=st.data())
def test_what_is_built_serialises_as_the_sdk_serialises_it(
    subject: Subject, serialise: Callable[[object], Any], data: st.DataObject
) -> None:
    arguments = data.draw(subject.right())
    assert as_json(encode(subject.build(**arguments))) == as_json(serialise(subject.model_of(arguments)))


@each_builder
@given(data=st.data())
def test_what_is_built_is_read_back_from_its_json(subject: Subject, data: st.DataObject) -> None:
    built = subject.build(**data.draw(subject.right()))
    assert decode(type(built), json.loads(json.dumps(encode(built)))) == built


@each_builder
@given(data=st.data())
def test_a_wrong_field_is_refused_by_its_name(subject: Subject, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(subject.fields)))
    arguments = data.draw(subject.right()) | {name: data.draw(subject.fields[name].wrong)}
    with pytest.raises(InvalidInput, match=rf"^{subject.build.__name__}: {name} must be "):
        subject.build(**arguments)


@each_builder
@given(data=st.data(), unknown=st.text(max_size=30))
def test_any_unknown_name_is_refused(subject: Subject, data: st.DataObject, unknown: str) -> None:
    arguments = data.draw(subject.right())
    assume(unknown not in subject.fields)
    with pytest.raises(InvalidInput, match="unknown field ") as refused:
        subject.build(**arguments, **{unknown: None})
    assert any(f"did you mean {name}?" in str(refused.value) for name in subject.fields)


@given(
    token=st.text("0123456789abcdef", min_size=12, max_size=20).map("hf_{}".format),
    data=st.data(),
    name=st.sampled_from(["model_id", "branch", "commit"]),
)
def test_no_error_and_no_repr_shows_an_access_token(token: str, data: st.DataObject, name: str) -> None:
    subject = next(each for each in DATA_SOURCES if each.model is sdk.HuggingFaceModel)
    right = data.draw(subject.right()) | {"access_token": token}
    assert token not in repr(subject.build(**right))
    with pytest.raises(InvalidInput) as refused:
        subject.build(**right | {name: data.draw(subject.fields[name].wrong)})
    assert token not in str(refused.value)
