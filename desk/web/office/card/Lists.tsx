// What a contact has several of: addresses, others to ask, whom or what he comes about.

import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { subjectKinds, type Card, type ExtraContact, type Subject, type SubjectKind } from "../../model/card";
import { Failure } from "../../net/errors";
import { channelIcon, Icon, type IconName } from "../../ui/icons";
import { may } from "../../ui/may";
import { IconButton } from "../../ui/parts";
import { changeCard } from "../cards";
import { Field } from "../Field";
import { attempt } from "../load";
import { Problem } from "../parts";
import { named, o } from "../words";

/** A small form that opens under a list and keeps what was typed until it is taken. */
function AddForm({ text, fields, add }: { text: string; fields: (busy: boolean) => preact.ComponentChildren; add: (data: FormData) => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  if (!open) {
    return (
      <button type="button" class="link add" onClick={() => setOpen(true)}>
        <Icon name="plus" size={14} /> {text}
      </button>
    );
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem("");
    try {
      await add(new FormData(event.currentTarget as HTMLFormElement));
      setOpen(false);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="add-form" onSubmit={(event) => void submit(event)} onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), setOpen(false))}>
      {fields(busy)}
      <Problem text={problem} />
      <div class="sheet-buttons">
        <button type="button" class="button" onClick={() => setOpen(false)}>
          {o("cancel")}
        </button>
        <button type="submit" class="button primary" disabled={busy}>
          {o("add")}
        </button>
      </div>
    </form>
  );
}

const words = (data: FormData, name: string) => String(data.get(name) ?? "").trim();

/** What news he gets; whoever asks an agent is heard too. */
function News({ card, edit }: { readonly card: Card; readonly edit: boolean }) {
  return (
    <ul class="plain" aria-label={o("card.news")}>
      {card.news.map((topic) => (
        <li key={topic} class="line">
          <Icon name="email" size={15} />
          <span class="line-text">
            {o("card.news")}: {named("news", topic)}
          </span>
          {edit && <IconButton icon="trash" label={o("remove_named", { name: named("news", topic) })} onClick={() => void attempt(() => changeCard(card.id, "DELETE", `news/${topic}`))} />}
        </li>
      ))}
    </ul>
  );
}

export function Addresses({ card }: { readonly card: Card }) {
  const edit = may("contacts.edit");
  return (
    <section class="card-section">
      <h3>{o("card.addresses")}</h3>
      <ul class="plain">
        {card.addresses.map((one) => (
          <li key={one.id} class="line">
            <Icon name={one.channel === "phone" ? "phone" : channelIcon(one.channel)} size={15} />
            <span class="line-text">
              {one.channel === "phone" ? (
                <a href={`tel:${one.value.replace(/[^\d+]/g, "")}`}>{one.display}</a>
              ) : one.channel === "email" ? (
                <a href={`mailto:${encodeURIComponent(one.value).replace("%40", "@")}`}>{one.display}</a>
              ) : (
                <span>{one.display || named("channel", one.channel)}</span>
              )}
              {one.verifiedAt !== null ? (
                <span class="mark good">
                  <Icon name="check" size={12} /> {o("card.verified")}
                </span>
              ) : (
                (one.channel === "phone" || one.channel === "email") && <span class="mark">{o("card.unverified")}</span>
              )}
              {one.blockedAt !== null && <span class="mark bad">{o("card.blocked")}</span>}
            </span>
            {edit && (one.channel === "phone" || one.channel === "email") && (
              <IconButton icon="trash" label={o("remove_named", { name: one.display })} onClick={() => void attempt(() => changeCard(card.id, "DELETE", `addresses/${one.id}`))} />
            )}
          </li>
        ))}
      </ul>
      {card.news.length > 0 && <News card={card} edit={edit} />}
      {edit && (
        <AddForm
          text={o("card.add_address")}
          add={(data) => {
            const value = words(data, "value");
            return changeCard(card.id, "POST", "addresses", { channel: value.includes("@") ? "email" : "phone", value });
          }}
          fields={() => (
            <label>
              {o("card.phone_or_email")}
              <input name="value" required maxLength={200} autocomplete="off" autofocus />
            </label>
          )}
        />
      )}
    </section>
  );
}

export function Extras({ card }: { readonly card: Card }) {
  const edit = may("contacts.edit");
  return (
    <section class="card-section">
      <h3>{o("card.extras")}</h3>
      <ul class="plain">
        {card.extras.map((one) => (
          <Extra key={one.id} card={card} one={one} edit={edit} />
        ))}
      </ul>
      {edit && (
        <AddForm
          text={o("card.add_extra")}
          add={(data) =>
            changeCard(card.id, "POST", "extra-contacts", {
              name: words(data, "name"),
              relation: words(data, "relation"),
              phone: words(data, "phone") || null,
            })
          }
          fields={() => (
            <>
              <label>
                {o("field.name")}
                <input name="name" required maxLength={200} autocomplete="off" autofocus />
              </label>
              <label>
                {o("field.relation")}
                <input name="relation" maxLength={100} autocomplete="off" />
              </label>
              <label>
                {o("field.phone")}
                <input name="phone" type="tel" maxLength={50} autocomplete="off" />
              </label>
            </>
          )}
        />
      )}
    </section>
  );
}

function Extra({ card, one, edit }: { readonly card: Card; readonly one: ExtraContact; readonly edit: boolean }) {
  const [open, setOpen] = useState(false);
  const path = `extra-contacts/${one.id}`;
  const field = (key: keyof ExtraContact & string) => ({
    name: `${card.id}.${path}.${key}`,
    value: String(one[key]),
    disabled: !edit,
    save: (value: string) => changeCard(card.id, "PATCH", path, { [key]: value === "" && key !== "name" && key !== "relation" && key !== "note" ? null : value }),
  });
  return (
    <li>
      <div class="line">
        <Icon name="user" size={15} />
        <span class="line-text">
          <b>{one.name}</b> {one.relation && <span class="hint">{one.relation}</span>}
          {one.phone && <a href={`tel:${one.phone.replace(/[^\d+]/g, "")}`}>{one.phone}</a>}
        </span>
        <IconButton icon="edit" label={o("change_named", { name: one.name })} pressed={open} onClick={() => setOpen(!open)} />
        {edit && <IconButton icon="trash" label={o("remove_named", { name: one.name })} onClick={() => void attempt(() => changeCard(card.id, "DELETE", path))} />}
      </div>
      {open && (
        <div class="line-fields">
          <Field {...field("name")} label={o("field.name")} />
          <Field {...field("relation")} label={o("field.relation")} />
          <Field {...field("phone")} label={o("field.phone")} type="tel" />
          <Field {...field("email")} label={o("field.email")} type="email" />
          <Field {...field("note")} label={o("field.note")} lines />
        </div>
      )}
    </li>
  );
}

const kindWord = (kind: SubjectKind) => o(`subject.${kind === "other" ? "thing" : kind}`);

const subjectIcons: Readonly<Record<SubjectKind, IconName>> = { child: "cake", pet: "paw", car: "car", other: "star" };

export function Subjects({ card }: { readonly card: Card }) {
  const edit = may("contacts.edit");
  const [kind, setKind] = useState<SubjectKind>("child");
  return (
    <section class="card-section">
      <h3>{o("card.subjects")}</h3>
      <ul class="plain">
        {card.subjects.map((one) => (
          <SubjectLine key={one.id} card={card} one={one} edit={edit} />
        ))}
      </ul>
      {edit && (
        <AddForm
          text={o("card.add_subject")}
          add={(data) =>
            changeCard(card.id, "POST", "subjects", {
              kind,
              name: words(data, "name"),
              ...(kind === "car" ? { plate: words(data, "plate") || null } : { birthday: words(data, "birthday") || null }),
            })
          }
          fields={() => (
            <>
              <label>
                {o("field.kind")}
                <select name="kind" value={kind} onChange={(event) => setKind(event.currentTarget.value as SubjectKind)} autofocus>
                  {subjectKinds.map((one) => (
                    <option key={one} value={one}>
                      {kindWord(one)}
                    </option>
                  ))}
                </select>
              </label>
              <label>
                {o(kind === "car" ? "field.model" : "field.name")}
                <input name="name" maxLength={200} autocomplete="off" required={kind !== "car"} />
              </label>
              {kind === "car" ? (
                <label>
                  {o("field.plate")}
                  <input name="plate" maxLength={20} autocomplete="off" />
                </label>
              ) : (
                <label>
                  {o("field.birthday")}
                  <input name="birthday" type="date" />
                </label>
              )}
            </>
          )}
        />
      )}
    </section>
  );
}

function SubjectLine({ card, one, edit }: { readonly card: Card; readonly one: Subject; readonly edit: boolean }) {
  const [open, setOpen] = useState(false);
  const path = `subjects/${one.id}`;
  const title = one.name || one.plate || kindWord(one.kind);
  const field = (key: "name" | "birthday" | "plate" | "note") => ({
    name: `${card.id}.${path}.${key}`,
    value: one[key],
    disabled: !edit,
    save: (value: string) => changeCard(card.id, "PATCH", path, { [key]: value === "" && (key === "birthday" || key === "plate") ? null : value }),
  });
  return (
    <li>
      <div class="line">
        <Icon name={subjectIcons[one.kind]} size={15} />
        <span class="line-text">
          <b>{title}</b> <span class="hint">{kindWord(one.kind)}</span>
          {one.plate && one.plate !== title && <span class="plate">{one.plate}</span>}
        </span>
        <IconButton icon="edit" label={o("change_named", { name: title })} pressed={open} onClick={() => setOpen(!open)} />
        {edit && <IconButton icon="trash" label={o("remove_named", { name: title })} onClick={() => void attempt(() => changeCard(card.id, "DELETE", path))} />}
      </div>
      {open && (
        <div class="line-fields">
          <Field {...field("name")} label={o(one.kind === "car" ? "field.model" : "field.name")} />
          {one.kind === "car" ? (
            <Field {...field("plate")} label={o("field.plate")} />
          ) : (
            <Field {...field("birthday")} label={o("field.birthday")} type="date" />
          )}
          <Field {...field("note")} label={o("field.note")} lines />
        </div>
      )}
    </li>
  );
}
