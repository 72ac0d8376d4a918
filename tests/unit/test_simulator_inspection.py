"""Inspection: pages of the resources of a world, and one resource with its work, without a call of the service."""

from __future__ import annotations

from typing import Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.api.kinds import ENDPOINT, IMPORTED_MODEL, KINDS, MODEL, WORK_REQUEST
from genai_ports.errors import InvalidInput
from genai_ports.recording.mirrored_world import Item, build_world
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.simulator.state.data import to_data
from genai_ports.simulator.work.removal import DELETED_STAYS
from genai_ports.testing import ready

CHICAGO, FRANKFURT = "us-chicago-1", "eu-frankfurt-1"
COUNT = len(KINDS)


def world(pace: str = "100s") -> InMemoryModelRepository:
    return InMemoryModelRepository(region=CHICAGO, pace=pace, seed=7)


def named(genai: InMemoryModelRepository, *names: str, region: str = CHICAGO) -> list[Any]:
    """Begin imports with these names."""
    return [
        genai.create_imported_model(ready.imported_model_details(display_name=name), region=region) for name in names
    ]


def shown(genai: InMemoryModelRepository, **options: Any) -> list[str]:
    """List the names of a page of imported models."""
    return [each.resource.display_name for each in genai.simulator.newest(IMPORTED_MODEL, **options)]


def test_counts_and_regions_are_those_of_the_resources_of_clients() -> None:
    genai = world()
    assert genai.simulator.counts() == dict.fromkeys((kind.collection for kind in KINDS.values()), 0)
    assert genai.simulator.regions() == ()
    named(genai, "a", "b")
    named(genai, "c", region=FRANKFURT)
    counts = genai.simulator.counts()
    assert (len(counts), counts["importedModels"], counts["workRequests"], counts["models"]) == (COUNT, 3, 3, 0)
    assert genai.simulator.regions() == (FRANKFURT, CHICAGO)


def test_a_page_has_the_newest_first_up_to_its_limit_after_those_that_it_skips() -> None:
    genai = world()
    named(genai, *"abcd")
    assert shown(genai) == [*"dcba"]
    assert shown(genai, limit=3) == [*"dcb"]
    assert shown(genai, limit=2, offset=1) == [*"cb"]
    assert shown(genai, limit=2, offset=3) == ["a"]
    assert shown(genai, limit=0) == shown(genai, offset=4) == []


def test_a_page_has_the_resources_of_one_region_or_of_all() -> None:
    genai = world()
    named(genai, "here")
    [there] = named(genai, "there", region=FRANKFURT)
    assert shown(genai) == ["there", "here"]
    assert shown(genai, region=CHICAGO) == ["here"]
    [found] = genai.simulator.newest(IMPORTED_MODEL, region=FRANKFURT)
    assert (found.kind, found.region, found.resource) == (IMPORTED_MODEL, FRANKFURT, there)


def test_a_page_has_the_resources_whose_name_id_or_state_contains_a_text_in_any_case() -> None:
    genai = world()
    first, _ = named(genai, "Alpha", "beta")
    assert shown(genai, text="ALPH") == ["Alpha"]
    assert shown(genai, text="eta") == ["beta"]
    assert shown(genai, text=first.id[-10:].upper()) == ["Alpha"]
    assert shown(genai, text="creat") == ["beta", "Alpha"]
    assert shown(genai, text="") == ["beta", "Alpha"]
    assert shown(genai, text="gamma") == []
    genai.simulator.finish(first.id)
    assert shown(genai, text="active") == ["Alpha"]


def test_a_page_of_work_has_that_whose_id_resource_status_or_type_contains_a_text() -> None:
    genai = world("manual")
    first, second = named(genai, "a", "b")
    genai.simulator.finish(first.id)
    deletion = ready.work_begun(genai.delete_imported_model(first.id))
    own, other = ready.work_begun(first), ready.work_begun(second)

    def works(text: str) -> list[str]:
        return [each.resource.id for each in genai.simulator.newest(WORK_REQUEST, text=text)]

    assert works(own[-10:].upper()) == [own]
    assert works(first.id[-10:].upper()) == [deletion, own]
    assert works("accepted") == [deletion, other]
    assert works("delete_imp") == [deletion]
    assert works("nothing") == []


def test_a_resource_has_the_work_that_is_under_way_on_it() -> None:
    genai = world()
    [made] = named(genai, "a")
    genai.clock.sleep(55)
    [found] = genai.simulator.newest(IMPORTED_MODEL)
    assert found.work == genai.get_work_request(ready.work_begun(made))
    assert found.work.percent_complete == 50
    genai.clock.sleep(45)
    [found] = genai.simulator.newest(IMPORTED_MODEL)
    assert (found.resource.lifecycle_state, found.work) == ("ACTIVE", None)
    update = genai.update_imported_model(made.id, UpdateImportedModelDetails(display_name="b"))
    [found] = genai.simulator.newest(IMPORTED_MODEL)
    assert found.work is not None
    assert found.work.id == ready.work_begun(update)


def test_a_resource_without_work_requests_has_no_work() -> None:
    genai = world("instant")
    [made] = named(genai, "a")
    read = Item(CHICAGO, IMPORTED_MODEL, {"resource": to_data(made)})
    found = Simulator.restore(build_world([read], CHICAGO, EPOCH)).inspect(made.id)
    assert (found.inspected.work, found.work_requests) == (None, ())


def test_one_resource_has_its_work_requests_newest_first() -> None:
    genai = world("instant")
    [made] = named(genai, "a")
    update = genai.update_imported_model(made.id, UpdateImportedModelDetails(display_name="b"))
    found = genai.simulator.inspect(made.id)
    assert found.inspected.resource == genai.get_imported_model(made.id)
    assert [each.id for each in found.work_requests] == [ready.work_begun(update), ready.work_begun(made)]
    assert (found.inspected.work, found.logs, found.errors) == (None, (), ())


def test_a_work_request_has_its_log_and_errors() -> None:
    genai = world()
    [made] = named(genai, "a")
    work = ready.work_begun(made)
    genai.simulator.fail(made.id, percent=0, code="Broken")
    genai.clock.sleep(100)
    found = genai.simulator.inspect(work)
    assert found.inspected == (WORK_REQUEST, CHICAGO, genai.get_work_request(work), None)
    assert found.work_requests == (found.inspected.resource,)
    assert list(found.logs) == list(genai.list_work_request_logs(work, sort_order="ASC"))
    assert list(found.errors) == list(genai.list_work_request_errors(work))
    assert len(found.errors) == 1


def test_a_base_model_of_any_region_is_found_by_its_id() -> None:
    genai = world()
    for region in (CHICAGO, FRANKFURT):
        listed = list(genai.list_models(ready.COMPARTMENT, region=region))
        offered = genai.simulator.base_models(region)
        assert {each.resource.id for each in offered} == {each.id for each in listed}
        assert {(each.kind, each.region, each.work) for each in offered} == {(MODEL, region, None)}
        found = genai.simulator.inspect(listed[0].id)
        assert found == (offered[[each.resource.id for each in offered].index(listed[0].id)], (), (), ())


def test_the_end_of_an_ocid_is_enough_if_only_one_ends_so() -> None:
    genai = world()
    [made] = named(genai, "a")
    simulator = genai.simulator
    assert simulator.inspect(made.id[-8:]).inspected.resource == made
    assert simulator.inspect(ready.work_begun(made)[-8:]).inspected.kind is WORK_REQUEST
    here = {each.resource.id for each in simulator.base_models(CHICAGO)}
    there = {each.resource.id for each in simulator.base_models(FRANKFURT)} - here
    own, other = min(here), min(there)
    assert simulator.inspect(own[-20:]).inspected.resource.id == own
    with pytest.raises(InvalidInput, match="no resource and no work request has an OCID that ends with"):
        simulator.inspect(other[-20:])
    named(genai, "b", region=FRANKFURT)
    assert simulator.inspect(other[-20:]).inspected.resource.id == other


@pytest.mark.parametrize("text", ["", "nothing", "ocid1"])
def test_an_end_that_no_ocid_has_is_refused(text: str) -> None:
    genai = world()
    named(genai, "a")
    with pytest.raises(InvalidInput, match="no resource and no work request has an OCID that ends with"):
        genai.simulator.inspect(text)


def test_an_end_that_several_ocids_have_is_refused_with_five_of_them() -> None:
    genai = world("instant")
    named(genai, *map(str, range(70)))
    by_end: dict[str, int] = {}
    for identifier in [each.resource.id for kind in (IMPORTED_MODEL, WORK_REQUEST) for each in newest(genai, kind)]:
        by_end[identifier[-1]] = by_end.get(identifier[-1], 0) + 1
    end = max(by_end, key=lambda each: by_end[each])
    with pytest.raises(
        InvalidInput, match=f"OCIDs end with '{end}', such as .*: add more of its characters"
    ) as refused:
        genai.simulator.inspect(end)
    listed = str(refused.value).partition("such as ")[2].partition(":")[0].split(", ")
    assert len(listed) == 5
    assert all(each.startswith("…") and each.endswith(end) for each in listed)


def newest(genai: InMemoryModelRepository, kind: Any) -> tuple[Any, ...]:
    return genai.simulator.newest(kind, limit=1000)


def test_a_deleted_resource_is_found_until_it_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genai_ports.simulator.controls.REMOVED_A_CALL", 0)
    genai = world("instant")
    [made] = named(genai, "a")
    deletion = ready.work_begun(genai.delete_imported_model(made.id))
    genai.get_imported_model(made.id)
    genai.clock.sleep(DELETED_STAYS.total_seconds() - 1)
    assert shown(genai) == ["a"]
    for identifier in (made.id, deletion, made.id[-8:]):
        assert genai.simulator.inspect(identifier)
    genai.clock.sleep(1)
    assert shown(genai) == []
    for identifier in (made.id, deletion, made.id[-8:]):
        with pytest.raises(InvalidInput, match="no resource and no work request"):
            genai.simulator.inspect(identifier)


def test_other_kinds_have_pages_too() -> None:
    genai = world("instant")
    made = ready.endpoint(genai)
    [found] = genai.simulator.newest(ENDPOINT)
    assert found.resource.id == made.id
