"""JSON and domain classes, in both directions, for every document that our types or the OCI SDK's types can express."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from oci.auth.signers import SecurityTokenSigner
from oci.generative_ai import GenerativeAiClient, models

from genai_ports.api import compartment, fine_tuning
from genai_ports.api.fine_tuning import FineTuneDetails
from genai_ports.api.kinds import KINDS
from genai_ports.api.names import snake
from genai_ports.api.schema import Scalar, properties
from genai_ports.api.value import Value
from genai_ports.api.variant import Variant
from genai_ports.testing.strategies import SURPRISE, documents, instances, json_values, with_surprises
from genai_ports.wire import decode, decode_page, encode, unknown_fields
from genai_ports.wire.unknown import MOST_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Document: TypeAlias = dict[str, Any]

MODULES = (compartment, fine_tuning, *(sys.modules[kind.snapshot.__module__] for kind in KINDS.values()))
OF_OUR_OWN = {"GuardConfig", "TrainingHyperparameters"}
"""Base classes, which Oracle does not have."""
ORACLES_NAMES = {"ChangeCompartmentDetails": "ChangeModelCompartmentDetails"}

CLASSES: dict[str, type] = {
    ORACLES_NAMES.get(name, name): cls
    for module in MODULES
    for name, cls in vars(module).items()
    if isinstance(cls, type) and issubclass(cls, Value) and cls.__module__ == module.__name__ and name not in OF_OUR_OWN
}
TAGS = {"freeformTags", "definedTags", "systemTags", "metadata", "securityAttributes"}
DISCRIMINATORS = {"datasetType", "trainingConfigType", "modelMetricsType", "sourceType", "capacityType"}

ANY_NAME = st.sampled_from(sorted(CLASSES))
ANY_CLASS = ANY_NAME.map(CLASSES.__getitem__)
ANY_WHOLE_CLASS = ANY_CLASS.filter(lambda cls: not issubclass(cls, Variant))


# --- what the SDK's types can express


def rfc_3339_times() -> st.SearchStrategy[str]:
    offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    moments = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC) | offsets)  # noqa: DTZ001
    fractions = st.just("") | st.text("0123456789", min_size=1, max_size=9).map(".".__add__)
    return st.builds(_rfc_3339, moments, fractions)


def _rfc_3339(moment: datetime, fraction: str) -> str:
    text = moment.isoformat(timespec="seconds")
    return (text[:19] + fraction + text[19:]).replace("+00:00", "Z")


@cache
def sdk_documents(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Make documents with every property of the SDK's class: absent, null or present."""
    cls = getattr(models, name)
    subtypes = [sub for sub, other in vars(models).items() if isinstance(other, type) and other in cls.__subclasses__()]
    if subtypes:
        return st.one_of([sdk_documents(sub) for sub in subtypes])
    blank = cls()
    tags = {attribute: given for attribute in blank.swagger_types if (given := getattr(blank, attribute)) is not None}
    return st.fixed_dictionaries(
        {blank.attribute_map[attribute]: st.just(tag) for attribute, tag in tags.items()},
        optional={
            blank.attribute_map[attribute]: st.none() | sdk_values(kind, known_constants(cls, attribute))
            for attribute, kind in blank.swagger_types.items()
            if attribute not in tags
        },
    )


def known_constants(cls: type, attribute: str) -> list[str]:
    return [getattr(cls, name) for name in sorted(dir(cls)) if name.startswith(f"{attribute.upper()}_")]


def sdk_values(kind: str, constants: list[str]) -> st.SearchStrategy[Any]:
    if part := re.fullmatch(r"list\[(.*)\]", kind):
        return st.lists(sdk_values(part[1], constants), max_size=3)
    if part := re.fullmatch(r"dict\(str, (.*)\)", kind):
        return st.dictionaries(st.text(), sdk_values(part[1], constants), max_size=2)
    if kind == "str":
        return st.sampled_from(constants) if constants else st.text()
    of_kind = {
        "int": st.integers(),
        "float": st.floats(allow_nan=False, allow_infinity=False),
        "bool": st.booleans(),
        "datetime": rfc_3339_times(),
        "object": json_values(),
    }
    return of_kind[kind] if kind in of_kind else st.deferred(lambda: sdk_documents(kind))


ANY_SDK_DOCUMENT = ANY_NAME.flatmap(lambda name: st.tuples(st.just(name), sdk_documents(name)))
NO_SIGNER = object.__new__(SecurityTokenSigner)  # reading signs nothing
SDK = GenerativeAiClient({}, signer=NO_SIGNER, service_endpoint="http://localhost").base_client


def same(ours: Any, theirs: Any) -> bool:
    """Compare one of our values with one of the SDK's, attribute by attribute."""
    if hasattr(theirs, "swagger_types"):
        return all(same(getattr(ours, attribute), getattr(theirs, attribute)) for attribute in theirs.swagger_types)
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(same(*pair) for pair in zip(ours, theirs, strict=True))
    return bool(encode(ours) == theirs if isinstance(theirs, dict) else ours == theirs)


def normal(item: Any, name: str = "") -> Any:
    """Remove from a document what does not matter: nulls, and the format of times."""
    if is_of_unknown_variant(item):
        return item
    if isinstance(item, dict):
        return {key: part if key in TAGS else normal(part, key) for key, part in item.items() if part is not None}
    if isinstance(item, list):
        return [normal(part) for part in item]
    if name.startswith("time") and isinstance(item, str):
        moment = datetime.fromisoformat(item)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return item


@given(ANY_SDK_DOCUMENT)
def test_a_document_that_the_sdk_can_express_survives_being_read_and_written(case: tuple[str, Document]) -> None:
    name, document = case
    assert normal(encode(decode(CLASSES[name], document))) == normal(document)


@given(ANY_SDK_DOCUMENT)
def test_a_document_is_read_as_the_sdk_reads_it(case: tuple[str, Document]) -> None:
    name, document = case
    theirs = SDK.deserialize_response_data(json.dumps(document).encode(), name)
    assert same(decode(CLASSES[name], document), theirs)


@given(ANY_CLASS.flatmap(lambda cls: st.tuples(st.just(cls), st.lists(documents(cls), max_size=5))))
def test_a_page_is_read_as_each_of_its_items(case: tuple[type, list[Document]]) -> None:
    cls, items = case
    assert decode_page(cls, {"items": items}) == tuple(decode(cls, item) for item in items)


# --- what this version does not know


def surprises(item: Any, path: str = "") -> Iterator[str]:
    """List the paths of the unknown properties, except in tags, in unknown variants and in each other."""
    if isinstance(item, list):
        for index, part in enumerate(item):
            yield from surprises(part, f"{path}[{index}]")
    if not isinstance(item, dict) or is_of_unknown_variant(item):
        return
    for name, part in item.items():
        here = f"{path}.{name}" if path else name
        if name.startswith(SURPRISE):
            yield here
        elif name not in TAGS:
            yield from surprises(part, here)


def is_of_unknown_variant(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    return any(str(item.get(name)).startswith(SURPRISE.upper()) for name in DISCRIMINATORS)


def without_surprises(item: Any) -> Any:
    """Remove the unknown properties from a document, except in tags and in unknown variants."""
    if isinstance(item, list):
        return [without_surprises(part) for part in item]
    if not isinstance(item, dict) or is_of_unknown_variant(item):
        return item
    return {
        name: part if name in TAGS else without_surprises(part)
        for name, part in item.items()
        if not name.startswith(SURPRISE)
    }


ANY_SURPRISE = ANY_WHOLE_CLASS.flatmap(lambda cls: st.tuples(st.just(cls), with_surprises(documents(cls))))


@given(ANY_SURPRISE)
def test_the_known_part_of_a_document_survives_surprises(case: tuple[type, Document]) -> None:
    cls, document = case
    assert normal(encode(decode(cls, document))) == normal(without_surprises(document))


@given(ANY_SURPRISE)
def test_the_unknown_fields_are_exactly_the_surprises(case: tuple[type, Document]) -> None:
    cls, document = case
    expected = tuple(surprises(document))[:MOST_NAMES]
    found = unknown_fields(cls, document)
    assert [path.rpartition(".")[0] for path in found] == [path.rpartition(".")[0] for path in expected]


@pytest.mark.parametrize(
    "wanted",
    [
        lambda document: any(path.startswith("trainingConfig.") for path in surprises(document)),
        lambda document: is_of_unknown_variant(document["trainingDataset"]),
        lambda document: document["dedicatedAiClusterId"].startswith(SURPRISE.upper()),
    ],
    ids=["an unknown property", "an unknown variant", "an unknown constant"],
)
def test_surprises_are_generated(wanted: Callable[[Document], bool]) -> None:
    generating = settings(phases=[Phase.generate], max_examples=1000, database=None, derandomize=True)
    assert find(with_surprises(documents(FineTuneDetails)), wanted, settings=generating)


# --- anything at all

PROPERTIES = st.sampled_from(sorted(DISCRIMINATORS.union(*(properties(cls) for cls in CLASSES.values()))))
CONSTANTS = st.sampled_from(sorted(cls.tag() for cls in CLASSES.values() if issubclass(cls, Variant)))
ANYTHING = st.recursive(
    json_values() | CONSTANTS, lambda inner: st.lists(inner) | st.dictionaries(PROPERTIES, inner), max_leaves=5
)
ANY_OBJECT = st.dictionaries(PROPERTIES, ANYTHING, max_size=5)


@given(ANY_CLASS, ANY_OBJECT)
def test_any_object_is_read_and_the_result_survives_a_round_trip(cls: type, document: Document) -> None:
    read: Any = decode(cls, document)
    assert type(read) is cls
    assert decode(cls, json.loads(json.dumps(encode(read)))) == read


@given(ANY_CLASS, ANY_OBJECT)
def test_the_search_for_unknown_fields_accepts_any_object(cls: type, document: Document) -> None:
    at_the_top = [name for name in document if name not in properties(cls) and name not in DISCRIMINATORS]
    assert len(unknown_fields(cls, document)) >= min(len(at_the_top), MOST_NAMES)


@given(ANY_CLASS, st.data())
def test_a_scalar_of_any_type_is_read_unchanged(cls: type, data: st.DataObject) -> None:
    plain = (str, int, float, bool)
    primitive = [name for name, node in properties(cls).items() if isinstance(node, Scalar) and node.type in plain]
    document = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(primitive, json_values())))
    read: Any = decode(cls, document)
    assert {name: getattr(read, snake(name)) for name in document} == document


@given(ANY_CLASS.flatmap(instances))
def test_a_domain_value_survives_being_written_and_read(value: Any) -> None:
    assert decode(type(value), json.loads(json.dumps(encode(value)))) == value
