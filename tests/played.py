"""Recordings made in this process: a simulator behind the HTTP binding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from genai_ports.recording.cassette import Cassette, Interaction
from genai_ports.regions import endpoint_url
from genai_ports.serving.respond import respond
from genai_ports.simulator.simulator import Simulator
from genai_ports.wire.http import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.wire.http import HttpResponse

COMPARTMENT = "ocid1.compartment.oc1..recorded"


class Tape:
    """Sends requests to a simulator, and records them.

    Args:
        simulator: the simulator; default: a new one.
        options: the settings of a new one.
    """

    def __init__(self, simulator: Simulator | None = None, **options: Any) -> None:
        self.simulator = simulator or Simulator(**options)
        self.interactions: list[Interaction] = []
        self.is_on = True

    def send(  # noqa: PLR0917  # a request has these parts
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        region: str | None = None,
    ) -> HttpResponse:
        """Send a request to `/20231130` and the path, and return the response."""
        pairs = tuple((name, str(text)) for name, text in (query or {}).items())
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        place = region or self.simulator.region
        request = HttpRequest(method, f"/20231130{path}", pairs, headers or {}, raw)
        response = respond(self.simulator, request, place)
        if self.is_on:
            self.interactions.append(Interaction(endpoint_url(place), request, response))
        return response

    def json(self, *args: Any, **options: Any) -> Any:
        """Send a request, and return the JSON of the response."""
        return json.loads(self.send(*args, **options).body)

    def list(self, path: str, **query: Any) -> Any:
        """List in the compartment, and return the page."""
        region = query.pop("region", None)
        return self.json("GET", path, query={"compartmentId": COMPARTMENT, **query}, region=region)

    @property
    def cassette(self) -> Cassette:
        """What was recorded."""
        return Cassette(tuple(self.interactions))


def cluster(**changes: Any) -> dict[str, Any]:
    """Return the body that creates a cluster."""
    return {"compartmentId": COMPARTMENT, "type": "HOSTING", "unitCount": 1, "unitShape": "LARGE_GENERIC", **changes}


def imported(**changes: Any) -> dict[str, Any]:
    """Return the body that imports a model."""
    source = {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"}
    return {"compartmentId": COMPARTMENT, "dataSource": source, **changes}


def endpoint(model: str, cluster_id: str, **changes: Any) -> dict[str, Any]:
    """Return the body that creates an endpoint."""
    return {"compartmentId": COMPARTMENT, "modelId": model, "dedicatedAiClusterId": cluster_id, **changes}


def custom(base: str, cluster_id: str, **changes: Any) -> dict[str, Any]:
    """Return the body that fine-tunes a model."""
    dataset = {
        "datasetType": "OBJECT_STORAGE",
        "namespaceName": "ns",
        "bucketName": "datasets",
        "objectName": "train.jsonl",
    }
    tuning = {"trainingDataset": dataset, "dedicatedAiClusterId": cluster_id}
    return {"compartmentId": COMPARTMENT, "baseModelId": base, "fineTuneDetails": tuning, **changes}
