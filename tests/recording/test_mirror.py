"""A mirror reads a tenancy with reads alone, and gives a scrubbed world whose lists equal the source's."""

from __future__ import annotations

import json
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fake_server import FakeServer, Settings
from genai_ports import Fault, InMemoryModelRepository, connect
from genai_ports.api.kinds import KINDS
from genai_ports.api.names import camel
from genai_ports.api.verbs import LIST
from genai_ports.api.work_request import WorkRequest, WorkRequestResource
from genai_ports.cli.commands import commands
from genai_ports.client.repository import Repository
from genai_ports.client.retry import NEVER
from genai_ports.errors import ConfigurationError, ConnectionLost
from genai_ports.recording.mirror import Mirrored, in_one_order, mirror
from genai_ports.recording.mirrored_world import Item, build_world
from genai_ports.recording.read_only import ReadOnlyBackend, WriteRefused
from genai_ports.recording.world_scrub import WorldScrubber
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.data import to_data
from genai_ports.simulator.world_file import save_world
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from genai_ports.client.ports import GenAi

UNKNOWN = "ocid1.generativeaiimportedmodel.oc1.us-chicago-1.amaaaaaaunknown"
REGIONS = ("us-chicago-1", "eu-frankfurt-1", "uk-london-1")
COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaa5tz3l2kq7vnx4w6pd2yjr7c3mhb5sg4eoufi2ntqaxlvk6wz7jya"


def filled(genai: GenAi, *, each: int) -> None:
    """Make resources of all kinds in three regions; names are shared and out of order."""
    for region in REGIONS:
        cluster = genai.create_dedicated_ai_cluster(
            ready.cluster_details(compartment_id=COMPARTMENT, display_name="secret-cluster"), region=region
        )
        for number in range(each):
            genai.create_imported_model(
                ready.imported_model_details(
                    compartment_id=COMPARTMENT,
                    display_name=f"customer-{number % 37:02}-of-{region}",
                    freeform_tags={"owner": "jane.doe@example.com"},
                ),
                region=region,
            )
            if number % 7 == 0:
                genai.clock.sleep(1)
        genai.get_dedicated_ai_cluster(cluster.id, region=region)


def lists(genai: GenAi, compartment: str, scrubber: WorldScrubber | None = None) -> dict[str, Any]:
    """Return every list in every order, scrubbed if a scrubber is passed."""
    found: dict[str, Any] = {}
    for region in REGIONS:
        for kind in KINDS.values():
            operation = kind.operation(LIST)
            for sort_key in operation.sort_keys:
                for order in ("ASC", "DESC"):
                    if sort_key == "displayName" and kind.name == "model":
                        continue  # pseudonyms do not sort among the names of base models
                    query = {"region": region, "sort_by": sort_key, "sort_order": order, "limit": 1000}
                    items = [to_data(each) for each in getattr(genai, operation.name)(compartment, **query)]
                    shown = [scrubber.resource(each) for each in items] if scrubber else items
                    found[f"{region} {operation.name} {sort_key} {order}"] = shown
    return found


def scrubber_of(genai: GenAi) -> WorldScrubber:
    names = set()
    for region in REGIONS:
        for kind in KINDS.values():
            if kind.name != "work_request":
                listed = getattr(genai, kind.operation(LIST).name)(COMPARTMENT, region=region, limit=1000)
                names |= {each.display_name for each in listed if getattr(each, "type", None) != "BASE"}
    return WorldScrubber(names)


def test_a_world_of_2000_resources_in_3_regions_is_mirrored_over_http(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    with FakeServer(settings=Settings(clock="virtual", pace="instant")) as server:
        source = InMemoryModelRepository(simulator=server.simulator)
        filled(source, each=700)
        result = CliRunner().invoke(
            commands,
            ["mirror", "--endpoint", server.url, "--compartment", COMPARTMENT, "--to", str(path)]
            + [part for region in REGIONS for part in ("--region", region)],
        )
        assert result.exit_code == 0, result.output
        scrubber = scrubber_of(source)
        expected = lists(source, COMPARTMENT, scrubber)
        assert not [entry for entry in server.simulator.journal if entry.operation.startswith(("create", "delete"))]
    text = path.read_text()
    for private in (COMPARTMENT, "customer", "secret-cluster", "jane", "example.com"):
        assert private not in text
    compartment = scrubber.text(COMPARTMENT)
    assert compartment in result.output
    with connect(f"memory://?world={path}") as mirrored:
        assert lists(mirrored, compartment) == expected
    with FakeServer(settings=Settings(world=path, clock="virtual")) as copy, connect(copy.url) as over_http:
        assert lists(over_http, compartment) == expected


def small(server: FakeServer) -> InMemoryModelRepository:
    source = InMemoryModelRepository(simulator=server.simulator)
    filled(source, each=12)
    return source


def run(
    url: str, path: Path, source: InMemoryModelRepository, progress: Callable[[int, int], None] | None = None
) -> Mirrored:
    with connect(url) as genai:
        backend = genai.backend  # type: ignore[attr-defined]
        backend.clock = source.clock
        return mirror(backend, path, compartments=[COMPARTMENT], regions=REGIONS, retry=NEVER, progress=progress)


def test_an_interrupted_mirror_continues_and_ends_with_the_same_world(tmp_path: Path) -> None:
    whole, resumed = tmp_path / "whole.json", tmp_path / "resumed.json"
    with FakeServer(settings=Settings(clock="virtual", pace="instant")) as server:
        source = small(server)
        run(server.url, whole, source)
        server.simulator.faults.add(Fault(damage="reset", operation="list_work_request_logs", nth=8))
        with pytest.raises(ConnectionLost):
            run(server.url, resumed, source)
        assert not resumed.exists()
        partial = resumed.with_name("resumed.json.partial")
        assert "customer" not in partial.read_text()
        done = run(server.url, resumed, source)
    assert done.resumed > 20
    assert not partial.exists()
    assert json.loads(resumed.read_text()) == json.loads(whole.read_text())


def test_a_mirror_continues_with_a_server_that_was_closed_and_opened_again(tmp_path: Path) -> None:
    whole, resumed, world = (tmp_path / f"{name}.json" for name in ("whole", "resumed", "world"))
    with FakeServer(settings=Settings(clock="virtual", pace="instant")) as server:
        source = small(server)
        run(server.url, whole, source)
        save_world(world, server.simulator.snapshot())

        def close(done: int, _total: int) -> None:
            if done == 30:
                server.close()

        with pytest.raises(ConnectionLost):
            run(server.url, resumed, source, close)
    assert not resumed.exists()
    with FakeServer(port=server.port, settings=Settings(clock="virtual", world=world)):
        done = run(server.url, resumed, source)
    assert done.resumed == 30
    assert json.loads(resumed.read_text()) == json.loads(whole.read_text())


def test_a_write_during_a_mirror_never_reaches_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Writing(Repository):
        """A client with a defect: it deletes what it should read."""

        def get_imported_model(self, imported_model_id: str, **options: Any) -> Any:
            return self.delete_imported_model(imported_model_id, region=options["region"])

    with FakeServer(settings=Settings(clock="virtual", pace="instant")) as server:
        source = small(server)
        before = len(list(server.simulator.journal))
        monkeypatch.setitem(mirror.__globals__, "Repository", Writing)
        with pytest.raises(WriteRefused, match="delete_imported_model is a DELETE"):
            run(server.url, tmp_path / "world.json", source)
        seen = [entry.operation or "" for entry in list(server.simulator.journal)[before:]]
    assert "list_imported_models" in seen
    assert not [operation for operation in seen if not operation.startswith(("list_", "get_"))]


def by_filter(genai: GenAi, compartment: str, scrubber: WorldScrubber | None = None) -> dict[str, list[str]]:
    """Return the ids in every list with each value of each filter, scrubbed if a scrubber is passed."""
    found: dict[str, list[str]] = {}
    for region in REGIONS:
        for kind in KINDS.values():
            operation = kind.operation(LIST)
            read = partial(getattr(genai, operation.name), compartment, region=region, limit=1000)
            items = [to_data(each) for each in read()]
            shown = [scrubber.resource(each) for each in items] if scrubber else items
            scrubbed_ids = {item["id"]: scrubbed["id"] for item, scrubbed in zip(items, shown, strict=True)}
            for name in operation.filters:
                key = "capabilities" if name == "capability" else camel(name)
                for item, scrubbed in zip(items, shown, strict=True):
                    for one, other in zip(_values(item.get(key)), _values(scrubbed.get(key)), strict=True):
                        text = f"{region} {operation.name} {name}={other}"
                        if text not in found:
                            found[text] = [scrubbed_ids[each.id] for each in read(**{name: one})]
    return found


def _values(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [] if given is None else [given]


def test_filters_of_lists_give_the_same_items_on_the_mirrored_world(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    with FakeServer(settings=Settings(clock="virtual", pace="instant")) as server:
        source = small(server)
        run(server.url, path, source)
        scrubber = scrubber_of(source)
        expected = by_filter(source, COMPARTMENT, scrubber)
    with connect(f"memory://?world={path}") as mirrored:
        assert by_filter(mirrored, scrubber.text(COMPARTMENT)) == expected
    assert len({text.partition("=")[0].partition(" ")[2] for text in expected}) > 10


def test_a_resource_that_vanishes_before_it_is_read_is_left_out_and_counted(tmp_path: Path) -> None:
    with FakeServer(settings=Settings(clock="virtual", pace="instant")) as server:
        source = small(server)
        server.simulator.faults.add(Fault(status=404, operation="get_imported_model", nth=3))
        done = run(server.url, tmp_path / "world.json", source)
    assert done.vanished == 1


def test_work_under_way_stays_as_it_is_until_it_is_driven(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    with FakeServer(settings=Settings(clock="virtual", pace="realistic")) as server:
        source = small(server)
        run(server.url, path, source)
    mirrored = InMemoryModelRepository(world=path)
    compartment = WorldScrubber(()).text(COMPARTMENT)
    cluster = mirrored.list_dedicated_ai_clusters(compartment).one()
    mirrored.clock.sleep(100_000)
    assert mirrored.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "CREATING"
    mirrored.simulator.finish(cluster.id)
    assert mirrored.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "ACTIVE"
    work = mirrored.list_work_requests(compartment, resource_id=cluster.id).one()
    assert (work.status, work.percent_complete) == ("SUCCEEDED", 100)


@pytest.mark.parametrize("entity_type", ["IMPORTED_MODEL", "importedModel", "importedmodel"])
def test_work_is_of_its_kind_however_the_service_spells_it(entity_type: str) -> None:
    about = WorkRequestResource(entity_type=entity_type, action_type="MOVED", identifier=UNKNOWN)
    request = WorkRequest(
        id=UNKNOWN,
        operation_type="MOVE_IMPORTED_MODEL",
        status="SUCCEEDED",
        compartment_id=COMPARTMENT,
        resources=(about,),
        percent_complete=100,
        time_accepted=EPOCH,
    )
    item = Item("us-chicago-1", KINDS["work_request"], {"resource": to_data(request)})
    [work] = Simulator.restore(build_world([item], "us-chicago-1", EPOCH)).world.works
    assert work.snapshot.operation.kind is KINDS["imported_model"]


def test_a_write_is_refused_before_it_leaves() -> None:
    source = InMemoryModelRepository()
    reader = Repository(ReadOnlyBackend(source.backend))
    with pytest.raises(WriteRefused, match="create_imported_model is a POST"):
        reader.create_imported_model(ready.imported_model_details())
    with pytest.raises(WriteRefused, match="delete_model is a DELETE"):
        reader.delete_model("ocid1.generativeaimodel.oc1.us-chicago-1.x")
    assert not list(source.simulator.journal)
    assert not list(reader.list_imported_models(COMPARTMENT))


class Listed(NamedTuple):
    """A resource in a list: its id and two sort values."""

    id: str
    name: str
    state: str


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("AB")), max_size=12))
def test_one_order_agrees_with_every_list(values: list[tuple[str, str]]) -> None:
    made = [Listed(str(number), *each) for number, each in enumerate(values)]
    orders = [(attribute, sorted(made, key=attrgetter(attribute))) for attribute in ("name", "state")]
    ids = in_one_order(orders, [each.id for each in reversed(made)])
    assert sorted(ids) == sorted(each.id for each in made)
    again = sorted(made, key=lambda each: ids.index(each.id))
    for attribute, listed in orders:
        assert sorted(again, key=attrgetter(attribute)) == listed


def test_lists_that_contradict_each_other_still_give_one_order() -> None:
    first, second = Listed("1", "a", "A"), Listed("2", "a", "A")
    assert in_one_order([("name", [first, second]), ("state", [second, first])], ["1", "2"]) == ["1", "2"]


def test_a_foreign_partial_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "world.json.partial").write_text("{}")
    source = InMemoryModelRepository()
    with pytest.raises(ConfigurationError, match=r"cannot continue from .*partial: remove it to start again"):
        mirror(source.backend, tmp_path / "world.json", compartments=[COMPARTMENT], regions=["ord"])
