import { useState } from "preact/hooks";
import { languageNames } from "../../i18n";
import type { Card, CustomField } from "../../model/card";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { categories, customFields, groups, people, sources } from "../catalogues";
import { patchCard } from "../cards";
import { Chips } from "../Chips";
import { Field } from "../Field";
import { o } from "../words";

const telHref = (phone: string) => `tel:${phone.replace(/[^\d+]/g, "")}`;

/** The shown phone as the whole world dials it, where the card knows it so. */
const international = (card: Card) => card.addresses.find((one) => one.channel === "phone" && one.display === card.phone)?.value ?? card.phone;

/** What is written on the card itself: names, ways to reach, what the firm keeps of everybody. */
export function Details({ card }: { readonly card: Card }) {
  const edit = may("contacts.edit");
  const save = (key: string) => (value: string) => patchCard(card.id, { [key]: value === "" ? null : value });
  const saveText = (key: string) => (value: string) => patchCard(card.id, { [key]: value });
  const saveId = (key: string) => (value: string) => patchCard(card.id, { [key]: value === "" ? null : Number(value) });
  const field = (key: string, value: string) => ({ name: `${card.id}.${key}`, value, disabled: !edit });
  const offered = (all: readonly { id: number; name: string }[], now: { id: number; name: string } | null) => [
    ["", "—"] as const,
    ...(now && !all.some(({ id }) => id === now.id) ? [[String(now.id), now.name] as const] : []),
    ...all.map(({ id, name }) => [String(id), name] as const),
  ];
  return (
    <div class="details">
      <Names card={card} edit={edit} />
      <Field
        {...field("phone", card.phone)}
        label={o("field.phone")}
        type="tel"
        save={save("phone")}
        beside={
          card.phone && (
            <a class="button icon-only" href={telHref(international(card))} aria-label={o("call", { phone: card.phone })} title={o("call", { phone: card.phone })}>
              <Icon name="phone" size={16} />
            </a>
          )
        }
      />
      <Field
        {...field("email", card.email)}
        label={o("field.email")}
        type="email"
        save={save("email")}
        beside={
          card.email && (
            <a class="button icon-only" href={`mailto:${encodeURIComponent(card.email).replace("%40", "@")}`} aria-label={o("write_to", { email: card.email })} title={o("write_to", { email: card.email })}>
              <Icon name="email" size={16} />
            </a>
          )
        }
      />
      <Chips label={o("field.categories")} kind="categories" chosen={card.categories} all={categories.value} disabled={!edit} save={(ids) => patchCard(card.id, { category_ids: ids })} />
      <Chips label={o("field.groups")} kind="groups" chosen={card.groups} all={groups.value} disabled={!edit} save={(ids) => patchCard(card.id, { group_ids: ids })} />
      <Field {...field("note", card.note)} label={o("field.note")} lines save={saveText("note")} />
      <div class="field-row">
        <Field {...field("birthday", card.birthday)} label={o("field.birthday")} type="date" save={save("birthday")} />
        <Field {...field("code", card.code)} label={o("field.code")} save={save("code")} />
      </div>
      <div class="field-row">
        <Field {...field("curator_id", card.curator ? String(card.curator.id) : "")} label={o("field.curator")} choices={offered(people.value, card.curator)} save={saveId("curator_id")} />
        <Field {...field("source_id", card.source ? String(card.source.id) : "")} label={o("field.source")} choices={offered(sources.value, card.source)} save={saveId("source_id")} />
      </div>
      <div class="field-row">
        <Field
          {...field("language", card.language)}
          label={o("field.language")}
          choices={[["", "—"], ...Object.entries(languageNames)]}
          save={save("language")}
        />
        <Field {...field("country", card.country)} label={o("field.country")} save={save("country")} max={2} />
      </div>
      {customFields.value.map((own) => (
        <Custom key={own.id} card={card} own={own} edit={edit} />
      ))}
    </div>
  );
}

/** The name in its parts; where none is known, in one piece, so that nothing looks lost. */
function Names({ card, edit }: { readonly card: Card; readonly edit: boolean }) {
  const [apart, setApart] = useState(false);
  const saveText = (key: string) => (value: string) => patchCard(card.id, { [key]: value });
  const field = (key: string, value: string) => ({ name: `${card.id}.${key}`, value, disabled: !edit });
  const form = <Field {...field("address_form", card.addressForm)} label={o("field.address_form")} save={saveText("address_form")} placeholder={o("field.address_form_hint")} />;
  if (!apart && card.name && !card.givenName && !card.familyName && !card.patronymic) {
    return (
      <>
        <Field {...field("name", card.name)} label={o("field.name")} save={saveText("name")} />
        {edit && (
          <button type="button" class="link in-parts" onClick={() => setApart(true)}>
            {o("card.in_parts")}
          </button>
        )}
        {form}
      </>
    );
  }
  return (
    <>
      <div class="field-row">
        <Field {...field("given_name", card.givenName)} label={o("field.given_name")} save={saveText("given_name")} />
        <Field {...field("family_name", card.familyName)} label={o("field.family_name")} save={saveText("family_name")} />
      </div>
      <div class="field-row">
        <Field {...field("patronymic", card.patronymic)} label={o("field.patronymic")} save={saveText("patronymic")} />
        {form}
      </div>
    </>
  );
}

function Custom({ card, own, edit }: { readonly card: Card; readonly own: CustomField; readonly edit: boolean }) {
  const value = card.custom[own.key];
  const put = (to: unknown) => patchCard(card.id, { custom: { [own.key]: to } });
  const shown = value === null || value === undefined ? "" : String(value);
  const common = { name: `${card.id}.custom.${own.key}`, label: own.label, value: shown, disabled: !edit };
  if (own.kind === "choice") {
    const words = shown !== "" && !own.choices.includes(shown) ? [shown, ...own.choices] : own.choices;
    return <Field {...common} choices={[["", "—"], ...words.map((word) => [word, word] as const)]} save={(to) => put(to === "" ? null : to)} />;
  }
  if (own.kind === "flag") {
    const choices = [["", "—"], ["true", o("yes")], ["false", o("no")]] as const;
    return <Field {...common} choices={choices} save={(to) => put(to === "" ? null : to === "true")} />;
  }
  if (own.kind === "number") {
    return <Field {...common} type="number" save={(to) => put(to === "" ? null : Number(to))} />;
  }
  return <Field {...common} type={own.kind === "date" ? "date" : "text"} save={(to) => put(to === "" ? null : to)} />;
}
