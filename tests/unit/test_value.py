"""Values are immutable, equal if their fields are equal, and shown without the fields that are None."""

from __future__ import annotations

import copy
import pickle
import sys
from dataclasses import FrozenInstanceError, field
from inspect import Parameter, signature
from typing import Any
from unittest.mock import ANY, Mock

import pytest

from genai_ports import CreateModelDetails, HuggingFaceModel, InMemoryModelRepository
from genai_ports.api.kinds import ENDPOINT, MODEL, OPERATIONS
from genai_ports.api.snapshot import Page, ResponseMetadata, Snapshot
from genai_ports.api.value import Value, narrowed, replaced, shared_names, value
from genai_ports.api.variant import UnknownVariant
from genai_ports.errors import InvalidParameter
from genai_ports.testing import ready


@value
class Nothing(Value):
    """No field."""


@value
class One(Value):
    """One field."""

    a: int


@value
class Two(Value):
    """One more field, and one that is not compared."""

    a: int
    b: str | None = None
    note: str | None = field(default=None, compare=False, repr=False)


@value
class AlsoTwo(Value):
    """Another class with the same fields."""

    a: int
    b: str | None = None


def test_values_are_equal_if_they_have_one_class_and_equal_fields() -> None:
    assert Two(a=1, b="x") == Two(a=1, b="x")
    assert Two(a=1) != Two(a=2)
    assert Two(a=1, b="x") != Two(a=1, b="y")
    assert One(a=1) != One(a=2)
    assert Nothing() == Nothing()
    assert AlsoTwo(a=1) != Two(a=1)
    assert (One(a=1) == 1) is False
    assert One(a=1) == ANY  # the other one is asked too
    assert One(a=1) != Mock(One(a=1))


def test_a_field_that_is_not_compared_does_not_matter() -> None:
    assert Two(a=1, note="x") == Two(a=1, note="y")
    assert hash(Two(a=1, note="x")) == hash(Two(a=1, note="y"))


def test_equal_values_have_equal_hashes() -> None:
    assert len({Two(a=1), Two(a=1), AlsoTwo(a=1), Two(a=2), Nothing(), Nothing()}) == 4


def test_the_repr_shows_fields_that_are_not_none() -> None:
    assert repr(Two(a=0, note="hidden")) == "Two(a=0)"
    assert repr(Two(a=1, b="")) == "Two(a=1, b='')"
    assert repr(Nothing()) == "Nothing()"


def test_a_secret_is_not_shown() -> None:
    assert "secret" not in repr(HuggingFaceModel(model_id="a/b", access_token="secret"))


def test_a_value_cannot_be_changed() -> None:
    one = One(a=1)
    with pytest.raises(FrozenInstanceError):
        one.a = 2  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        one.b = 2  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'a'"):
        del one.a
    assert one == One(a=1)


def test_fields_are_keyword_only() -> None:
    with pytest.raises(TypeError):
        One(1)  # type: ignore[misc]
    with pytest.raises(TypeError, match="compartment_id"):
        CreateModelDetails()  # type: ignore[call-arg]
    assert One.__match_args__ == ()


def test_a_field_must_exist_and_a_required_one_must_be_passed() -> None:
    with pytest.raises(TypeError, match=r"^Two has no field c, d$"):
        Two(a=1, d=2, c=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^Two requires a$"):
        Two(b="x")  # type: ignore[call-arg]


@value
class Checked(Value):
    """A field with a new default for each value, and a restriction."""

    items: list[Any] = field(default_factory=list)
    most: int = 1

    def __post_init__(self) -> None:
        if len(self.items) > self.most:
            raise ValueError("too many")


def test_each_value_has_a_new_default_and_the_restrictions_are_checked() -> None:
    one, other = Checked(), Checked()
    assert (one.items, other.items, one.most) == ([], [], 1)
    assert one.items is not other.items
    assert Checked(items=[1]).items == [1]
    with pytest.raises(ValueError, match="too many"):
        Checked(items=[1, 2])


def test_the_signature_of_a_class_shows_its_fields() -> None:
    parameters = signature(Two).parameters.values()
    assert [(each.name, each.default) for each in parameters] == [("a", Parameter.empty), ("b", None), ("note", None)]
    assert {each.kind for each in parameters} == {Parameter.KEYWORD_ONLY}
    assert [each.annotation for each in parameters][:2] == ["int", "str | None"]


def test_a_row_of_a_table_is_equal_to_itself_alone() -> None:
    assert (MODEL == MODEL, MODEL == ENDPOINT, len({MODEL, MODEL, ENDPOINT})) == (True, False, 2)  # noqa: PLR0124
    assert [repr(MODEL), repr(OPERATIONS["get_model"])] == ["<Kind model>", "<Operation get_model>"]


def test_a_copy_can_have_changed_fields_and_the_original_stays() -> None:
    original = Two(a=1, b="x", note="n")
    changed = replaced(original, b="y")
    assert (changed, changed.note, type(changed)) == (Two(a=1, b="y"), "n", Two)
    assert original == Two(a=1, b="x")
    assert replaced(original) == original
    assert replaced(original) is not original


def test_a_copy_cannot_have_an_unknown_field() -> None:
    with pytest.raises(AttributeError, match=r"^One has no field c, d$"):
        replaced(One(a=1), d=2, c=2)


def test_a_value_is_narrowed_to_the_fields_of_another_class() -> None:
    narrow = narrowed(Two(a=1, b="x"), One)
    assert (narrow, type(narrow)) == (One(a=1), One)
    assert type(narrowed(Two(a=1), Nothing)) is Nothing


def test_two_classes_share_the_fields_of_the_same_name() -> None:
    assert shared_names(Two, AlsoTwo) == ("a", "b")
    assert shared_names(Nothing, Two) == ()


def test_snapshots_are_equal_whatever_their_response_metadata() -> None:
    one, other = (Snapshot(response=ResponseMetadata(status=200, etag=etag)) for etag in ("a", "b"))
    assert one == other
    assert (one.etag, other.etag, Snapshot().etag) == ("a", "b", None)
    assert repr(one) == "Snapshot()"
    page: Page[Snapshot] = Page(items=(), response=one.response)
    assert page == Page(items=(), response=other.response)
    assert repr(page) == "Page(items=())"


def test_a_snapshot_survives_copying_and_pickling() -> None:
    genai = InMemoryModelRepository()
    model = ready.custom_model(genai, freeform_tags={"a": "b"}, defined_tags={"n": {"k": ["v"]}})
    for same in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):  # noqa: S301  # our own
        assert same == model
        assert same.response == model.response
        assert type(same.freeform_tags) is type(model.freeform_tags)
    assert copy.deepcopy(model) is model


def test_equal_snapshots_have_equal_hashes() -> None:
    tags = {"freeform_tags": {"a": "b", "c": "d"}, "defined_tags": {"n": {"list": [1, {"x": None}]}}}
    genai = InMemoryModelRepository()
    made = genai.create_imported_model(ready.imported_model_details(**tags))
    read, again = genai.get_imported_model(made.id), genai.get_imported_model(made.id)
    assert len({made, read, again}) == 2


def test_the_values_of_an_unknown_variant_are_not_shown() -> None:
    source = UnknownVariant(document={"sourceType": "NEW", "accessToken": "hf_secret"})
    assert repr(source) == "UnknownVariant(sourceType, accessToken)"
    details = ready.imported_model_details(data_source=source)
    with pytest.raises(InvalidParameter) as refused:
        InMemoryModelRepository().create_imported_model(details)
    assert "hf_secret" not in f"{refused.value} {details!r}"


def test_values_of_a_class_share_the_keys_of_their_dicts() -> None:
    attributes = vars(ready.custom_model(InMemoryModelRepository()))
    assert sys.getsizeof(attributes) < sys.getsizeof({**attributes}) / 2
