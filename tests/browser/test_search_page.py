"""The search page in a real browser: with scripts off, and then with suggestions while typing."""

import threading
import time
from collections.abc import Iterator
from typing import Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.settings import Settings


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


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(locale="sv-SE", base_url=address)
    yield context.new_page()
    context.close()


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


@pytest.mark.browser
def test_a_filter_in_the_address_is_in_the_form_and_is_asked_again_without_scripts(page: Page) -> None:
    page.goto("/?q=adhd&condition=finns-inte")
    page.get_by_text("Avgränsa träffarna").click()
    box = page.get_by_role("checkbox", name="finns-inte")
    assert box.is_checked()
    page.get_by_label("Svara som det var").fill("2026")
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**/?q=adhd&as-of=2026&condition=finns-inte")
    page.get_by_role("link", name="Ta bort Tillstånd: finns-inte").click()
    page.wait_for_url("**/?q=adhd&as-of=2026")
    assert page.get_by_role("checkbox").count() == 0


@pytest.mark.browser
def test_suggestions_are_chosen_by_keyboard_alone(scripted: Page) -> None:
    scripted.goto("/")
    field = scripted.get_by_role("combobox", name="Din fråga")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("tvångss")
    options = scripted.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(scripted.get_by_role("status")).to_contain_text("förslag")
    assert scripted.locator("[role=option] b").first.inner_text().lower() == "tvångss"
    for key, active in (("ArrowDown", options.first), ("ArrowUp", None), ("ArrowUp", options.last)):
        scripted.keyboard.press(key)
        named = field.get_attribute("aria-activedescendant")
        assert named == (active.get_attribute("id") if active else None)
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(scripted.locator("[aria-selected=true]")).to_have_count(1)
    scripted.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("tvångss")
    scripted.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    scripted.keyboard.press("ArrowDown")
    chosen = options.first.locator("span").first.inner_text()
    scripted.keyboard.press("Enter")
    scripted.wait_for_url("**/?q=**")
    assert scripted.get_by_label("Din fråga").input_value() == chosen


@pytest.mark.browser
def test_a_suggestion_can_be_clicked(scripted: Page) -> None:
    scripted.goto("/")
    scripted.get_by_label("Din fråga").press_sequentially("schizo")
    scripted.get_by_role("option").first.click()
    scripted.wait_for_url("**/?q=Schizofreni**")


@pytest.mark.browser
def test_enter_without_a_chosen_suggestion_asks_what_is_written(scripted: Page) -> None:
    scripted.goto("/")
    scripted.get_by_label("Din fråga").press_sequentially("schizo")
    expect(scripted.get_by_role("option").first).to_be_visible()
    scripted.keyboard.press("Enter")
    scripted.wait_for_url("**/?q=schizo&**")


@pytest.mark.browser
def test_a_personal_identity_number_is_not_sent_for_suggestions(scripted: Page) -> None:
    sent: list[str] = []
    scripted.on("request", lambda request: sent.append(request.url))
    scripted.goto("/")
    scripted.get_by_label("Din fråga").fill("adhd")
    expect(scripted.get_by_role("option").first).to_be_visible()
    scripted.get_by_label("Din fråga").fill("adhd 811228-9874")
    expect(scripted.get_by_role("listbox", include_hidden=True)).to_be_hidden()
    scripted.get_by_label("Din fråga").fill("adhd vuxna")
    with scripted.expect_response("**/api/v1/suggest**vuxna"):
        pass
    assert any("/api/v1/suggest" in url for url in sent)
    assert not any("9874" in url for url in sent)


@pytest.mark.browser
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_fault_in_the_page(scripted: Page, colours: Literal["light", "dark"]) -> None:
    scripted.emulate_media(color_scheme=colours)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    for path in ("/", "/?q=adhd&condition=finns-inte", "/?q=adhd&as-of=fel"):
        scripted.goto(path)
        scripted.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if path == "/":
            scripted.get_by_label("Din fråga").press_sequentially("tvång")
            expect(scripted.get_by_role("option").first).to_be_visible()
            scripted.keyboard.press("ArrowDown")
        found = Axe().run(scripted, options=options).response
        assert len(found["passes"]) > 10
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == [], path
