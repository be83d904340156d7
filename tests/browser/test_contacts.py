"""Contacts on the desk: made, changed where they stand, told of, joined, thrown away and had back; also by keys."""

import re
import uuid
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import has_no_barriers
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.places import fresh_name, fresh_phone, places_of
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.asyncio(loop_scope="session")]

REFUSED = "status of 400"  # the browser's own line about a refusal that the page shows beside the field


async def test_a_contact_is_made_in_two_fields_and_changed_where_it_stands(
    people: People, product: Product, owner: str
) -> None:
    window = await people.window()
    window.watch.expected.append(REFUSED)
    office = await places_of(window, product, owner)
    page, name, phone = office.page, fresh_name(), fresh_phone()
    await office.add(name, phone)
    await expect(office.field("phone")).to_have_value(phone)
    call = page.locator('.details a[href^="tel:+374"]')
    await expect(call).to_have_attribute("href", f"tel:+374{phone.replace(' ', '')[1:]}")

    await office.field("phone").fill("it is no number")
    await page.keyboard.press("Tab")
    await expect(page.locator(".field.wrong .field-problem")).to_be_visible()
    await expect(office.field("phone")).to_have_value("it is no number")
    await office.go("tasks")
    await page.go_back()
    await expect(office.field("phone")).to_have_value("it is no number")
    await office.field("phone").press("Escape")
    await expect(office.field("phone")).to_have_value(phone)
    await expect(page.locator(".field.wrong")).to_have_count(0)

    await office.field("note").fill("Mornings only")
    await office.field("birthday").fill("1990-05-21")
    await page.keyboard.press("Tab")
    tag = f"Tag {uuid.uuid4().hex[:6]}"
    await page.get_by_role("combobox", name=office.words["field.categories"]).fill(tag)
    await page.keyboard.press("Enter")
    await expect(page.locator(".details .chip", has_text=tag)).to_be_visible()
    await page.reload()
    await expect(office.field("note")).to_have_value("Mornings only")
    await expect(office.field("birthday")).to_have_value("1990-05-21")
    await expect(page.locator(".details .chip", has_text=tag)).to_be_visible()


async def test_addresses_subjects_and_others_to_ask(people: People, product: Product, owner: str) -> None:
    office = await places_of(await people.window(), product, owner)
    page = office.page
    await office.add(fresh_name())
    await office.button("card.add_address").click()
    await page.locator(".add-form input[name=value]").fill("zara@example.com")
    await page.keyboard.press("Enter")
    address = page.locator(".line", has_text="zara@example.com")
    await expect(address).to_contain_text(office.words["card.unverified"])
    await office.button("card.add_subject").click()
    await page.locator(".add-form select").select_option("car")
    await page.locator(".add-form input[name=name]").fill("Niva")
    await page.locator(".add-form input[name=plate]").fill("34 AB 567")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line", has_text="Niva").locator(".plate")).to_contain_text("34")
    await office.button("card.add_extra").click()
    await page.locator(".add-form input[name=name]").fill("Aram")
    await page.locator(".add-form input[name=relation]").fill("husband")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line", has_text="Aram")).to_contain_text("husband")
    await address.get_by_role("button").click()
    await expect(address).to_have_count(0)


async def test_the_history_tells_notes_and_changes_with_what_was_before(
    people: People, product: Product, owner: str
) -> None:
    office = await places_of(await people.window(), product, owner)
    page = office.page
    await office.add(fresh_name())
    note = page.get_by_label(office.words["note.label"])
    await note.fill("Allergic to lavender")
    await note.press("Control+Enter")
    await expect(office.history.locator(".note")).to_contain_text("Allergic to lavender")
    await expect(note).to_have_value("")
    await office.field("code").fill("C-1")
    await page.keyboard.press("Enter")
    await office.field("code").fill("C-2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".field .saved")).to_be_visible()
    await page.reload()
    change = office.history.locator(".happening.change", has_text="C-2")
    await expect(change.locator("del")).to_have_text("C-1")
    await expect(change.locator("ins")).to_have_text("C-2")
    await page.get_by_label(office.words["history.kind"]).select_option("note")
    await expect(office.history.locator(".happening")).to_have_count(1)
    await office.history.get_by_role("button", name=office.words["note.remove"]).click()
    await expect(office.history.locator(".happening")).to_have_count(0)
    await office.toasts.get_by_role("button", name=office.words["undo"]).click()
    await expect(office.history.locator(".note")).to_contain_text("Allergic to lavender")


async def test_a_task_is_done_by_one_key(people: People, product: Product, owner: str) -> None:
    office = await places_of(await people.window(), product, owner)
    page, title = office.page, f"Call {uuid.uuid4().hex[:8]}"
    await office.go("tasks")
    await page.locator(".task-form input[name=title]").fill(title)
    await page.locator(".task-form input[name=due]").fill("2020-01-01T09:00")
    await page.keyboard.press("Enter")
    task = page.locator(".task", has_text=title)
    await expect(task).to_contain_class("late")
    await expect(task).to_contain_text(office.words["task.overdue"])
    await task.locator(".task-done").focus()
    await page.keyboard.press("KeyD")
    await expect(task).to_contain_class("done")
    await office.button("tasks.done").click()
    await expect(page.locator(".task", has_text=title)).to_be_visible()
    await office.button("tasks.open").click()
    await expect(page).to_have_url(re.compile("state=open"))
    await expect(page.locator(".task", has_text=title)).to_have_count(0)


async def test_two_of_one_person_are_joined_and_parted_again(people: People, product: Product, owner: str) -> None:
    office = await places_of(await people.window(), product, owner)
    page, phone = office.page, fresh_phone()
    first, second = fresh_name(), fresh_name()
    await office.add(first, phone)
    await office.add(second, phone)
    await expect(page.locator(".duplicates")).to_contain_text(first)
    await office.button("duplicates.compare").click()
    await expect(page.locator(".compare .differs").first).to_be_visible()
    await office.button("merge.go").click()
    await expect(office.toasts).to_contain_text(office.words["merge.done"])
    await expect(page.locator(".duplicates")).to_have_count(0)
    await office.toasts.get_by_role("button", name=office.words["merge.undo"]).click()
    await expect(office.toasts).to_contain_text(office.words["merge.undone"])
    await expect(page.locator(".duplicates")).to_contain_text(first)
    await office.button("duplicates.differ").click()
    await expect(page.locator(".duplicates")).to_have_count(0)


async def test_what_was_thrown_away_can_be_had_back(people: People, product: Product, owner: str) -> None:
    office = await places_of(await people.window(), product, owner)
    page, name = office.page, fresh_name()
    await office.add(name)
    await office.button("card.more").click()
    await page.get_by_role("menuitem", name=office.words["card.delete"]).click()
    await office.button("card.delete_go").click()
    await expect(office.heading).to_have_text(office.words["contacts.title"])
    find = page.get_by_label(office.words["contacts.find"])
    await find.fill(name)
    await expect(page.locator(".empty")).to_contain_text(office.words["contacts.none_found"])
    await page.goto(f"{product.address}/desk/#/manage/bin")
    deleted = page.locator(".listed tbody tr", has_text=name)
    await deleted.get_by_role("button").click()
    await expect(deleted).to_have_count(0)
    await office.go("contacts")
    await find.fill(name)
    await expect(page.locator(".contact-link", has_text=name)).to_be_visible()


async def test_the_list_filters_sorts_and_keeps_its_columns(people: People, product: Product, owner: str) -> None:
    office = await places_of(await people.window(), product, owner)
    page, family, phone = office.page, fresh_name().split()[1], fresh_phone()
    for given in ("Beta", "Alpha"):
        await office.add(f"{given} {family}", phone if given == "Alpha" else "")
    await office.go("contacts")
    await page.get_by_label(office.words["contacts.find"]).fill(family)
    names = page.locator(".contact-link")
    await expect(names).to_have_count(2)
    await page.get_by_role("columnheader").get_by_role("button", name=office.words["field.name"]).click()
    await expect(names).to_contain_text(["Alpha", "Beta"])
    await expect(page).to_have_url(re.compile("sort=name"))
    await office.button("filter.title").click()
    phones = office.words["filter.by"].format(column=office.words["field.phone"])
    await page.get_by_label(phones).fill(phone)
    await expect(names).to_have_count(1)
    await page.reload()
    await expect(names).to_contain_text(["Alpha"])
    await office.button("columns.title").click()
    await page.locator("dialog").get_by_label(office.words["field.code"], exact=True).check()
    await page.keyboard.press("Escape")
    await page.reload()
    await expect(page.get_by_role("columnheader", name=office.words["field.code"])).to_be_visible()
    await names.first.focus()
    await page.keyboard.press("Enter")
    await expect(office.heading).to_have_text(f"Alpha {family}")
    await page.go_back()
    await expect(names).to_have_count(1)


async def visit(page: Page, address: str, waited: str, options: dict[str, Any]) -> None:
    """A place as anybody meets it: complete, without barriers, within the screen."""
    await page.goto(address)
    await expect(page.locator(waited).first).to_be_visible()
    await has_no_barriers(page)
    if options.get("viewport") == SMALLEST:
        await fits(page)


PLACES = {"contacts": ".contact-link", "tasks": ".task-form", "search": ".search-box"}


@pytest.mark.slow
@pytest.mark.languages("hy", "ru")
async def test_no_barrier_stands_in_any_place(people: People, product: Product, owner: str, language: str) -> None:
    """Light on a desk and dark on the smallest phone."""
    still: dict[str, Any] = {"reduced_motion": "reduce"}
    for options in (still, {**still, "color_scheme": "dark", "viewport": SMALLEST, "has_touch": True}):
        window = await people.window(**options)
        office = await places_of(window, product, owner, language)
        name = fresh_name()
        await office.add(name, fresh_phone())
        await has_no_barriers(office.page)
        for place, waited in PLACES.items():
            await visit(office.page, f"{product.address}/desk/#/{place}", waited, options)
