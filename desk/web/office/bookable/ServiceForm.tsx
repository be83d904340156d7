import { useState } from "preact/hooks";
import { call } from "../../net/rest";
import { Failure } from "../../net/errors";
import { o } from "../words";
import { Check, FormWindow, Names, NumberField } from "./parts";
import { minorOf, readService, typedOf, type Forms, type Group, type Resource, type Service } from "./wire";

interface Props {
  readonly one: Service | null;
  readonly groups: readonly Group[];
  readonly resources: readonly Resource[];
  readonly minutes: number;
  readonly done: (service: Service) => void;
  readonly close: () => void;
}

interface Own {
  readonly price: string;
  readonly minutes: string;
}

const maybe = (typed: string) => (typed.trim() === "" ? null : Number(typed));

/** Everything of a service in one window. */
export function ServiceForm({ one, groups, resources, minutes, done, close }: Props) {
  const digits = one?.digits ?? 2;
  const [names, setNames] = useState<Forms>(one?.names ?? {});
  const [abouts, setAbouts] = useState<Forms>(one?.descriptions ?? {});
  const [typed, setTyped] = useState({
    group: String(one?.group?.id ?? ""), duration: String(one?.duration ?? minutes), price: typedOf(one?.priceMinor ?? null, digits), before: String(one?.before ?? 0),
    after: String(one?.after ?? 0), capacity: String(one?.capacity ?? 1), step: String(one?.step ?? ""), code: one?.code ?? "", barcode: one?.barcode ?? "",
    article: one?.article ?? "", promotion: one?.promotion ?? "", promoPrice: typedOf(one?.promoPriceMinor ?? null, digits), promoFrom: one?.promoFrom ?? "", promoUntil: one?.promoUntil ?? "", colour: one?.colour ?? "",
  });
  const [online, setOnline] = useState(one?.online ?? true);
  const [doers, setDoers] = useState<Readonly<Record<number, Own>>>(
    Object.fromEntries((one?.doers ?? []).map((doer) => [doer.id, { price: typedOf(doer.price_minor, digits), minutes: String(doer.duration_min ?? "") }])),
  );
  const [needs, setNeeds] = useState<readonly (readonly number[])[]>(one?.needs ?? []);
  const put = (name: keyof typeof typed) => (value: string) => setTyped({ ...typed, [name]: value });
  const staff = resources.filter(({ kind }) => kind === "provider");
  const things = resources.filter(({ kind }) => kind !== "provider");
  const priceOf = (words: string) => {
    const minor = minorOf(words, digits);
    if (minor === undefined) throw new Failure("invalid", o("bookable.price_wrong"));
    return minor;
  };
  const save = async () => {
    const body = {
      names, descriptions: abouts, group_id: maybe(typed.group), duration_min: Number(typed.duration), price_minor: priceOf(typed.price), buffer_before_min: Number(typed.before),
      buffer_after_min: Number(typed.after), capacity: Number(typed.capacity), step_min: maybe(typed.step), code: typed.code, barcode: typed.barcode, article: typed.article,
      promotion: typed.promotion, promo_price_minor: priceOf(typed.promoPrice), promo_from: typed.promoFrom || null, promo_until: typed.promoUntil || null, colour: typed.colour || null, online,
      providers: Object.entries(doers).map(([id, own]) => ({ id: Number(id), price_minor: priceOf(own.price), duration_min: maybe(own.minutes) })),
      needs: needs.filter((need) => need.length > 0),
    };
    const saved = readService(await call(one ? "PATCH" : "POST", one ? `services/${one.id}` : "services", body));
    if (saved) done(saved);
  };
  const toggle = (id: number, on: boolean) => {
    const { [id]: mine = { price: "", minutes: "" }, ...others } = doers;
    setDoers(on ? { ...others, [id]: mine } : others);
  };
  const setOwn = (id: number, own: Own) => setDoers({ ...doers, [id]: own });
  const setNeed = (at: number, id: number, on: boolean) => setNeeds(needs.map((need, place) => (place !== at ? need : on ? [...need, id] : need.filter((had) => had !== id))));
  return (
    <FormWindow title={one ? one.name : o("bookable.new_service")} filled={[names, abouts, typed, online, doers, needs]} save={save} close={close}>
      <Names label={o("field.name")} forms={names} set={setNames} needed max={200} />
      <div class="form-row">
        <label>
          {o("bookable.group")}
          <select value={typed.group} onChange={(event) => put("group")(event.currentTarget.value)}>
            <option value="">{o("bookable.no_group")}</option>
            {groups.map(({ id, name }) => (
              <option key={id} value={String(id)}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <NumberField label={o("bookable.duration")} value={typed.duration} set={put("duration")} least={5} most={1440} needed />
        <label>
          {o("bookable.price")} {one?.currency}
          <input inputMode="decimal" maxLength={20} value={typed.price} onInput={(event) => put("price")(event.currentTarget.value)} />
        </label>
        <NumberField label={o("bookable.seats")} value={typed.capacity} set={put("capacity")} least={1} most={1000} needed />
      </div>
      <div class="form-row">
        <NumberField label={o("bookable.before")} value={typed.before} set={put("before")} most={1440} needed />
        <NumberField label={o("bookable.after")} value={typed.after} set={put("after")} most={1440} needed />
        <NumberField label={o("bookable.step")} value={typed.step} set={put("step")} least={5} most={1440} />
      </div>
      <Check label={o("bookable.online_service")} on={online} set={setOnline} />
      <fieldset>
        <legend>{o("bookable.who")}</legend>
        {staff.length === 0 && <p class="hint">{o("bookable.no_staff")}</p>}
        <ul class="plain bookable-doers">
          {staff.map(({ id, name }) => {
            const own = doers[id];
            return (
              <li key={id}>
                <Check label={name} on={own !== undefined} set={(on) => toggle(id, on)} />
                {own && (
                  <span class="bookable-own">
                    <input inputMode="decimal" aria-label={o("bookable.own_price", { name })} placeholder={typed.price || o("bookable.price")} value={own.price} maxLength={20} onInput={(event) => setOwn(id, { ...own, price: event.currentTarget.value })} />
                    <input type="number" min={5} max={1440} aria-label={o("bookable.own_minutes", { name })} placeholder={typed.duration} value={own.minutes} onInput={(event) => setOwn(id, { ...own, minutes: event.currentTarget.value })} />
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      </fieldset>
      {things.length > 0 && (
        <fieldset>
          <legend>{o("bookable.takes")}</legend>
          <p class="hint">{o("bookable.takes_hint")}</p>
          {needs.map((need, at) => (
            <div key={at} class="bookable-need" role="group" aria-label={o("bookable.need", { number: at + 1 })}>
              {things.map(({ id, name }) => (
                <Check key={id} label={name} on={need.includes(id)} set={(on) => setNeed(at, id, on)} />
              ))}
            </div>
          ))}
          <button type="button" class="button" onClick={() => setNeeds([...needs, []])}>
            {o("bookable.add_need")}
          </button>
        </fieldset>
      )}
      <Names label={o("bookable.description")} forms={abouts} set={setAbouts} lines max={2000} />
      <div class="form-row">
        {(["code", "barcode", "article"] as const).map((name) => (
          <label key={name}>
            {o(`bookable.${name}`)}
            <input value={typed[name]} maxLength={64} autoComplete="off" spellcheck={false} onInput={(event) => put(name)(event.currentTarget.value)} />
          </label>
        ))}
      </div>
      <label>
        {o("bookable.promotion")}
        <input value={typed.promotion} maxLength={500} onInput={(event) => put("promotion")(event.currentTarget.value)} />
      </label>
      <div class="form-row">
        <label>
          {o("bookable.promo_price")} {one?.currency}
          <input name="promo_price" inputMode="decimal" maxLength={20} value={typed.promoPrice} onInput={(event) => put("promoPrice")(event.currentTarget.value)} />
        </label>
        <label>
          {o("bookable.promo_from")}
          <input name="promo_from" type="date" value={typed.promoFrom} onInput={(event) => put("promoFrom")(event.currentTarget.value)} />
        </label>
        <label>
          {o("bookable.promo_until")}
          <input name="promo_until" type="date" min={typed.promoFrom || undefined} value={typed.promoUntil} onInput={(event) => put("promoUntil")(event.currentTarget.value)} />
        </label>
      </div>
    </FormWindow>
  );
}
