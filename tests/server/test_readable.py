"""JSON for a person: a newline at its end, and indentation for those who ask for it or whose tool accepts anything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from werkzeug.test import Client

LIST = "/20231130/models?compartmentId=ocid1.compartment.oc1..a&limit=1"
PATHS = [LIST, "/20231130/models/ocid1.none", "/_sim/health", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
def test_json_ends_with_a_newline(http: Client, path: str) -> None:
    response = http.get(path, headers={"accept": "application/json"})
    assert response.data.endswith(b"}\n")
    assert response.data.count(b"\n") == 1
    assert int(response.headers["content-length"]) == len(response.data)
    if path != "/nowhere":  # its message names the method
        assert http.head(path, headers={"accept": "application/json"}).headers["content-length"] == str(
            len(response.data)
        )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["*/*", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "application/json"])
def test_json_is_indented_for_a_person(http: Client, path: str, accept: str) -> None:
    plain = http.get(path, headers={"accept": "application/json"})
    asked = f"{path}{'&' if '?' in path else '?'}pretty" if accept == "application/json" else path
    response = http.get(asked, headers={"accept": accept})
    assert response.status_code == plain.status_code
    assert response.data == json.dumps(plain.json, indent=2).encode() + b"\n"
    assert int(response.headers["content-length"]) == len(response.data)


@pytest.mark.parametrize("asked", ["pretty&", "limit=1&pretty&"])
def test_pretty_is_no_parameter_of_an_operation(http: Client, asked: str) -> None:
    assert http.get(f"/20231130/models?{asked}compartmentId=ocid1.compartment.oc1..a").status_code == 200
    assert http.get("/20231130/models?pretty=1&compartmentId=ocid1.compartment.oc1..a").status_code == 400


def test_no_body_stays_no_body(http: Client) -> None:
    made = http.post("/20231130/generativeAiPrivateEndpoints", json={}, headers={"accept": "*/*"})
    assert made.data.endswith(b"}\n")
    response = http.options("/20231130/models", headers={"accept": "*/*"})
    assert response.status_code in (404, 405)
