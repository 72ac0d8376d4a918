"""Paths and hosts: the operation of a path, the region of a host, and the root of the server that a URL is of."""

from __future__ import annotations

import pytest

from genai_ports.api.kinds import OPERATIONS
from genai_ports.wire.hosts import is_service, root_of
from genai_ports.wire.routes import (
    find_route,
    is_decodable,
    methods_at,
    path_of,
    region_name_in_host,
    region_of_host,
)

GET_MODEL = OPERATIONS["get_model"]
CHICAGO = "generativeai.us-chicago-1.oci.oraclecloud.com"


@pytest.mark.parametrize(
    ("method", "path", "operation", "region", "target"),
    [
        ("GET", "/20231130/models", "list_models", None, None),
        ("POST", "/eu-frankfurt-1/20231130/models", "create_model", "eu-frankfurt-1", None),
        ("GET", "/20231130/models/ocid1.x", "get_model", None, "ocid1.x"),
        ("GET", "/20231130/workRequests/ocid1.x/errors", "list_work_request_errors", None, "ocid1.x"),
        ("POST", "/20231130/models/a\nb/actions/changeCompartment", "change_model_compartment", None, "a\nb"),
    ],
)
def test_a_path_leads_to_an_operation(
    method: str, path: str, operation: str, region: str | None, target: str | None
) -> None:
    assert find_route(method, path) == (OPERATIONS[operation], region, target)
    assert method in methods_at(path)
    assert path_of(OPERATIONS[operation], region=region, target=target) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/20231130", "/20231130/", "/20231130/animals", "/20231130/models/", "/20231130/models/x/errors"),
        *("/mars/20231130/models", "/20231131/models", "//20231130/models", "/20231130/workRequests/x/errors/y"),
    ],
)
def test_any_other_path_leads_nowhere(path: str) -> None:
    assert find_route("GET", path) is None
    assert methods_at(path) == ()


def test_a_method_has_to_fit() -> None:
    assert find_route("PATCH", "/20231130/models") is None
    assert set(methods_at("/20231130/models")) == {"GET", "POST"}
    assert set(methods_at("/us-chicago-1/20231130/models/x")) == {"GET", "PUT", "DELETE"}


def test_a_path_without_a_target_has_a_placeholder() -> None:
    assert path_of(GET_MODEL) == "/20231130/models/{target}"


@pytest.mark.parametrize(
    ("path", "may_be"),
    [
        ("/20231130/models", True),
        ("/anything", True),
        ("//20231130/models", False),
        ("//20231130/models/a%3Fb", False),
        ("/20231130/models/a%3Fb", True),
        ("/us-chicago-1/20231130/models/a%3Fb/actions/changeCompartment", True),
        ("/20231130/models/a%2Fb", False),
        ("/20231130/models/a%2fb", False),
        ("/20231130/mo%64els", False),
        ("/20231130%2Fmodels", False),
        ("/20231130/models/a/%61ctions", False),
    ],
)
def test_only_an_ocid_may_have_encoded_characters(path: str, may_be: bool) -> None:  # noqa: FBT001
    assert is_decodable(path) is may_be


@pytest.mark.parametrize(
    ("host", "name", "region"),
    [
        (CHICAGO, "us-chicago-1", "us-chicago-1"),
        (CHICAGO.upper(), "US-CHICAGO-1", "us-chicago-1"),
        ("generativeai.eu-frankfurt-1.ds.oci.oraclecloud.com", "eu-frankfurt-1", "eu-frankfurt-1"),
        ("generativeai.mars-1.oci.oraclecloud.com", "mars-1", None),
        ("inference.generativeai.us-chicago-1.oci.oraclecloud.com", None, None),
        ("generativeai.us-chicago-1.example", None, None),
        ("127.0.0.1", None, None),
        ("", None, None),
    ],
)
def test_a_host_of_the_service_names_its_region(host: str, name: str | None, region: str | None) -> None:
    assert region_name_in_host(host) == name
    assert region_of_host(host) == region


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        (CHICAGO, True),
        ("generativeai.uk-gov-london-1.oci.oraclegovcloud.uk", True),
        ("generativeai.example", False),
        ("identity.us-chicago-1.oci.oraclecloud.com", False),
        ("generativeai.oraclecloud.com.example", False),
        ("", False),
    ],
)
def test_the_service_has_a_name_below_the_domain_of_a_realm(host: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_service(host) is is_one


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("http://127.0.0.1:8080/20231130/models?limit=1", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/eu-frankfurt-1/20231130/models", "http://127.0.0.1:8080"),
        ("http://gateway.example/genai/20231130/models", "http://gateway.example/genai"),
        ("http://gateway.example/genai/us-chicago-1/20231130/models", "http://gateway.example/genai"),
        (f"https://{CHICAGO}/20231130/models", f"https://{CHICAGO}"),
        ("file:///20231130/models", "file://"),
        ("http://127.0.0.1:8080/20231130/actions/chat", None),
        ("http://127.0.0.1:8080/20231130", None),
        ("http://127.0.0.1:8080/models", None),
        ("https://identity.us-chicago-1.oci.oraclecloud.com/20231130/models", None),
    ],
)
def test_a_request_of_this_service_has_a_server(url: str, root: str | None) -> None:
    assert root_of(url) == root
