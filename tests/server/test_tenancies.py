"""The worlds of a server with many tenancies: one that was changed stays; one that was only read may be replaced."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import ref

import pytest
from signing import clients, public_pem
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports.backends.connected import connected
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import InvalidInput, LimitExceeded
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.faults.faults import Fault
from genai_ports.simulator.state.clock import VirtualClock
from genai_ports.simulator.world_file import save_world
from genai_ports.tenancy import TENANCY, USER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from genai_ports.simulator.simulator import Simulator

API = "/20231130"
COMPARTMENT = "ocid1.compartment.oc1..a"
IMPORT = {
    "compartmentId": COMPARTMENT,
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}
LIST = f"{API}/importedModels?compartmentId={COMPARTMENT}"
MOST = 3


def tenancy(name: object) -> str:
    return f"ocid1.tenancy.oc1..{name}"


def signed(name: object) -> dict[str, str]:
    key = f"{tenancy(name)}/{USER}/aa:bb"
    return {"Authorization": f'Signature version="1",keyId="{key}",algorithm="rsa-sha256",headers="date",signature="x"'}


def few(**settings: Any) -> Client:
    return Client(create_app(Settings(max_tenancies=MOST, clock="virtual", **settings)))


def create(http: Client, name: object) -> Any:
    return http.post(f"{API}/importedModels", json=IMPORT, headers=signed(name))


def found(http: Client, name: object) -> int:
    return len(http.get(LIST, headers=signed(name)).json["items"])


def read(http: Client, *names: object) -> None:
    for name in names:
        assert http.get(LIST, headers=signed(name)).status_code == 200


def is_kept(http: Client, name: object) -> bool:
    return bool(http.get("/_sim/journal", query_string={"tenancy": tenancy(name)}).json["items"])


def test_reads_with_any_number_of_tenancies_remove_no_world_with_a_model_in_it() -> None:
    http = few()
    create(http, "mine")
    read(http, *range(3 * MOST))
    for number in range(3 * MOST):
        assert http.get("/_sim/health", query_string={"tenancy": tenancy(f"other{number}")}).status_code == 200
    assert found(http, "mine") == 1


def test_the_least_recently_used_world_that_was_only_read_makes_room() -> None:
    http = few()
    read(http, "a", "b", "c", "a", "d")
    assert is_kept(http, "a")
    assert is_kept(http, "d")
    assert not is_kept(http, "b")


def test_a_new_tenancy_is_refused_while_every_world_was_changed_and_then_is_served() -> None:
    http = few()
    for number in range(MOST):
        assert create(http, number).status_code == 201
    refused = create(http, "one more")
    assert (refused.status_code, refused.json["code"]) == (400, "LimitExceeded")
    assert f"serves {MOST} tenancies" in refused.json["message"]
    for path, method in (("health", "GET"), ("reset", "POST")):
        control = http.open(f"/_sim/{path}", method=method, query_string={"tenancy": tenancy("one-more")})
        assert control.headers["x-genai-ports-rule"] == "tenancies-limit"
    assert [found(http, number) for number in range(MOST)] == [1] * MOST
    assert http.get(LIST).status_code == 200
    assert http.post("/_sim/reset", query_string={"tenancy": tenancy(1)}).status_code == 200
    assert create(http, "one more").status_code == 201
    assert [found(http, number) for number in (0, 2, "one more")] == [1, 1, 1]


def test_a_snapshot_does_not_take_a_world_beyond_the_limit() -> None:
    http = few()
    saved = http.get("/_sim/snapshot").json
    for number in range(MOST):
        put = http.put("/_sim/snapshot", json=saved, query_string={"tenancy": tenancy(number)})
        assert put.status_code == 200
    refused = http.put("/_sim/snapshot", json=saved, query_string={"tenancy": tenancy("more")})
    assert refused.headers["x-genai-ports-rule"] == "tenancies-limit"
    again = http.put("/_sim/snapshot", json=saved, query_string={"tenancy": tenancy(0)})
    assert again.status_code == 200


CHANGES: dict[str, Callable[[Simulator], object]] = {
    "a fault": lambda world: world.faults.add(Fault(status=500)),
    "failing work": lambda world: world.failing_work.add(FailingWork(failure="out-of-capacity")),
    "a mode": lambda world: world.set_modes("short-pages"),
    "a limit": lambda world: world.limits.set("dedicated-unit-h100-count", 3),
    "a policy": lambda world: world.policies.join(USER, "Readers"),
    "a key": lambda world: world.keys.update({f"{TENANCY}/u/aa": "key"}),
    "a later time": lambda world: world.clock.advance(1),
    "a resource that was created, whatever became of it": lambda world: world.world.next_order(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_world_that_a_test_changed_stays(change: Callable[[Simulator], object]) -> None:
    app = create_app(Settings(max_tenancies=1, clock="virtual"))
    changed = app.worlds.get(tenancy("mine"))
    change(changed)
    with pytest.raises(LimitExceeded, match="serves 1 tenancies"):
        app.worlds.get(tenancy("other"))
    changed.reset()
    assert app.worlds.get(tenancy("other")) is not changed


def test_a_world_with_settings_of_its_own_stays() -> None:
    http = Client(create_app(Settings(max_tenancies=1)))
    http.post("/_sim/reset", json={"pace": "manual"}, query_string={"tenancy": tenancy("mine")})
    refused = http.get(LIST, headers=signed("other"))
    assert refused.headers["x-genai-ports-rule"] == "tenancies-limit"
    http.post("/_sim/reset", query_string={"tenancy": tenancy("mine")})
    assert http.get(LIST, headers=signed("other")).status_code == 200


def test_a_replaced_world_that_this_process_still_uses_comes_back() -> None:
    app = create_app(Settings(max_tenancies=1, clock="virtual"))
    held = app.worlds.get(tenancy("mine"))
    app.worlds.get(tenancy("other"))
    held.set_modes("short-pages")
    assert app.worlds.get(tenancy("mine")) is held


def key_of(name: str) -> dict[str, str]:
    """A key that is registered for a tenancy."""
    client, _ = clients()
    return {f"{name}/{USER}/{client.key_id.rpartition('/')[2]}": public_pem(client.key)}


def test_calls_of_a_tenancy_without_a_key_go_to_the_usual_world_if_signatures_are_verified() -> None:
    mine, other = tenancy("mine"), tenancy("other")
    worlds = create_app(Settings(verify_signatures=True, keys=key_of(mine))).worlds
    assert [worlds.serving(each) for each in (TENANCY, mine, other)] == [TENANCY, mine, TENANCY]
    worlds.get(other)
    assert worlds.serving(other) == other
    assert create_app().worlds.serving(other) == other
    assert create_app(Settings(one_world=True)).worlds.serving(other) == TENANCY


def test_each_world_has_the_keys_of_its_tenancy_also_after_a_snapshot() -> None:
    mine, other = tenancy("mine"), tenancy("other")
    settings = Settings(keys={**key_of(mine), **key_of(TENANCY)})
    worlds = create_app(settings).worlds
    saved = create_app().worlds.get(TENANCY).snapshot()
    assert [dict(worlds.get(each).keys) for each in (TENANCY, mine, other)] == [key_of(TENANCY), key_of(mine), {}]
    assert [dict(worlds.put(each, saved).keys) for each in (TENANCY, mine)] == [key_of(TENANCY), key_of(mine)]
    assert dict(create_app(replace(settings, one_world=True)).worlds.get(mine).keys) == settings.keys


def test_each_tenancy_has_a_seed_of_its_own_unless_there_is_a_world_file(tmp_path: Path) -> None:
    mine = tenancy("mine")
    worlds = create_app(Settings(seed=7)).worlds
    assert [worlds.get(each).settings.seed for each in (TENANCY, mine)] == [7, f"7/{mine}"]
    assert worlds.by_tenancy() == {TENANCY: worlds.get(TENANCY), mine: worlds.get(mine)}
    save_world(tmp_path / "world.json", worlds.get(TENANCY).snapshot())
    worlds = create_app(Settings(world=tmp_path / "world.json")).worlds
    assert {worlds.get(each).settings.seed for each in (TENANCY, mine)} == {7}


@pytest.mark.parametrize(("clock", "kind"), [("virtual", VirtualClock), ("real", SystemClock)])
def test_each_world_has_a_clock_of_the_kind_of_the_settings(clock: str, kind: type) -> None:
    worlds = create_app(Settings(clock=clock)).worlds
    saved = worlds.get(TENANCY).snapshot()
    made = [worlds.get(TENANCY), worlds.get(tenancy("mine")), worlds.put(tenancy("other"), saved)]
    assert {type(world.clock) for world in made} == {kind}
    assert len({id(world.clock) for world in made}) == 3


def test_a_world_that_is_reset_counts_as_used() -> None:
    worlds = create_app(Settings(max_tenancies=2)).worlds
    for name in ("a", "b"):
        worlds.get(tenancy(name))
    reset = worlds.reset(tenancy("a"), worlds.settings)
    worlds.get(tenancy("c"))
    assert worlds.by_tenancy().keys() == {TENANCY, tenancy("a"), tenancy("c")}
    assert worlds.get(tenancy("a")) is reset


def test_a_reset_of_the_server_ends_also_worlds_that_were_replaced() -> None:
    app = create_app(Settings(max_tenancies=1, clock="virtual"))
    held = app.worlds.get(tenancy("mine"))
    app.worlds.get(tenancy("other"))
    app.worlds.reset_all()
    assert app.worlds.get(tenancy("mine")) is not held


def test_each_world_is_connected_for_the_reports_of_failed_tests() -> None:
    app = create_app()
    worlds = app.worlds.get(TENANCY), app.worlds.get(tenancy("mine")), app.worlds.reset(TENANCY, app.worlds.settings)
    restored = app.worlds.put(tenancy("other"), worlds[0].snapshot())
    assert {connected()[world].way for world in (*worlds, restored)} == {"a fake server"}


def test_a_replaced_world_and_one_that_was_reset_are_freed_at_once() -> None:
    app = create_app(Settings(max_tenancies=1, clock="virtual"))
    replaced, reset = ref(app.worlds.get(tenancy("mine"))), ref(app.worlds.get(TENANCY))
    gc.disable()
    try:
        app.worlds.get(tenancy("other"))
        app.worlds.reset(TENANCY, app.worlds.settings)
        assert (replaced(), reset()) == (None, None)
    finally:
        gc.enable()


@pytest.mark.parametrize("most", [0, -1, True, 1.5, "9"])
def test_a_limit_that_is_no_whole_number_is_refused(most: Any) -> None:
    with pytest.raises(InvalidInput, match="max_tenancies must be from 1 to 1000000"):
        Settings(max_tenancies=most)


def test_one_world_serves_every_tenancy() -> None:
    http = Client(create_app(Settings(one_world=True, max_tenancies=1)))
    for number in range(3):
        assert create(http, number).status_code == 201
    assert [found(http, number) for number in (0, 1, "another")] == [3, 3, 3]
    assert len(http.get("/_sim/state").json["importedModels"]) == 3
    saved = http.get("/_sim/snapshot").json
    assert http.post("/_sim/reset", query_string={"tenancy": tenancy(1)}).status_code == 200
    assert found(http, 0) == 0
    assert http.put("/_sim/snapshot", json=saved, query_string={"tenancy": tenancy(2)}).status_code == 200
    assert found(http, 0) == 3
