import { useState } from "preact/hooks";
import { timeText } from "../../i18n";
import { days as weekdays, readSpans, type Spans } from "../../model/hours";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { Segments } from "../parts";
import { o } from "../words";
import { shortHours } from "./days";
import { Check, FormWindow, NumberField } from "./parts";
import type { Line } from "./wire";

interface Props {
  readonly lines: readonly Line[];
  readonly chosen: readonly number[];
  readonly from: string;
  readonly shift: Spans;
  readonly done: () => void;
  readonly close: () => void;
}

/** Fills the schedules of several by one rule: "2 on, 2 off from 10 to 20 until 31 March", or by weekdays. */
export function RuleForm({ lines, chosen, from, shift, done, close }: Props) {
  const [kind, setKind] = useState<"cycle" | "weekly">("cycle");
  const [who, setWho] = useState(chosen);
  const [typed, setTyped] = useState({ from, until: "", on: "2", off: "2", hours: shortHours(shift) });
  const [worked, setWorked] = useState<readonly number[]>([1, 2, 3, 4, 5]);
  const [over, setOver] = useState(true);
  const put = (name: keyof typeof typed) => (value: string) => setTyped({ ...typed, [name]: value });
  const save = async () => {
    const spans = readSpans(typed.hours);
    if (typeof spans === "string" || spans.length === 0) throw new Failure("invalid", o("bookable.shift_wrong"));
    if (who.length === 0) throw new Failure("invalid", o("bookable.nobody"));
    const cycle = { on_days: Number(typed.on), off_days: Number(typed.off), hours: { on: spans } };
    const weekly = { hours: Object.fromEntries(worked.flatMap((number) => (weekdays[number - 1] ? [[weekdays[number - 1], spans]] : []))) };
    await call("POST", "schedules", { resource_ids: who, kind, starts_on: typed.from, until: typed.until || null, over, ...(kind === "cycle" ? cycle : weekly) });
    done();
  };
  return (
    <FormWindow title={o("bookable.fill_rule")} filled={[kind, who, typed, worked, over]} save={save} close={close}>
      <Segments label={o("bookable.rule_kind")} all={["cycle", "weekly"] as const} chosen={kind} words={(one) => o(`bookable.rule_${one}`)} choose={setKind} />
      {kind === "cycle" ? (
        <div class="form-row">
          <NumberField label={o("bookable.on_days")} value={typed.on} set={put("on")} least={1} most={28} needed />
          <NumberField label={o("bookable.off_days")} value={typed.off} set={put("off")} least={0} most={28} needed />
        </div>
      ) : (
        <fieldset>
          <legend>{o("bookable.rule_weekly")}</legend>
          <div class="bookable-need">
            {weekdays.map((_, at) => (
              <Check key={at} label={timeText(`weekday.${at + 1}`)} on={worked.includes(at + 1)} set={(on) => setWorked(on ? [...worked, at + 1] : worked.filter((had) => had !== at + 1))} />
            ))}
          </div>
        </fieldset>
      )}
      <div class="form-row">
        <label>
          {o("bookable.shift")}
          <input value={typed.hours} required maxLength={100} placeholder="10–14, 15–20" onInput={(event) => put("hours")(event.currentTarget.value)} />
        </label>
        <label>
          {o("bookable.from")}
          <input type="date" value={typed.from} required onInput={(event) => put("from")(event.currentTarget.value)} />
        </label>
        <label>
          {o("bookable.until")}
          <input type="date" value={typed.until} min={typed.from} onInput={(event) => put("until")(event.currentTarget.value)} />
        </label>
      </div>
      <p class="hint">{o("bookable.shift_hint")}</p>
      <fieldset>
        <legend>{o("bookable.whose")}</legend>
        <div class="bookable-need">
          {lines.map(({ id, name }) => (
            <Check key={id} label={name} on={who.includes(id)} set={(on) => setWho(on ? [...who, id] : who.filter((had) => had !== id))} />
          ))}
        </div>
      </fieldset>
      <Check label={o("bookable.over")} on={over} set={setOver} />
    </FormWindow>
  );
}
