import { useState } from "preact/hooks";
import { snooze } from "../../actions";
import { serverNow } from "../../net/clock";
import { closeSheet, head } from "../../store";
import { t } from "../../i18n";
import { longMoment } from "../format";
import { Icon } from "../icons";
import { Sheet } from "../parts";

const two = (number: number) => String(number).padStart(2, "0");
const localValue = (date: Date) =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;

function morning(days: number): Date {
  const date = new Date(serverNow());
  date.setDate(date.getDate() + days);
  date.setHours(9, 0, 0, 0);
  return date;
}

/** Lets the dialog sleep until a moment; a new word of the customer wakes it earlier. */
export function SnoozeSheet() {
  const [own, setOwn] = useState(localValue(morning(1)));
  const of = head.value;
  if (!of) return null;
  const now = serverNow();
  const go = (until: Date) => void snooze(of.id, until).then((well) => well && closeSheet("snooze"));
  const toMonday = ((8 - new Date(now).getDay()) % 7) || 7;
  const choices = [
    { text: t("office.snooze.hour"), until: new Date(now + 3_600_000) },
    { text: t("office.snooze.three_hours"), until: new Date(now + 3 * 3_600_000) },
    { text: t("office.snooze.tomorrow"), until: morning(1) },
    ...(toMonday > 1 ? [{ text: t("office.snooze.monday"), until: morning(toMonday) }] : []),
  ];
  const chosen = new Date(own);
  const valid = !Number.isNaN(chosen.getTime()) && chosen.getTime() > now;
  return (
    <Sheet title={t("office.snooze.title")}>
      <p>{t("office.snooze.lead")}</p>
      <ul class="choose">
        {choices.map(({ text, until }) => (
          <li key={text}>
            <button type="button" onClick={() => go(until)}>
              <Icon name="snooze" />
              <span class="choose-name">{text}</span>
              <span class="hint">{longMoment(until.getTime(), now)}</span>
            </button>
          </li>
        ))}
      </ul>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) go(chosen);
        }}
      >
        <label>
          {t("office.snooze.own")}
          <input type="datetime-local" value={own} min={localValue(new Date(now))} onInput={(event) => setOwn(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button primary" disabled={!valid}>
          {t("action.snooze")}
        </button>
      </form>
    </Sheet>
  );
}
