"""The search page in a real browser, with scripts off."""

import os
import shutil
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from api.app import create_app
from api.settings import Settings

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def address(deployment: Settings) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(deployment), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing; .ci/run installs it")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="sv-SE", base_url=address)
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_a_question_typed_by_keyboard_alone_is_answered(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.get_by_text("Hoppa till innehållet").is_visible()
    page.get_by_label("Din fråga").fill("adhd läkemedel vuxna")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=**")
    assert page.locator("article").count() > 0
    assert page.locator("mark").count() > 0
    assert page.get_by_label("Din fråga").input_value() == "adhd läkemedel vuxna"


@pytest.mark.browser
def test_a_hit_tells_why_and_leads_to_its_passage(page: Page) -> None:
    page.goto("/?q=adhd")
    first = page.locator("article").first
    first.get_by_text("Varför visas den här?").click()
    assert first.get_by_text("Plats 1 efter").first.is_visible()
    first.locator("h3 a").click()
    page.wait_for_url("**/doc/passage/**")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_role("link", name="Turtle").is_visible()


@pytest.mark.browser
def test_the_page_fits_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/?q=adhd", "/sparql", "/doc/condition/F32"):
        page.goto(path)
        widths = page.locator("body").bounding_box()
        assert widths is not None
        assert widths["width"] <= 320, path
