"""Where calls go at a server whose own default region is another than ours."""

from __future__ import annotations

import pytest

from fake_server import FakeServer, Settings
from genai_ports import CreateImportedModelDetails, builders, connect

COMPARTMENT = "ocid1.compartment.oc1..paths"
DETAILS = CreateImportedModelDetails(
    compartment_id=COMPARTMENT, data_source=builders.hugging_face_data_source(model_id="openai/gpt-oss-20b")
)


@pytest.fixture
def server():
    with FakeServer(settings=Settings(region="eu-frankfurt-1", clock="virtual")) as server:
        yield server


@pytest.mark.parametrize(
    ("options", "region", "segment"),
    [
        ("", None, "eu-frankfurt-1"),
        ("", "ord", "us-chicago-1"),
        ("?region=us-chicago-1", None, "us-chicago-1"),
        ("?region=us-chicago-1", "fra", "eu-frankfurt-1"),
        ("?region=lhr", None, "uk-london-1"),
    ],
)
def test_a_region_that_is_named_is_the_one_that_is_meant_and_the_server_decides_otherwise(
    server, options, region, segment
):
    with connect(server.url + options) as genai:
        made = genai.create_imported_model(DETAILS, region=region)
        assert made.id.split(".")[3] == segment
        assert [model.id for model in genai.list_imported_models(COMPARTMENT, region=region)] == [made.id]


def test_a_resource_is_found_in_the_region_that_its_id_names(server):
    with connect(server.url) as genai:
        for region in (None, "lhr"):
            made = genai.create_imported_model(DETAILS, region=region)
            assert genai.get_imported_model(made.id).id == made.id
