import { o } from "../words";
import { thereOf } from "./look";
import type { Journal } from "./wire";
import { clock, isDay, momentOf, readClock } from "./zone";

export interface WhenValue {
  readonly day: string;
  readonly minute: number;
  readonly minutes: number;
  readonly providerId: number | null;
}

interface WhenProps {
  readonly value: WhenValue;
  readonly set: (value: WhenValue) => void;
  readonly journal: Journal;
  /** Only those who do it are offered; undefined: the specialist is not for choice here. */
  readonly serviceId?: number | null | undefined;
  /** Neither how long nor with whom. */
  readonly timeOnly?: boolean;
  /** Whose clock is told where it is not the journal's; without it that of the specialist in the value. */
  readonly whoId?: number | null | undefined;
}

/** Day, hour, how long, with whom: the way to move a visit without dragging it. */
export function When({ value, set, journal, serviceId, timeOnly, whoId = value.providerId }: WhenProps) {
  const doing = serviceId === null || serviceId === undefined ? null : journal.services.get(serviceId)?.providers;
  const providers = journal.resources.filter(({ id, kind }) => kind === "provider" && (!doing?.length || doing.includes(id)));
  const there = thereOf(journal, journal.resources.find(({ id }) => id === whoId), momentOf(value, journal.zone));
  const grain = value.minutes % 5 === 0 ? 5 : 1; // by fives, but a visit may be of 12 minutes
  return (
    <fieldset class="when">
      <legend class="hidden">{o("journal.when")}</legend>
      <label>
        {o("journal.day")}
        <input name="day" type="date" value={value.day} required onInput={(event) => isDay(event.currentTarget.value) && set({ ...value, day: event.currentTarget.value })} />
      </label>
      <label>
        {o("journal.hour")}
        <input
          name="hour"
          type="time"
          value={clock(value.minute)}
          required
          onInput={(event) => {
            const minute = readClock(event.currentTarget.value);
            if (minute !== null) set({ ...value, minute });
          }}
        />
      </label>
      {!timeOnly && (
        <label>
          {o("journal.minutes")}
          <input
            name="minutes"
            type="number"
            min={grain}
            max={1440}
            step={grain}
            value={value.minutes}
            required
            onInput={(event) => {
              const minutes = event.currentTarget.valueAsNumber;
              if (Number.isSafeInteger(minutes) && minutes > 0) set({ ...value, minutes });
            }}
          />
        </label>
      )}
      {!timeOnly && serviceId !== undefined && (
        <label>
          {o("journal.provider")}
          <select name="provider" value={value.providerId ?? ""} onChange={(event) => set({ ...value, providerId: Number(event.currentTarget.value) || null })}>
            {value.providerId === null && <option value="">{o("journal.anybody")}</option>}
            {providers.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {there && (
        <p class="hint" role="status">
          {there}
        </p>
      )}
    </fieldset>
  );
}
