"""The drift alarm: the installed SDK has what is served, and every change in it is reported."""

from __future__ import annotations

import inspect
import json
import sys
from importlib.metadata import version

import pytest
from click.testing import CliRunner
from oci.generative_ai import GenerativeAiClient, models

from genai_ports.api import compartment, enums, fine_tuning, kinds
from genai_ports.api.kinds import OPERATIONS, RESOURCE_KINDS
from genai_ports.api.value import Value
from genai_ports.cli import main
from genai_ports.cli.commands import commands
from genai_ports.drift import Drift, Finding, Place, compare, find_drift
from genai_ports.drift.client_source import describe_client
from genai_ports.drift.description import Part
from genai_ports.drift.sdk_classes import describe_classes
from genai_ports.drift.served import describe_served

SERVED = describe_served()
NAMES = [place.path[0] for place in SERVED if place.kind == Part.CLASS]
SOURCE = inspect.getsource(GenerativeAiClient)
CLASSES = vars(models)
CLIENT_TODAY = describe_client(SOURCE)
CLASSES_TODAY = describe_classes(CLASSES, NAMES)
OF_OUR_OWN = {
    "ChangeCompartmentDetails",
    "GuardConfig",
    "Snapshot",
    "TrainingHyperparameters",
    "UnknownVariant",
    "Value",
    "Variant",
}
"""Our classes that do not correspond to exactly one class of Oracle's."""
TODAY = compare(SERVED, {**CLIENT_TODAY, **CLASSES_TODAY}, version="today")


def found(drift):
    """Return what a drift has in addition to today's, as (sign, kind, name, served, installed)."""
    new = [
        (sign, *(getattr(finding, name) for name in ("kind", "name", "served", "installed")))
        for sign, findings in (("+", drift.additions), ("-", drift.removals), ("~", drift.changes))
        for finding in findings
        if finding not in TODAY.additions
    ]
    assert drift.is_failure is any(sign != "+" for sign, *_ in new)
    return new


def in_client(*edits):
    """Return what is found after edits in the source of the SDK's client."""
    source = SOURCE
    for edit in edits:
        source = edit(source)
    return found(compare(SERVED, {**describe_client(source), **CLASSES_TODAY}, version="edited"))


def edit(method, old, new=""):
    """Replace a text in one method of the client."""

    def edited(source):
        head, start, rest = source.partition(f"    def {method}(")
        body, end, tail = rest.partition("\n    def ")
        assert old in start + body
        return head + (start + body).replace(old, new, 1) + end + tail

    return edited


def without_method(name):
    def edited(source):
        head, _, rest = source.partition(f"    def {name}(")
        return f"{head}    def {rest.partition(chr(10) + '    def ')[2]}"

    return edited


def in_classes(**changed):
    """Return what is found after classes of the SDK are replaced, or removed (None)."""
    classes = {name: cls for name, cls in {**CLASSES, **changed}.items() if cls is not None}
    return found(compare(SERVED, {**CLIENT_TODAY, **describe_classes(classes, NAMES)}, version="changed"))


def like(cls, *, types=(), wire=(), without=(), **members):
    """Copy a class of the SDK's, with changed types, JSON names or members."""

    def __init__(self, **given):  # noqa: N807  # it is to be that
        cls.__init__(self, **given)
        self.swagger_types = {**self.swagger_types, **dict(types)}
        self.attribute_map = {**self.attribute_map, **dict(wire)}
        for name in without:
            self.swagger_types.pop(name, None)

    kept = {name: member for name, member in vars(cls).items() if name not in ("__dict__", "__weakref__", *without)}
    return type(cls.__name__, cls.__bases__, {**kept, "__init__": __init__, **members})


# --- today


def test_the_installed_sdk_has_all_that_is_served_in_the_same_form():
    drift = find_drift()
    assert (drift.removals, drift.changes) == ((), ())
    assert drift.version == version("oci")


def test_all_that_the_sdk_has_in_addition_is_reported():
    names = {finding.name for finding in find_drift().additions if finding.kind == "operation"}
    methods = {name for name, _ in inspect.getmembers(GenerativeAiClient, inspect.isfunction) if name[0] != "_"}
    assert names == methods - OPERATIONS.keys()


def test_every_kind_of_thing_is_compared():
    assert {place.kind for place in SERVED} == set(Part) - {Part.OPTION}


def test_every_class_of_the_domain_is_compared():
    rooms = (compartment, fine_tuning, *(sys.modules[kind.snapshot.__module__] for kind in kinds.KINDS.values()))
    found = [(name, cls) for room in rooms for name, cls in vars(room).items() if inspect.isclass(cls)]
    classes = {name for name, cls in found if issubclass(cls, Value)}
    assert classes - OF_OUR_OWN <= set(NAMES)
    assert {f"Change{kind.snapshot.__name__}CompartmentDetails" for kind in RESOURCE_KINDS} <= set(NAMES)


def test_every_value_of_every_enumeration_is_compared():
    compared = [{place.path[-1] for place in SERVED if place.path[:-1] == owner} for owner in owners_of_values()]
    for name, cls in vars(enums).items():
        if inspect.isclass(cls):
            assert set(enums.values(cls)) in compared, name
    assert enums.UNIT_SHAPES in compared


def owners_of_values():
    return {place.path[:-1] for place in SERVED if place.kind == Part.VALUE}


# --- what may change in the client

LOOK = """    def look_at_model(self):
        resource_path = "/look"
        method = "GET"

"""
WRITTEN_AS_A_LIST = """self.base_client.generate_collection_format_param(kwargs.get("capability", missing), 'multi')"""


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        (
            [without_method("get_endpoint")],
            ("-", "operation", "get_endpoint", "GET /20231130/endpoints/{endpointId}", None),
        ),
        (
            [edit("get_model", '"/models/{modelId}"', '"/allModels/{modelId}"')],
            ("~", "operation", "get_model", "GET /20231130/models/{modelId}", "GET /20231130/allModels/{modelId}"),
        ),
        (
            [edit("update_model", 'method = "PUT"', 'method = "PATCH"')],
            ("~", "operation", "update_model", "PUT /20231130/models/{modelId}", "PATCH /20231130/models/{modelId}"),
        ),
        (
            [edit("list_models", '"vendor",\n'), edit("list_models", '"vendor": kwargs.get("vendor", missing),')],
            ("-", "query parameter", "list_models.vendor", "str, keyword vendor", None),
        ),
        (
            [edit("list_models", '"vendor",\n')],
            ("-", "query parameter", "list_models.vendor", "str, keyword vendor", None),
        ),
        (
            [edit("list_models", ":param int limit:", ":param str limit:")],
            ("~", "query parameter", "list_models.limit", "int, keyword limit", "str, keyword limit"),
        ),
        (
            [edit("list_models", "'multi'", "'csv'")],
            (
                "~",
                "query parameter",
                "list_models.capability",
                "list[str], multi, keyword capability",
                "list[str], csv, keyword capability",
            ),
        ),
        (
            [edit("list_models", WRITTEN_AS_A_LIST, 'kwargs.get("capability", missing)')],
            (
                "~",
                "query parameter",
                "list_models.capability",
                "list[str], multi, keyword capability",
                "list[str], keyword capability",
            ),
        ),
        (
            [edit("get_endpoint", '"endpointId": endpoint_id')],
            ("-", "path parameter", "get_endpoint.endpointId", "str, argument 1", None),
        ),
        (
            [
                edit("delete_model", '"if_match",\n'),
                edit("delete_model", '"if-match": kwargs.get("if_match", missing),'),
            ],
            ("-", "request header", "delete_model.if-match", "str, keyword if_match", None),
        ),
        (
            [edit("list_models", '["displayName", "lifecycleState", "timeCreated"]', '["displayName", "timeCreated"]')],
            ("-", "value", "list_models.sortBy.lifecycleState", "", None),
        ),
        (
            [edit("update_model", "models.UpdateModelDetails ", "models.PatchModelDetails ")],
            ("~", "body", "update_model.body", "UpdateModelDetails, argument 2", "PatchModelDetails, argument 2"),
        ),
        (
            [edit("get_model", 'response_type="Model"', 'response_type="AnyModel"')] * 2,
            ("~", "response", "get_model.response", "Model", "AnyModel"),
        ),
        (
            [edit("get_model", "    def get_model(", LOOK + "    def get_model(")],
            ("+", "operation", "look_at_model", None, "GET /20231130/look"),
        ),
        (
            [
                edit("list_models", '"vendor",\n', '"vendor",\n"mood",\n'),
                edit("list_models", '"vendor": ', '"inMood": kwargs.get("mood", missing),\n"vendor": '),
                edit("list_models", ":param str vendor:", ":param bool mood: (optional)\n\n:param str vendor:"),
            ],
            ("+", "query parameter", "list_models.inMood", None, "bool, keyword mood"),
        ),
        (
            [edit("list_models", '"vendor",\n', '"vendor",\n"mood",\n')],
            ("+", "option", "list_models.mood", None, ", keyword mood"),
        ),
        (
            [edit("get_model", "Gets information", "The header opc-mood tells. Gets information")],
            ("+", "response header", "get_model.opc-mood", None, ""),
        ),
        (
            [edit("list_models", '["ACTIVE",', '["ACTIVE", "ASLEEP",')],
            ("+", "value", "list_models.lifecycleState.ASLEEP", None, ""),
        ),
    ],
)
def test_a_change_in_the_client_is_found_and_nothing_else(edits, expected):
    assert in_client(*edits) == [expected]


def test_another_order_of_arguments_is_found():
    swapped = edit("update_model", "model_id, update_model_details,", "update_model_details, model_id,")
    assert in_client(swapped) == [
        ("~", "path parameter", "update_model.modelId", "str, argument 1", "str, argument 2"),
        ("~", "body", "update_model.body", "UpdateModelDetails, argument 2", "UpdateModelDetails, argument 1"),
    ]


def test_another_version_of_the_api_changes_every_operation():
    changes = in_client(edit("__init__", "/20231130", "/20301130"))
    assert sorted(name for _, _, name, _, _ in changes if name in OPERATIONS) == sorted(OPERATIONS)


def test_options_of_the_sdk_itself_are_not_additions():
    options = {place.path[-1] for place in CLIENT_TODAY}
    assert not options & {"allow_control_chars", "enable_strict_url_encoding", "retry_strategy"}


def test_a_request_header_in_a_docstring_is_not_a_response_header():
    assert in_client(edit("create_model", "Creates a custom", "Send opc-retry-token. Creates a custom")) == []


def test_a_response_header_that_the_sdk_no_longer_documents_is_not_a_removal():
    assert in_client(edit("list_models", "opc-next-page", "next-page")) == []


# --- what may change in the classes


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"EndpointCollection": None}, ("-", "class", "EndpointCollection", "", None)),
        ({"Model": like(models.Model, without=["vendor"])}, ("-", "attribute", "Model.vendor", "str", None)),
        (
            {"Model": like(models.Model, types={"time_created": "str"})},
            ("~", "attribute", "Model.timeCreated", "datetime", "str"),
        ),
        (
            {"Model": like(models.Model, types={"mood": "str"}, wire={"mood": "mood"}, mood=property())},
            ("+", "attribute", "Model.mood", None, "str"),
        ),
        (
            {"CreateModelDetails": like(models.CreateModelDetails, vendor=property(doc="**[Required]** Gets it."))},
            ("~", "attribute", "CreateModelDetails.vendor", "str", "str, required"),
        ),
        (
            {"Model": like(models.Model, without=["LIFECYCLE_STATE_DELETING"])},
            ("-", "value", "Model.lifecycleState.DELETING", "", None),
        ),
        (
            {"DedicatedAiCluster": like(models.DedicatedAiCluster, without=["UNIT_SHAPE_B200_X1"])},
            ("-", "value", "DedicatedAiCluster.unitShape.B200_X1", "", None),
        ),
        (
            {"Model": like(models.Model, LIFECYCLE_STATE_ASLEEP="ASLEEP")},
            ("+", "value", "Model.lifecycleState.ASLEEP", None, ""),
        ),
        (
            {"Dataset": like(models.Dataset, without=["DATASET_TYPE_OBJECT_STORAGE"])},
            ("-", "variant", "Dataset.OBJECT_STORAGE", "ObjectStorageDataset", None),
        ),
        (
            {"Dataset": like(models.Dataset, get_subtype=lambda document: document["datasetType"])},
            ("~", "variant", "Dataset.OBJECT_STORAGE", "ObjectStorageDataset", "OBJECT_STORAGE"),
        ),
        (
            {"Dataset": like(models.Dataset, DATASET_TYPE_TABLE="TABLE")},
            ("+", "variant", "Dataset.TABLE", None, "Dataset"),
        ),
    ],
)
def test_a_change_in_a_class_is_found_and_nothing_else(changed, expected):
    assert in_classes(**changed) == [expected]


def test_the_tags_of_variants_are_compared_as_variants_and_not_as_values():
    assert Place(Part.VARIANT, ("TrainingConfig", "LORA_TRAINING_CONFIG")) in CLASSES_TODAY
    assert not [place for place in CLASSES_TODAY if place.kind == Part.VALUE and "LORA_TRAINING_CONFIG" in place.path]


def test_another_json_name_is_a_removal_and_an_addition():
    assert in_classes(Model=like(models.Model, wire={"display_name": "title"})) == [
        ("+", "attribute", "Model.title", None, "str"),
        ("-", "attribute", "Model.displayName", "str", None),
    ]


def test_a_new_class_inside_a_served_class_is_reported_once():
    mood = type("Mood", (), {"swagger_types": {"name": "str"}, "attribute_map": {"name": "name"}, "name": property()})
    whole = like(models.Model, types={"mood": "Mood"}, wire={"mood": "mood"}, mood=property())
    assert in_classes(Model=whole, Mood=mood) == [
        ("+", "class", "Mood", None, ""),
        ("+", "attribute", "Model.mood", None, "Mood"),
    ]


# --- the command

GONE = Finding(kind="attribute", name="Model.vendor", served="str")
OTHER = Finding(kind="operation", name="get_model", served="GET /models", installed="GET /model")
LOST = tuple(Finding(kind="value", name=f"Model.type.{each}", served="") for each in ("BASE", "CUSTOM"))
NEW = Finding(kind="value", name="Model.type.RENTED", installed="")


@pytest.fixture
def drifted(monkeypatch):
    """Run the command with a fixed drift."""

    def run(*arguments, additions=(), removals=(), changes=()):
        drift = Drift(version="3.0", additions=additions, removals=removals, changes=changes)
        monkeypatch.setattr("genai_ports.cli.drift.find_drift", lambda: drift)
        return CliRunner().invoke(commands, ["drift", *arguments])

    return run


def test_the_command_succeeds_on_the_installed_sdk():
    result = CliRunner().invoke(commands, ["drift"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"oci {version('oci')} has all that is served, in the same form.\n")


def test_a_wrong_option_has_another_exit_status_than_drift():
    result = CliRunner().invoke(commands, ["drift", "--yaml"])
    assert result.exit_code == 2
    assert result.stderr.startswith("genai-ports drift: No such option")


def test_additions_are_reported_and_are_no_failure(drifted):
    result = drifted(additions=(OTHER, NEW))
    assert result.exit_code == 0
    assert "operation (1)  get_model" in result.stdout
    assert "value (1)      Model.type: RENTED" in result.stdout


@pytest.mark.parametrize(
    ("failure", "texts"),
    [
        ({"removals": (GONE,)}, ["1 missing, 0 changed", "attribute", "Model.vendor", "str", "missing"]),
        ({"removals": LOST}, ["2 missing, 0 changed", "value", "Model.type", "BASE, CUSTOM", "missing"]),
        ({"changes": (OTHER,)}, ["0 missing, 1 changed", "operation", "get_model", "GET /models", "GET /model"]),
    ],
)
def test_removals_and_changes_are_reported_and_are_a_failure(drifted, failure, texts):
    result = drifted(**failure, additions=(NEW,))
    assert result.exit_code == 1
    assert result.stdout.startswith("oci 3.0 differs from what is served: ")
    assert all(text in result.stdout for text in [*texts, "Model.type: RENTED"])
    assert "Model.type.BASE" not in result.stdout


@pytest.mark.parametrize(("removals", "status"), [((), 0), ((GONE,), 1)])
def test_the_json_report_has_all_findings_and_the_same_exit_status(drifted, removals, status):
    result = drifted("--json", additions=(NEW,), removals=removals, changes=())
    gone = {"kind": "attribute", "name": "Model.vendor", "served": "str", "installed": None}
    assert result.exit_code == status
    assert json.loads(result.stdout) == {
        "version": "3.0",
        "additions": [{"kind": "value", "name": "Model.type.RENTED", "served": None, "installed": ""}],
        "removals": [gone] * len(removals),
        "changes": [],
    }


def test_a_missing_sdk_is_reported_with_what_to_install(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["genai-ports", "drift"])
    monkeypatch.delitem(sys.modules, "genai_ports.drift.installed", raising=False)
    monkeypatch.setitem(sys.modules, "oci", None)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == ("genai-ports: the package oci is not installed: pip install 'genai-ports[cli]'")
