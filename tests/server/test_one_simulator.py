"""A server of one existing world: every tenancy reaches it, and what replaces it changes it in place."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports import InMemoryModelRepository
from genai_ports.backends.connected import connected
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY
from genai_ports.testing import ready

OTHER = "ocid1.tenancy.oc1..other"


@pytest.fixture
def simulator():
    return Simulator(region="fra", seed=7, pace="2s", details=True)


@pytest.fixture
def app(simulator):
    return create_app(Settings(lenient=True), simulator=simulator)


@pytest.fixture
def http(app):
    return Client(app)


def test_every_tenancy_reaches_it(app, simulator):
    assert app.worlds.by_tenancy() == {TENANCY: simulator}
    for tenancy in (TENANCY, OTHER):
        assert app.worlds.get(tenancy) is simulator
        assert app.worlds.serving(tenancy) == tenancy
    assert connected()[simulator].way == "a fake server"


def test_calls_are_for_it(http, simulator):
    model = ready.imported_model(InMemoryModelRepository(simulator=simulator))
    assert http.get(f"/20231130/importedModels/{model.id}").json["id"] == model.id


def test_the_settings_are_those_of_the_world_and_of_the_server(app, simulator):
    settings = app.worlds.settings
    assert (settings.region, settings.seed, settings.lenient) == ("eu-frankfurt-1", 7, True)
    assert settings.details == simulator.settings.details


def test_a_reset_starts_it_again_with_other_settings(app, http, simulator):
    ready.imported_model(InMemoryModelRepository(simulator=simulator))
    reset = http.post("/_sim/reset", json={"seed": "other"}, query_string={"tenancy": OTHER})
    assert reset.status_code == 200
    assert reset.json == http.get("/_sim/health").json
    assert (reset.json["seed"], reset.json["region"]) == ("other", "eu-frankfurt-1")
    assert not any(simulator.state().values())
    assert app.worlds.get(TENANCY) is simulator


def test_a_snapshot_takes_its_place_and_the_journal_goes_on_with_the_details(http, simulator):
    genai = InMemoryModelRepository(simulator=simulator)
    model = ready.imported_model(genai)
    saved = http.get("/_sim/snapshot").json
    simulator.reset()
    put = http.put("/_sim/snapshot", json=saved, query_string={"tenancy": OTHER})
    assert put.status_code == 200
    assert put.json == http.get("/_sim/health").json
    assert genai.get_imported_model(model.id).id == model.id
    assert simulator.settings.details is True


def test_a_reset_in_the_process_starts_it_again(app, simulator):
    ready.imported_model(InMemoryModelRepository(simulator=simulator))
    app.worlds.reset_all()
    assert not any(simulator.state().values())


def test_its_end_is_not_that_of_the_server(app, simulator):
    app.worlds.close()
    assert simulator.state() is not None
