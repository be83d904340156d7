// The business's settings: a list of sections at the left, the chosen one beside it. Each is fetched with its first use.

import type { ComponentType } from "preact";
import { addressOf, route } from "../../route";
import { Icon, type IconName } from "../../ui/icons";
import { later } from "../../ui/Later";
import { may } from "../../ui/may";
import { o } from "../words";

interface Section {
  readonly name: "services" | "staff" | "schedule" | "booking" | "reminders" | "bot" | "understanding" | "canned" | "catalogues" | "fields" | "people" | "teams" | "roles" | "hours" | "assignment" | "tokens" | "store" | "widget" | "blocks" | "doors" | "letters" | "links" | "calendars" | "webhooks" | "import" | "export" | "backups" | "bin" | "duplicates" | "audit";
  readonly icon: IconName;
  /** Any of them opens it; null: it is for everybody. */
  readonly permission: readonly string[] | null;
  readonly part: ComponentType<object>;
}

const sections: readonly Section[] = [
  { name: "widget", icon: "globe", permission: ["inboxes.edit"], part: later(() => import("./Widget").then((module) => module.Widget)) },
  { name: "bot", icon: "bot", permission: ["inboxes.edit"], part: later(() => import("./Bot").then((module) => module.BotPlace)) },
  { name: "blocks", icon: "lock", permission: ["visitors.block"], part: later(() => import("./Blocks").then((module) => module.Blocks)) },
  { name: "services", icon: "star", permission: ["services.edit"], part: later(() => import("../bookable/ServicesPlace").then((module) => module.ServicesPlace)) },
  { name: "staff", icon: "team", permission: ["schedules.edit"], part: later(() => import("../bookable/StaffPlace").then((module) => module.StaffPlace)) },
  { name: "schedule", icon: "columns", permission: ["schedules.edit"], part: later(() => import("../bookable/SchedulePlace").then((module) => module.SchedulePlace)) },
  { name: "booking", icon: "clock", permission: ["schedules.edit"], part: later(() => import("../bookable/BookingSettings").then((module) => module.BookingSettings)) },
  { name: "reminders", icon: "note", permission: ["settings.edit"], part: later(() => import("../outreach/Reminders").then((module) => module.Reminders)) },
  { name: "people", icon: "team", permission: ["agents.manage"], part: later(() => import("./People").then((module) => module.People)) },
  { name: "teams", icon: "inbox", permission: ["teams.manage"], part: later(() => import("./Places").then((module) => module.Places)) },
  { name: "roles", icon: "shield", permission: ["roles.manage"], part: later(() => import("./Roles").then((module) => module.Roles)) },
  { name: "hours", icon: "clock", permission: ["settings.edit", "teams.manage", "agents.manage"], part: later(() => import("./Hours").then((module) => module.HoursPlace)) },
  { name: "assignment", icon: "assign", permission: ["teams.manage", "agents.manage"], part: later(() => import("./Policy").then((module) => module.Policy)) },
  { name: "canned", icon: "note", permission: null, part: later(() => import("./Canned").then((module) => module.CannedResponses)) },
  { name: "understanding", icon: "bot", permission: ["bot.teach"], part: later(() => import("./understanding/Understanding").then((module) => module.Understanding)) },
  { name: "catalogues", icon: "star", permission: ["catalogues.edit"], part: later(() => import("./Catalogues").then((module) => module.Catalogues)) },
  { name: "fields", icon: "columns", permission: ["catalogues.edit"], part: later(() => import("./Fields").then((module) => module.Fields)) },
  { name: "duplicates", icon: "merge", permission: ["contacts.merge"], part: later(() => import("./AllDuplicates").then((module) => module.AllDuplicates)) },
  { name: "import", icon: "upload", permission: ["contacts.import"], part: later(() => import("./Import").then((module) => module.Import)) },
  { name: "export", icon: "download", permission: ["contacts.export"], part: later(() => import("./Export").then((module) => module.Export)) },
  { name: "backups", icon: "clock", permission: ["backup.run"], part: later(() => import("./Backups").then((module) => module.Backups)) },
  { name: "store", icon: "gear", permission: ["settings.edit"], part: later(() => import("./StoreSettings").then((module) => module.StoreSettings)) },
  { name: "doors", icon: "telegram", permission: ["settings.edit"], part: later(() => import("./Doors").then((module) => module.Doors)) },
  { name: "letters", icon: "email", permission: ["settings.edit"], part: later(() => import("./Letters").then((module) => module.Letters)) },
  { name: "links", icon: "link", permission: ["schedules.edit"], part: later(() => import("./BookingLinks").then((module) => module.BookingLinks)) },
  { name: "calendars", icon: "calendar", permission: ["schedules.edit"], part: later(() => import("./OutsideCalendars").then((module) => module.OutsideCalendars)) },
  { name: "webhooks", icon: "send", permission: ["settings.edit"], part: later(() => import("./Webhooks").then((module) => module.Webhooks)) },
  { name: "tokens", icon: "key", permission: ["tokens.manage"], part: later(() => import("./Tokens").then((module) => module.Tokens)) },
  { name: "bin", icon: "trash", permission: ["contacts.delete"], part: later(() => import("./Bin").then((module) => module.Bin)) },
  { name: "audit", icon: "history", permission: ["audit.read"], part: later(() => import("./Audit").then((module) => module.Audit)) },
];

export function Manage() {
  const open = sections.filter(({ permission }) => permission === null || permission.some(may));
  const wanted = route.value.rest[0];
  const chosen = open.find(({ name }) => name === wanted) ?? null;
  const shown = chosen ?? open.find(({ permission }) => permission !== null) ?? open[0];
  const Part = shown?.part;
  return (
    <div class={`manage${chosen ? " in-section" : ""}`}>
      <nav class="manage-nav" aria-label={o("manage.title")}>
        <h2>{o("manage.title")}</h2>
        <ul>
          {open.map(({ name, icon }) => (
            <li key={name}>
              <a href={addressOf("manage", [name])} aria-current={name === shown?.name ? "page" : undefined}>
                <Icon name={icon} /> <span>{o(`manage.${name}`)}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main class="office manage-section">
        <a class="manage-back" href={addressOf("manage")}>
          <Icon name="back" size={16} /> {o("manage.title")}
        </a>
        {Part ? <Part key={shown?.name ?? ""} /> : <p class="hint">{o("manage.nothing")}</p>}
      </main>
    </div>
  );
}
