"""Stories of a person with the console, in a real browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from fake_server import FakeServer, Settings
from genai_ports import CreateImportedModelDetails, builders
from genai_ports.backends.memory import InMemoryModelRepository
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

COMPARTMENT = "ocid1.compartment.oc1..mine"
OTHER = "ocid1.tenancy.oc1..other"
VIEWS = (
    "r/models",
    "r/importedModels",
    "r/workRequests",
    "new/models",
    "new/endpoints",
    "journal",
    "diagnosis",
    "faults",
    "world",
)
SIZES = {"light": (1280, 800), "dark": (390, 844)}


def import_model(server: FakeServer, name: str, **more: Any) -> Any:
    source = builders.hugging_face_data_source(model_id="openai/gpt-oss-20b")
    details = CreateImportedModelDetails(compartment_id=COMPARTMENT, data_source=source, display_name=name, **more)
    return InMemoryModelRepository(simulator=server.simulator).create_imported_model(details)


def create_in_console(page: Page, name: str) -> None:
    page.get_by_role("link", name="Create", exact=True).click()
    page.get_by_label("displayName").fill(name)
    page.get_by_role("button", name="Create").click()


def test_a_model_is_created_and_becomes_active_by_itself(server: FakeServer, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server.url}/#/r/importedModels")
    create_in_console(page, "mine")
    expect(page.get_by_role("heading", level=1)).to_have_text("mine")
    expect(page.get_by_role("status")).to_contain_text("The imported model is being created.")
    server.clock.advance(55)
    expect(page.locator(".steering")).to_contain_text("50 %")
    server.clock.advance(55)
    expect(page.locator("h1 + .badge")).to_have_text("ACTIVE")
    expect(page.locator(".steering")).to_have_count(0)
    expect(page.locator(".events")).to_contain_text("CREATE_IMPORTED_MODEL succeeded.")
    page.get_by_role("link", name="CREATE_IMPORTED_MODEL").click()
    expect(page.get_by_role("heading", name="Log")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Imported models")).click()
    expect(page.get_by_role("row", name="mine")).to_contain_text("ACTIVE")


def test_work_is_failed_progressed_and_finished(server: FakeServer, open_page: Callable[..., Page]) -> None:
    failing, passing = import_model(server, "failing"), import_model(server, "passing")
    page = open_page(f"{server.url}/#/o/{failing.id}")
    server.clock.advance(55)
    page.get_by_role("button", name="Fail").click()
    expect(page.locator("h1 + .badge")).to_have_text("FAILED")
    page.goto(f"{server.url}/#/o/{passing.id}")
    page.get_by_label("Percent").fill("70")
    page.get_by_role("button", name="Set progress").click()
    expect(page.locator(".steering")).to_contain_text("70 %")
    page.get_by_label("Pace").fill("manual")
    page.get_by_role("button", name="Set pace").click()
    server.clock.advance(1000)
    expect(page.locator("h1 + .badge")).to_have_text("CREATING")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("h1 + .badge")).to_have_text("ACTIVE")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("h1 + .badge")).to_have_text("DELETING")


def test_a_model_is_updated_with_what_was_changed(server: FakeServer, open_page: Callable[..., Page]) -> None:
    model = import_model(server, "mine", description="first", vendor="me", freeform_tags={"team": "a"})
    server.simulator.finish(model.id)
    page = open_page(f"{server.url}/#/o/{model.id}")
    page.get_by_role("link", name="Update").click()
    expect(page.get_by_label("vendor")).to_have_value("me")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("status")).to_contain_text("No property is changed.")
    page.get_by_label("displayName").fill("ours")
    page.get_by_label("freeformTags").fill("{}")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("status")).to_contain_text("The update has started.")
    expect(page.get_by_role("heading", level=1)).to_have_text("ours")
    found = server.simulator.inspect(model.id).inspected.resource
    assert (found.display_name, found.description, found.vendor) == ("ours", "first", "me")
    assert found.freeform_tags == {}


def test_a_refused_update_stays_in_the_form(server: FakeServer, open_page: Callable[..., Page]) -> None:
    model = import_model(server, "mine")
    page = open_page(f"{server.url}/#/edit/{model.id}")
    page.get_by_label("displayName").fill("ours")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("status")).to_contain_text("409, IncorrectState, rule ")
    expect(page.get_by_label("displayName")).to_have_value("ours")


def test_a_model_is_moved_to_another_compartment(server: FakeServer, open_page: Callable[..., Page]) -> None:
    model = import_model(server, "mine")
    server.simulator.finish(model.id)
    page = open_page(f"{server.url}/#/o/{model.id}")
    page.get_by_role("link", name="Move").click()
    expect(page.get_by_label("compartmentId")).to_have_value(COMPARTMENT)
    page.get_by_label("compartmentId").fill(f"{COMPARTMENT}2")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("status")).to_contain_text("The imported model is moved.")
    expect(page.locator(".facts")).to_contain_text(f"{COMPARTMENT}2")
    assert server.simulator.inspect(model.id).inspected.resource.compartment_id == f"{COMPARTMENT}2"


def test_a_client_in_trouble_is_seen_with_advice(server: FakeServer, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server.url}/#/diagnosis")
    expect(page.get_by_text("No client is in trouble.")).to_be_visible()
    for _ in range(5):
        page.request.get(f"{server.url}/20231130/models/ocid1.generativeaimodel.oc1..nobody")
    expect(page.get_by_role("row", name="get_model")).to_contain_text("Repeating does not help: check the OCID,")
    expect(page.get_by_role("row", name="get_model").get_by_role("cell").nth(1)).to_have_text("5")
    expect(page.get_by_role("link", name=re.compile("^Diagnosis"))).to_have_text("Diagnosis1")


def test_the_pace_of_the_world_is_that_of_work_in_progress_too(
    server: FakeServer, open_page: Callable[..., Page]
) -> None:
    model = import_model(server, "mine")
    page = open_page(f"{server.url}/#/world")
    page.get_by_label("Pace of all work").fill("10m")
    page.get_by_role("button", name="Set pace").click()
    expect(page.get_by_role("status")).to_contain_text("The pace is 10m.")
    expect(page.locator(".facts")).to_contain_text("10m")
    server.clock.advance(599)
    assert server.simulator.inspect(model.id).inspected.work is not None
    server.clock.advance(1)
    assert server.simulator.inspect(model.id).inspected.work is None


def test_a_fault_is_added_seen_and_cleared(server: FakeServer, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server.url}/#/faults")
    faults = page.get_by_role("region", name="Faults")
    faults.get_by_label("Operation").select_option("create_imported_model")
    faults.get_by_label("Status").fill("429")
    faults.get_by_label("Times").fill("2")
    faults.get_by_role("button", name="Add fault").click()
    expect(faults.get_by_role("listitem")).to_have_text("status 429 for create_imported_model, 2 more")
    page.get_by_role("link", name=re.compile("^Imported models")).click()
    create_in_console(page, "mine")
    expect(page.get_by_role("status")).to_contain_text("429, TooManyRequests, rule fault")
    page.get_by_role("link", name=re.compile("^Journal")).click()
    expect(page.get_by_role("row", name="create_imported_model")).to_contain_text("429 TooManyRequests")
    page.get_by_role("link", name=re.compile("^Faults")).click()
    faults.get_by_role("button", name="Clear all").click()
    expect(faults).to_contain_text("None.")
    assert not tuple(server.simulator.faults)


def test_the_journal_grows_with_the_rule_behind_each_refusal(
    server: FakeServer, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{server.url}/#/journal")
    expect(page.get_by_text("No calls yet.")).to_be_visible()
    page.request.get(f"{server.url}/20231130/models/ocid1.generativeaimodel.oc1..nobody")
    expect(page.get_by_role("row", name="get_model")).to_contain_text("not-found Authorization failed")
    import_model(server, "mine")
    expect(page.get_by_role("row", name="create_imported_model")).to_be_visible()
    page.get_by_label("Only refused or lost calls").check()
    expect(page.get_by_role("row", name="create_imported_model")).to_have_count(0)


def test_failing_work_and_modes_are_set(server: FakeServer, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server.url}/#/faults")
    failing = page.get_by_role("region", name="Failing work")
    failing.get_by_label("At percent").fill("30")
    failing.get_by_role("button", name="Plan failure").click()
    expect(failing.get_by_role("listitem")).to_contain_text("percent 30")
    modes = page.get_by_role("region", name="Modes")
    modes.get_by_label("short-pages").check()
    modes.get_by_label("capped-pages", exact=True).check()
    modes.get_by_label("capped-pages:").fill("7")
    modes.get_by_role("button", name="Set modes").click()
    expect(modes.get_by_text("on", exact=True)).to_have_count(2)
    assert dict(server.simulator.modes) == {"short-pages": None, "capped-pages": 7}


def test_the_clock_the_limits_a_snapshot_and_a_reset(
    server: FakeServer, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    import_model(server, "kept")
    page = open_page(f"{server.url}/#/world")
    page.on("dialog", lambda dialog: dialog.accept())
    before = server.clock.now()
    page.get_by_label("Advance by").fill("2")
    page.locator("[name=unit]").select_option("hours")
    page.get_by_role("button", name="Advance").click()
    expect(page.get_by_role("status")).to_contain_text("The time is")
    assert (server.clock.now() - before).total_seconds() == 7200
    page.get_by_label("Most units").fill("3")
    page.get_by_role("button", name="Set limit").click()
    expect(page.get_by_role("listitem").filter(has_text="-count: 3")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    saved = tmp_path / "world.json"
    download.value.save_as(saved)
    assert json.loads(saved.read_text()) == server.simulator.snapshot()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("link", name=re.compile("^Imported models"))).to_have_text("Imported models0")
    page.get_by_label("Load a file").set_input_files(saved)
    expect(page.get_by_role("link", name=re.compile("^Imported models"))).to_have_text("Imported models1")


def test_the_world_of_another_tenancy_and_a_region(server: FakeServer, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server.url}/#/world")
    expect(page.get_by_text(TENANCY)).to_be_visible()
    page.request.get(f"{server.url}/_sim/clock?tenancy={OTHER}")
    page.get_by_role("button", name=f"Show {OTHER}").click()
    page.get_by_role("link", name=re.compile("^Imported models")).click()
    page.get_by_role("link", name="Create", exact=True).click()
    page.get_by_label("displayName").fill("theirs")
    page.locator("main").get_by_label("Region").fill("eu-frankfurt-1")
    page.get_by_role("button", name="Create").click()
    expect(page.locator(".facts")).to_contain_text("eu-frankfurt-1")
    assert server.simulator.counts()["importedModels"] == 0
    page.get_by_role("banner").get_by_label("Region").select_option("eu-frankfurt-1")
    page.get_by_role("navigation").get_by_role("link", name=re.compile("^Imported models")).click()
    expect(page.get_by_role("row", name="theirs")).to_contain_text("eu-frankfurt-1")


def test_a_control_token_is_asked_for_once(open_page: Callable[..., Page]) -> None:
    token = "a-token-of-this-test"
    with FakeServer(settings=Settings(clock="virtual"), control_token=token) as server:
        page = open_page(server.url)
        page.get_by_role("textbox", name="Token").fill("another-token-of-this-test")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("textbox", name="Token").fill(token)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Models")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Models")


def test_text_of_the_world_stays_text(server: FakeServer, open_page: Callable[..., Page]) -> None:
    text = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    model = import_model(server, "plain", description=text, freeform_tags={text: text})
    page = open_page(f"{server.url}/#/o/{model.id}")
    expect(page.locator("pre")).to_contain_text(text)
    assert page.locator("main img, main script").count() == 0


def test_a_page_of_many_models_and_a_search(server: FakeServer, open_page: Callable[..., Page]) -> None:
    for number in range(120):
        import_model(server, f"model-{number}")
    page = open_page(f"{server.url}/#/r/importedModels")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text("model-119")
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text(re.compile("51.100 of 120"))).to_be_visible()
    page.get_by_role("button", name="Older").click()
    expect(rows).to_have_count(20)
    page.get_by_role("searchbox").fill("model-7")
    expect(rows).to_have_count(11)


def test_the_focus_stays_where_it_is_while_the_list_grows(server: FakeServer, open_page: Callable[..., Page]) -> None:
    import_model(server, "first")
    page = open_page(f"{server.url}/#/r/importedModels")
    page.get_by_role("link", name="first").focus()
    import_model(server, "second")
    expect(page.get_by_role("link", name="second")).to_be_visible()
    expect(page.get_by_role("link", name="first")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("first")


def test_the_keyboard_reaches_everything_and_leaves_it(server: FakeServer, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server.url}/#/world")
    expect(page.get_by_role("heading", level=1)).to_have_text("World")
    controls = page.locator(":is(a, button:enabled, input, select, summary):visible").count()
    seen = set()
    for _ in range(controls + 2):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert len(seen) >= controls  # and no control holds the focus


def test_the_keyboard_skips_to_the_content(server: FakeServer, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server.url}/#/world")
    expect(page.get_by_role("heading", level=1)).to_have_text("World")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    assert page.url == f"{server.url}/#/world"


@pytest.mark.parametrize("place", ["", "#/r/cars", "#/new/cars", "#/nowhere"])
def test_an_unknown_place_shows_the_models(place: str, server: FakeServer, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server.url}/{place}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Models")


def test_a_resource_that_is_gone_and_a_server_that_is_gone(open_page: Callable[..., Page]) -> None:
    with FakeServer(settings=Settings(clock="virtual")) as server:
        page = open_page(f"{server.url}/#/o/{import_model(server, 'mine').id}")
        expect(page.get_by_role("heading", level=1)).to_have_text("mine")
        server.reset()
        expect(page.get_by_role("heading", level=1)).to_have_text("Not available")
        page.get_by_role("link", name="Show the models").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Models")
    expect(page.get_by_role("status")).to_contain_text("The server does not respond.")


@pytest.mark.parametrize("scheme", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    scheme: str, server: FakeServer, open_page: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    width, height = SIZES[scheme]
    failed, running = import_model(server, "failed"), import_model(server, "running")
    server.simulator.fail(failed.id)
    page = open_page(server.url, viewport={"width": width, "height": height}, color_scheme=scheme)
    page.request.get(f"{server.url}/20231130/models/ocid1.generativeaimodel.oc1..nobody")
    for _ in range(3):
        page.request.get(f"{server.url}/20231130/importedModels/{failed.id}")
    of_one = (f"{view}/{running.id}" for view in ("o", "edit", "move"))
    views = (*VIEWS, *of_one, f"o/{failed.id}", f"o/{failed.response.work_request_id}")
    for view in views:
        page.goto(f"{server.url}/#/{view}")
        expect(page.get_by_text("Loading…")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
