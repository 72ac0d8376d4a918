"""A browser for the tests of the console: Debian's `chromium`. Without it, these tests do not run."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fake_server import FakeServer, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHROMIUM = shutil.which("chromium")
OPTIONS = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


@pytest.fixture(scope="module")  # it runs an event loop in this thread, which tests of other modules do not expect
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("the tests of the console need the Debian package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        expect.set_options(timeout=20_000)  # many tests share two processors
        yield browser
        browser.close()


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server on which work takes 100 seconds of a virtual clock."""
    with FakeServer(settings=Settings(clock="virtual", pace="100s")) as running:
        yield running


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages. A message of the browser, such as a breach of the security policy, fails the test."""
    contexts, messages = [], []

    def open_one(url: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [text for text in messages if "Failed to load resource" not in text] == []


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Returns what axe finds on a page: rules and elements."""

    def find(page: Page) -> list[str]:
        violations = Axe().run(page).response["violations"]
        return [f"{each['id']}: {node['html']}" for each in violations for node in each["nodes"]]

    return find
