"""Lists in a real browser: by keyboard alone, by selecting rows, and without any script."""

from __future__ import annotations

import pytest
from django.urls import reverse

from discipline.models import Behavior
from district.access import Role
from district.models import SavedView
from tests import factories as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]

CODE = "/behaviors/?ordering=code"
IN_FOCUS = "document.activeElement.textContent.trim()"


@pytest.fixture
def code_of_conduct(world, settings):
    """Three behaviours that nobody used, beside the one of the small world."""
    settings.MFA_REQUIRED = False
    return [make.make_behavior(world.district, f"B{n}", f"Behavior {n}") for n in (1, 2, 3)]


def test_a_list_is_read_selected_and_acted_on_by_keyboard_alone(world, code_of_conduct, visitor_for):
    visitor = visitor_for(world.user(Role.LEADER))
    page, press = visitor.page, visitor.page.keyboard.press
    visitor.open(CODE)
    press("/")
    assert page.evaluate("document.activeElement.name") == "search"
    page.keyboard.type("jx?")  # in a field, letters are letters
    assert page.input_value("[name=search] >> nth=-1") == "jx?"
    assert not page.is_visible("#keys")
    press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert page.input_value("[name=search] >> nth=-1") == "jx?"

    for _ in range(3):
        press("j")
    press("k")
    assert page.evaluate(IN_FOCUS) == "Behavior 1"
    assert not page.is_visible("#selected")
    press("x")
    press("j")
    press("x")
    assert page.inner_text("#selected [role=status]") == "2 selected"
    press("x")
    assert page.inner_text("#selected [role=status]") == "1 selected"

    press("?")
    assert page.is_visible("#keys")
    press("Escape")
    assert not page.is_visible("#keys")
    assert page.evaluate(IN_FOCUS) == "Behavior 2"

    page.focus("#selected [value=end]")
    press("Enter")
    page.wait_for_selector("text=On which day do these behaviors end?")
    page.fill("[name=valid_to]", "2027-06-30")
    press("Enter")
    page.wait_for_selector("text=1 behavior has a last day")
    ended = Behavior.objects.filter(district=world.district, valid_to__isnull=False)
    assert [behavior.title for behavior in ended] == ["Behavior 1"]

    visitor.open(CODE)
    press("j")
    press("Enter")
    page.wait_for_selector("h1:has-text('Fighting')")
    assert visitor.complaints == []


def test_keys_can_be_turned_off_and_stay_off(world, code_of_conduct, visitor_for):
    visitor = visitor_for(world.user(Role.LEADER))
    page = visitor.page
    visitor.open(CODE)
    page.click("[data-keys-open]")
    page.uncheck("[data-keys-switch]")
    page.click("#keys button")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("?")
        assert page.evaluate("document.activeElement.closest('tr')") is None
        assert not page.is_visible("#keys")
        visitor.open(CODE)
    page.click("[data-keys-open]")
    assert not page.is_checked("[data-keys-switch]")
    page.check("[data-keys-switch]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate(IN_FOCUS) == "Fighting"


def test_all_rows_of_a_page_are_selected_and_let_go(world, code_of_conduct, visitor_for):
    visitor = visitor_for(world.user(Role.LEADER))
    page = visitor.page
    visitor.open(CODE)
    page.check("[name=row] >> nth=1")
    assert page.evaluate("document.querySelector('[data-select-all]').indeterminate")
    page.check("[data-select-all]")
    assert page.inner_text("#selected [role=status]") == "4 selected"
    with page.expect_download() as download:
        page.click("#selected >> text=Export CSV")
    assert len(download.value.path().read_text().splitlines()) == 5
    page.click("#selected >> text=Select none")
    assert not page.is_visible("#selected")
    assert page.locator("[name=row]:checked").count() == 0
    assert visitor.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_everything_works_without_a_script(world, code_of_conduct, visitor_for, width):
    user = world.user(Role.LEADER)
    visitor = visitor_for(user, width=width, java_script_enabled=False)
    page = visitor.page
    visitor.open("/behaviors/")
    page.select_option("[name=subjective]", "false")
    page.click(".filters >> text=Show")
    page.click("text=Save this view")
    page.fill("[name=name]", "Plain ones")
    page.check("[name=is_default]")
    page.click("main button[type=submit]")
    assert SavedView.objects.get(user=user, name="Plain ones").is_default
    visitor.open("/behaviors/")
    assert page.url.endswith("?subjective=false")
    page.click("text=Everything")
    assert page.url.endswith("?page=1")
    page.check("[name=row] >> nth=1")
    page.click("#selected >> text=End them")
    page.fill("[name=valid_to]", "2027-06-30")
    page.click("main button[type=submit]")
    assert page.is_visible("text=1 behavior has a last day")
    page.click("text=Back to the list")
    page.click(f"a[href='{reverse('saved_view_list')}'] >> visible=true")
    page.click("tr:has-text('Plain ones') >> a:has-text('Change')")
    page.click("text=Remove this view")
    assert not SavedView.objects.filter(user=user, name="Plain ones").exists()
