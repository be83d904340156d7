// The journal's walls and columns: every moment has one place on the wall, free time is what is worked and not taken.

import assert from "node:assert/strict";
import { test } from "node:test";
import { draw, inOrder } from "../office/journal/columns";
import { clockPlace, money, signOf, thereOf } from "../office/journal/look";
import { priceOn, readJournal } from "../office/journal/wire";
import { addDays, clock, daysFrom, mondayOf, momentOf, readClock, wallOf } from "../office/journal/zone";

const utc = (words: string) => Date.parse(`${words}Z`);

test("a wall's time is the moment at which the clock shows it", () => {
  assert.equal(momentOf({ day: "2026-11-23", minute: 570 }, "Asia/Yerevan"), utc("2026-11-23T05:30"));
  assert.equal(momentOf({ day: "2024-02-29", minute: 600 }, "Asia/Almaty"), utc("2024-02-29T04:00"));
  assert.equal(momentOf({ day: "2024-03-01", minute: 600 }, "Asia/Almaty"), utc("2024-03-01T05:00"));
  assert.equal(momentOf({ day: "2026-03-29", minute: 180 }, "Europe/Berlin"), utc("2026-03-29T01:00"));
  assert.equal(momentOf({ day: "2026-03-29", minute: 150 }, "Europe/Berlin"), utc("2026-03-29T01:30"), "the hour that was jumped over");
  assert.equal(momentOf({ day: "2026-10-25", minute: 150 }, "Europe/Berlin"), utc("2026-10-25T00:30"), "the first of two");
});

test("there and back: every hour of two years in four zones", () => {
  for (const zone of ["Asia/Yerevan", "Asia/Almaty", "Europe/Berlin", "UTC"]) {
    for (let at = utc("2024-01-01T00:00"); at < utc("2026-01-01T00:00"); at += 3_600_000 * 7) {
      const wall = wallOf(at, zone);
      const again = momentOf(wall, zone);
      assert.ok(again === at || again === at - 3_600_000, `${zone} ${wall.day} ${clock(wall.minute)}`);
      assert.deepEqual(wallOf(again, zone), wall);
    }
  }
});

test("days and clocks", () => {
  assert.equal(addDays("2024-02-28", 2), "2024-03-01");
  assert.equal(daysFrom("2026-10-24", "2026-10-27"), 3);
  assert.equal(mondayOf("2026-11-22"), "2026-11-16");
  assert.equal(clock(1440), "24:00");
  assert.equal(clock(1500), "01:00");
  assert.equal(readClock("09:30"), 570);
  assert.equal(readClock("9:75"), null);
});

const span = (from: string, to: string, day = "2026-11-23") => ({ starts_at: `${day}T${from}:00.000Z`, ends_at: `${day}T${to}:00.000Z` });

function journalOf(more: object) {
  const worked = [span("10:00", "14:00"), span("15:00", "20:00")];
  return readJournal({
    zone: "UTC", step_min: 15, day_start: "09:00", day_end: "21:00",
    days: [{ day: "2026-11-23" }],
    resources: [
      { id: 1, kind: "provider", name: "Anna", worked },
      { id: 2, kind: "room", name: "Room", worked: [] },
    ],
    services: [{ id: 5, name: "Cut", duration_min: 60 }],
    appointments: [], busy: [], sessions: [],
    ...more,
  });
}

const visit = (id: number, status: string, from: string, to: string, resources: number[] = []) => ({
  id, status, ...span(from, to), items: [{ id, service_id: 5, provider_id: 1, resource_ids: resources, ...span(from, to) }],
});

const said = (journal: ReturnType<typeof journalOf>, gone = false) => {
  const { columns } = draw(journal, inOrder(journal.resources, true), gone);
  return columns.map(({ resource, entries }) => [resource?.name ?? null, entries.map(({ is, from, to, lane, lanes }) => `${is} ${clock(from)}-${clock(to)} ${lane}/${lanes}`)]);
};

test("free is what is worked and not taken, with what is kept around a visit; rooms come first", () => {
  const journal = journalOf({
    appointments: [visit(1, "booked", "11:00", "12:00", [2])],
    busy: [{ id: 9, resource_id: 1, kind: "break", ...span("13:50", "15:10") }, { id: 8, resource_id: 1, kind: "visit", appointment_id: 1, ...span("10:55", "12:10") }],
  });
  assert.deepEqual(said(journal), [
    ["Room", ["visit 11:00-12:00 0/1"]],
    ["Anna", ["free 10:00-10:55 0/1", "visit 11:00-12:00 0/1", "free 12:10-13:50 0/1", "busy 13:50-15:10 0/1", "free 15:10-20:00 0/1"]],
  ]);
});

test("what was missed stands beside the free time that it gave back; what was cancelled is shown where wished", () => {
  const journal = journalOf({ appointments: [visit(1, "no_show", "10:00", "11:00"), visit(2, "cancelled", "18:00", "20:00")] });
  assert.deepEqual(said(journal)[1], ["Anna", ["free 10:00-14:00 0/2", "visit 10:00-11:00 1/2", "free 15:00-20:00 0/1"]]);
  assert.deepEqual(said(journal, true)[1], ["Anna", ["free 10:00-14:00 0/2", "visit 10:00-11:00 1/2", "free 15:00-20:00 0/2", "visit 18:00-20:00 1/2"]]);
});

test("a night shift and its visit are on both days, and the hours shown hold all", () => {
  const night = { starts_at: "2026-11-23T22:00:00.000Z", ends_at: "2026-11-24T02:00:00.000Z" };
  const held = { starts_at: "2026-11-23T23:30:00.000Z", ends_at: "2026-11-24T00:30:00.000Z" };
  const journal = journalOf({
    days: [{ day: "2026-11-23" }, { day: "2026-11-24" }],
    resources: [{ id: 1, kind: "provider", name: "Anna", worked: [night] }],
    busy: [{ id: 7, resource_id: 1, kind: "visit", appointment_id: 1, ...held }],
    appointments: [{ id: 1, status: "booked", ...held, items: [{ id: 1, service_id: 5, provider_id: 1, ...held }] }],
  });
  const { columns, shown } = draw(journal, journal.resources, false);
  assert.deepEqual(shown, { from: 0, to: 1440 });
  const lines = columns.map(({ entries }) => entries.map(({ is, from, to }) => `${is} ${from} ${to}`));
  assert.deepEqual(lines, [["free 1320 1410", "visit 1410 1470"], ["visit -30 30", "free 30 120"]]);
});

test("an entry without a specialist has a column of its own", () => {
  const call = { id: 3, kind: "call", status: "booked", title: "Bank", ...span("12:00", "12:30"), items: [{ id: 4, service_id: null, provider_id: null, ...span("12:00", "12:30") }] };
  assert.deepEqual(said(journalOf({ appointments: [call] })).pop(), [null, ["visit 12:00-12:30 0/1"]]);
});

test("sums are written as the server writes them, and are those of who does it", () => {
  const written = [money(500_000, "AMD"), money(12_050, "GEL"), money(123_456_700, "KZT"), money(-5, "USD"), money(7, "XTS"), money(null, "AMD")];
  assert.deepEqual(written.map((one) => one.replaceAll("\u00a0", " ")), ["5 000 ֏", "120.50 ₾", "1 234 567 ₸", "−0.05 $", "0.07 XTS", ""]);
  assert.equal(signOf("no currency"), "no currency");
  const own = [{ provider_id: 1, price_minor: 900 }];
  const promo = { promo_price_minor: 850, promo_from: "2026-12-01", promo_until: "2026-12-31" };
  const service = journalOf({ services: [{ id: 5, name: "Cut", price_minor: 800, own_prices: own, ...promo }] }).services.get(5);
  assert.ok(service);
  assert.deepEqual([priceOn(service, "2026-11-23", 1), priceOn(service, "2026-11-23", 2), priceOn(service, "2026-11-23", null)], [900, 800, 800]);
  assert.deepEqual([priceOn(service, "2026-12-01", 1), priceOn(service, "2026-12-01", 2)], [850, 800]);
});

test("whose clock shows something else is told with its place", () => {
  const one = (id: number, zone: string, place: string) => ({ id, kind: "provider", name: place, worked: [], zone, place });
  const journal = journalOf({ zone: "Asia/Yerevan", place: "Yerevan", resources: [one(1, "Asia/Yerevan", "Yerevan"), one(2, "Asia/Tbilisi", "Tbilisi"), one(3, "Asia/Almaty", "Almaty")] });
  const [at, late] = [utc("2026-11-23T08:00"), utc("2026-11-23T19:30")];
  const told = (from: number, to: number | null = null) => journal.resources.map((resource) => thereOf(journal, resource, from, to));
  assert.deepEqual(told(at), ["", "", "Almaty: 13:00"], "Tbilisi has another zone and the same clock");
  assert.deepEqual(told(at, at + 5_400_000), ["", "", "Almaty: 13:00–14:30"]);
  assert.match(told(late)[2] ?? "", /^Almaty: .*, 00:30$/);
  assert.equal(thereOf(journal, undefined, at), "");
  assert.equal(clockPlace(journal, at), "Yerevan");
  assert.equal(clockPlace(journalOf({ place: "London" }), at), "");
});
