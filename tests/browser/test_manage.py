"""Manage: people, rights, tokens, the business's own words, what was done, what was thrown away, who is met twice."""

import uuid

import aiohttp
import pytest
from playwright.async_api import expect

from tests.browser.axe import has_no_barriers
from tests.browser.catalogue import words
from tests.browser.layout import SMALLEST, fits
from tests.browser.people import People
from tests.browser.places import PASSWORD, Places, fresh_name, fresh_phone, places_of
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

IN_USE = "status of 409"  # the browser's own line about a refusal that the page shows
ACCESS = words("en", "access")


async def hire(places: Places, role: str = "agent") -> str:
    """Adds a colleague by the form; returns the login. Ends on the colleague's page."""
    page, login = places.page, f"p{uuid.uuid4().hex[:8]}"
    await places.manage("people")
    await places.button("people.new").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(places.words["field.name"]).fill(f"New {login}")
    await dialog.get_by_label(places.words["people.login"]).fill(login)
    await dialog.get_by_label(places.words["people.password"]).fill(PASSWORD)
    await dialog.get_by_label(places.words["people.role"]).select_option(label=role)
    await has_no_barriers(page)
    await places.confirm("people.create")
    await page.get_by_role("link", name=login).click()
    await expect(places.heading).to_have_text(f"New {login}")
    return login


async def test_somebody_is_hired_and_an_exception_holds_at_once(people: People, product: Product, owner: str) -> None:
    """Signs in with what was given; is allowed and forbidden while the own window stands open, and it is told why."""
    places = await places_of(await people.window(), product, owner)
    page, delete = places.page, "contacts.delete"
    login = await hire(places, ACCESS["role.agent"])
    newcomer = await places_of(await people.window(), product, login)
    await expect(newcomer.nav).to_be_visible()
    await expect(newcomer.nav.locator('a[href^="#/manage"]')).to_have_count(0)
    right = page.locator(".rights").get_by_role("listitem").filter(has_text=ACCESS[f"label.{delete}"])
    await expect(right).to_contain_text(ACCESS["why.none"].format(role=ACCESS["role.agent"]))
    exception = page.get_by_label(places.words["people.exception_for"].format(permission=ACCESS[f"label.{delete}"]))
    await exception.select_option("grant")
    await expect(right).to_contain_text(ACCESS["why.grant"].format(name=f"New {login}"))
    await has_no_barriers(page)
    await newcomer.nav.locator('a[href^="#/manage"]').click()
    await expect(newcomer.page.get_by_role("link", name=newcomer.words["manage.bin"])).to_be_visible()
    await exception.select_option("deny")
    await expect(right).to_contain_text(ACCESS["why.deny"].format(name=f"New {login}"))
    await expect(newcomer.nav.locator('a[href^="#/manage"]')).to_have_count(0)
    await places.button("people.disable").click()
    await expect(places.button("people.enable")).to_be_visible()
    await expect(newcomer.page.locator("form.login-box")).to_be_visible()


async def test_a_mark_in_a_role_acts_on_all_who_have_it(people: People, product: Product, owner: str) -> None:
    window = await people.window()
    window.watch.expected.append(IN_USE)
    places = await places_of(window, product, owner)
    page, role = places.page, f"Desk {uuid.uuid4().hex[:6]}"
    await places.manage("roles")
    await page.get_by_role("textbox", name=places.words["roles.new"]).fill(role)
    await places.button("add").click()
    mark = page.get_by_role("checkbox", name=f"{role}: {ACCESS['label.audit.read']}", exact=True)
    await expect(mark).not_to_be_checked()
    login = await hire(places, role)
    holder = await places_of(await people.window(), product, login)
    await expect(holder.nav).to_be_visible()
    await expect(holder.nav.locator('a[href^="#/manage"]')).to_have_count(0)
    await places.manage("roles")
    await mark.check()
    await holder.nav.locator('a[href^="#/manage"]').click()
    await holder.page.locator(".manage-nav").get_by_role("link", name=holder.words["manage.audit"], exact=True).click()
    await expect(holder.heading).to_have_text(holder.words["manage.audit"])
    await mark.uncheck()
    await expect(holder.nav.locator('a[href^="#/manage"]')).to_have_count(0)
    await page.get_by_role("button", name=places.words["remove_named"].format(name=role)).click()
    await places.confirm("roles.remove")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(
        ACCESS["role_in_use.one"].format(count=1)
    )


async def test_a_token_is_shown_once_works_and_is_revoked(people: People, product: Product, owner: str) -> None:
    places = await places_of(await people.window(), product, owner, "hy")
    page, name = places.page, f"Կայք {uuid.uuid4().hex[:6]}"
    await places.manage("tokens")
    await places.button("tokens.new").click()
    await page.get_by_role("dialog").get_by_label(places.words["tokens.name"]).fill(name)
    await page.get_by_label(places.words["scope.contacts.read"]).check()
    await has_no_barriers(page)
    await places.confirm("tokens.make")
    secret = await page.get_by_role("textbox", name=places.words["tokens.made"]).input_value()
    await has_no_barriers(page)
    assert await asked(product, secret, "contacts") == 200
    assert await asked(product, secret, "audit") == 403
    await page.keyboard.press("Escape")
    token = places.line(name)
    await expect(token).to_be_visible()
    assert secret not in await page.content()
    await token.get_by_role("button", name=places.words["tokens.revoke_named"].format(name=name)).click()
    await places.confirm("tokens.revoke")
    await expect(token).to_have_count(0)
    assert await asked(product, secret, "contacts") == 401


async def asked(product: Product, token: str, path: str) -> int:
    """The status that a program with this token gets."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as web, web.get(f"{product.address}/api/v1/{path}") as answer:
        return answer.status


async def test_the_words_of_the_business_are_met_on_a_card(people: People, product: Product, owner: str) -> None:
    """A category, and a field of the firm's own, renamed where it stands; a setting is kept."""
    places = await places_of(await people.window(), product, owner, "ka")
    page, mark = places.page, uuid.uuid4().hex[:6]
    await places.manage("catalogues")
    category = page.get_by_role("textbox", name=places.words["catalogue.categories_new"])
    await category.fill(f"ახალი {mark}")
    await category.press("Enter")
    up = page.get_by_role("button", name=places.words["remove_named"].format(name=f"ახალი {mark}"))
    await expect(up).to_be_visible()
    await places.manage("fields")
    await page.get_by_label(places.words["fields.label"]).last.fill(f"ზომა {mark}")
    await page.get_by_label(places.words["fields.kind"]).select_option("choice")
    await page.get_by_label(places.words["fields.choices"]).last.fill("S\nM\nL")
    await places.button("add").click()
    await expect(
        page.get_by_role("button", name=places.words["remove_named"].format(name=f"ზომა {mark}"))
    ).to_be_visible()
    await has_no_barriers(page)
    await places.add(fresh_name())
    await page.get_by_label(f"ზომა {mark}").select_option("M")
    await page.get_by_role("combobox", name=places.words["field.categories"]).fill(mark)
    await page.get_by_role("option", name=f"ახალი {mark}").first.click()
    await expect(page.locator(".details .chip", has_text=mark)).to_be_visible()
    await page.reload()
    await expect(page.get_by_label(f"ზომა {mark}")).to_have_value("M")
    await expect(page.locator(".details .chip", has_text=mark)).to_be_visible()
    await places.manage("store")
    kept = words("ka", "access")["setting.backup_keep"]
    await places.set(kept, "9")
    await page.reload()
    await expect(page.get_by_label(kept)).to_have_value("9")


async def test_what_was_thrown_away_comes_back_and_the_log_tells_of_it(
    people: People, product: Product, owner: str
) -> None:
    places = await places_of(await people.window(), product, owner)
    page, name = places.page, fresh_name()
    await places.add(name)
    await places.button("card.more").click()
    await page.get_by_role("menuitem", name=places.words["card.delete"]).click()
    await places.confirm("card.delete_go")
    await expect(places.heading).to_have_text(places.words["contacts.title"])
    await places.manage("bin")
    await page.get_by_role("button", name=places.words["bin.restore_named"].format(name=name)).click()
    await expect(places.toasts).to_contain_text(places.words["bin.restored"])
    await expect(places.line(name)).to_have_count(0)
    await places.manage("audit")
    by_kind = places.words["filter.by"].format(column=places.words["audit.entity"])
    await page.get_by_label(by_kind).select_option("contact")
    deeds = page.locator("tbody tr")
    for place, deed in enumerate(("restored", "deleted", "added")):
        await expect(deeds.nth(place)).to_contain_text(places.words[f"action.contact.{deed}"])
        await expect(deeds.nth(place)).to_contain_text(owner)
    await has_no_barriers(page)


async def test_two_of_one_person_are_met_in_the_whole_base(people: People, product: Product, owner: str) -> None:
    """Compared, joined and parted again."""
    places = await places_of(await people.window(color_scheme="dark"), product, owner, "ka")
    page, phone, names = places.page, fresh_phone(), (fresh_name(), fresh_name())
    for name in names:
        await places.add(name, phone)
    await places.manage("duplicates")
    pair = places.line(names[0]).filter(has_text=names[1])
    await expect(pair).to_contain_text(places.words["why.phone"])
    await pair.get_by_role("button", name=places.words["duplicates.compare"]).click()
    await expect(page.get_by_role("table").get_by_role("cell", name=names[1])).to_be_visible()
    await has_no_barriers(page)
    await places.confirm("merge.go")
    await expect(places.toasts).to_contain_text(places.words["merge.done"])
    await expect(pair).to_have_count(0)
    await places.toasts.get_by_role("button", name=places.words["merge.undo"]).click()
    await expect(places.toasts).to_contain_text(places.words["merge.undone"])
    await places.manage("people")
    await places.manage("duplicates")
    await expect(pair).to_be_visible()


SECTIONS = ("people", "roles", "catalogues", "fields", "duplicates", "import", "export", "backups", "store", "tokens")


@pytest.mark.languages("ka", "en")
async def test_no_barrier_stands_in_any_section(people: People, product: Product, owner: str, language: str) -> None:
    """Light on a desk; dark on the smallest phone, where everything has room."""
    window = await people.window(reduced_motion="reduce")
    places = await places_of(window, product, owner, language)
    for section in (*SECTIONS, "bin", "audit"):
        await places.manage(section)
        await has_no_barriers(places.page)
    await places.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await places.page.set_viewport_size(SMALLEST)
    for section in (*SECTIONS, "bin", "audit") if language == "hy" else ("people", "catalogues"):
        await places.manage(section)
        await has_no_barriers(places.page)
        await fits(places.page)
