"""The shipped cassettes are scrubbed, are what the fake server still does, and replay for every client."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import oci
import pytest
from places import PLACES

from fake_server import FakeServer, Settings
from genai_ports import FailingWork, connect
from genai_ports.recording import check_cassette, recording, replaying
from genai_ports.recording.cassette import json_body, load_cassette
from genai_ports.recording.compare import compare
from genai_ports.recording.provenance import load_provenance
from genai_ports.recording.scenarios import SCENARIOS, Stage
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from genai_ports.recording.cassette import Interaction

DIRECTORY = Path(__file__).parents[2] / "cassettes"
ALL = sorted(path.relative_to(DIRECTORY).as_posix() for path in DIRECTORY.rglob("*.yaml"))
AS_RECORDED = Settings(seed="0", pace="seconds", clock="virtual")


def path_of(scenario: str) -> Path:
    return DIRECTORY / f"{scenario}.yaml"


@cache
def recorded(scenario: str) -> tuple[Interaction, ...]:
    return load_cassette(path_of(scenario)).interactions


def essence(each: Interaction) -> tuple[Any, ...]:
    """What the clients have no part in: request ids and retry tokens are random."""
    request, response = each.request, each.response
    return request.method, each.uri, json_body(request.body), response.status, json_body(response.body)


def test_each_scenario_is_shipped() -> None:
    assert sorted(SCENARIOS) == [name.removesuffix(".yaml") for name in ALL if "/" not in name]


@pytest.mark.parametrize("name", ALL)
def test_a_cassette_is_scrubbed_and_says_where_it_is_from(name: str) -> None:
    path = DIRECTORY / name
    assert check_cassette(load_cassette(path)) == ()
    known = load_provenance(path)
    assert known.source == ("printed" if name.startswith("observed/") else "fake")
    assert known.scrubber
    assert known.recorded
    assert known.region


@pytest.mark.parametrize("name", ALL)
def test_the_simulator_does_what_a_cassette_shows(name: str) -> None:
    found = compare(DIRECTORY / name)
    assert found.open == ()
    assert found.unused == ()


@pytest.mark.parametrize("over", PLACES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_fake_server_is_recorded_as_it_was(scenario: str, over: str, tmp_path: Path) -> None:
    with PLACES[over](tmp_path, AS_RECORDED) as place, place.adapter() as genai:
        with recording(tmp_path / "again.yaml", scenario) as tape:
            SCENARIOS[scenario].play(Stage(genai, scenario, plan_failure=fail_in(place.world)))
        assert len(tape) == len(place.world.journal)
    again = load_cassette(tmp_path / "again.yaml").interactions
    assert [essence(each) for each in again] == [essence(each) for each in recorded(scenario)]


def fail_in(world: Any) -> Callable[[str, str, str], None]:
    def plan(operation: str, failure: str, name: str) -> None:
        world.failing_work.add(FailingWork(operation=operation, failure=failure, display_name=name))

    return plan


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_our_client_replays_it_without_a_server(scenario: str) -> None:
    genai = connect(f"cassette:{path_of(scenario)}")
    SCENARIOS[scenario].play(Stage(genai, scenario))
    player: Any = genai.player  # type: ignore[attr-defined]
    assert player.unplayed() == []
    assert player.played == len(recorded(scenario))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_plain_client_replays_it_in_process(scenario: str) -> None:
    client = plain_client()
    with replaying(path_of(scenario)) as player:
        assert list(responses(client, recorded(scenario))) == [
            (each.response.status, json_body(each.response.body)) for each in recorded(scenario)
        ]
        assert player.played == len(recorded(scenario))
        assert player.unplayed() == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_plain_client_replays_it_over_http(scenario: str) -> None:
    with FakeServer(replay=path_of(scenario)) as server:
        client = plain_client(service_endpoint=server.url)
        assert list(responses(client, recorded(scenario))) == [
            (each.response.status, json_body(each.response.body)) for each in recorded(scenario)
        ]
        assert server.player.played == len(recorded(scenario))  # type: ignore[union-attr]


def plain_client(**options: Any) -> Any:
    config = credentials().config()
    return oci.generative_ai.GenerativeAiClient(config, retry_strategy=oci.retry.NoneRetryStrategy(), **options)


def responses(client: Any, interactions: Iterable[Interaction]) -> Iterable[tuple[int, Any]]:
    """Send recorded requests with the plain client, in their order; yield status and document of each response."""
    for each in interactions:
        request = each.request
        query = f"?{urlencode(request.query)}" if request.query else ""
        kept = {name: text for name, text in request.headers.items() if name in ("if-match", "opc-retry-token")}
        try:
            response = client.base_client.call_api(
                resource_path=quote(request.path.removeprefix("/20231130")) + query,
                method=request.method,
                header_params={"accept": "application/json", "content-type": "application/json", **kept},
                body=json.loads(request.body) if request.body else None,
                response_type="object",
            )
            yield response.status, response.data or None
        except oci.exceptions.ServiceError as error:
            yield error.status, {"code": error.code, "message": error.message}
