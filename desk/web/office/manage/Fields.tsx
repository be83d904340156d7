import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import type { CustomField, FieldKind } from "../../model/card";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { Icon } from "../../ui/icons";
import { IconButton } from "../../ui/parts";
import { customFields, needCatalogues } from "../catalogues";
import { Field } from "../Field";
import { attempt } from "../load";
import { Ask, Empty, Heading, Problem } from "../parts";
import { o } from "../words";

const kinds: readonly FieldKind[] = ["text", "number", "date", "choice", "flag"];
const chosenOf = (words: string) => words.split("\n").map((one) => one.trim()).filter(Boolean);

/** The fields of the firm's own. */
export function Fields() {
  const [label, setLabel] = useState("");
  const [kind, setKind] = useState<FieldKind>("text");
  const [choices, setChoices] = useState("");
  const [problem, setProblem] = useState("");
  const [removed, setRemoved] = useState<CustomField | null>(null);
  const fields = customFields.value;
  const refresh = () => needCatalogues(true);
  useEffect(() => void refresh(), []);
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    setProblem("");
    try {
      await call("POST", "custom-fields", { label: label.trim(), kind, choices: kind === "choice" ? chosenOf(choices) : [] });
      setLabel("");
      setChoices("");
      await refresh();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    }
  };
  const change = (one: CustomField, body: Readonly<Record<string, unknown>>) => call("PATCH", `custom-fields/${one.id}`, body).then(refresh);
  const move = async (at: number, step: number) => {
    const [here, there] = [fields[at], fields[at + step]];
    if (!here || !there) return;
    const order = fields.map(({ id }) => id);
    [order[at], order[at + step]] = [there.id, here.id];
    for (const [position, id] of order.entries()) {
      if ((await attempt(() => call("PATCH", `custom-fields/${id}`, { position: position + 1 }).then(() => true))) === null) break;
    }
    await refresh();
  };
  return (
    <>
      <Heading text={o("manage.fields")} />
      <div class="place-body">
        <p class="hint">{o("fields.lead")}</p>
        {fields.length === 0 && <Empty icon="columns" text={o("fields.none")} />}
        <ol class="catalogue">
          {fields.map((one, at) => (
            <li key={one.id}>
              <Field name={`custom-field.${one.id}`} label={o("fields.label")} hideLabel value={one.label} save={(to) => change(one, { label: to })} />
              <span class="mark">{o(`kind.${one.kind}`)}</span>
              <code class="hint">{one.key}</code>
              <IconButton icon="up" label={o("order.up", { name: one.label })} disabled={at === 0} onClick={() => void move(at, -1)} />
              <IconButton icon="down" label={o("order.down", { name: one.label })} disabled={at === fields.length - 1} onClick={() => void move(at, 1)} />
              <IconButton icon="trash" label={o("remove_named", { name: one.label })} onClick={() => setRemoved(one)} />
              {one.kind === "choice" && (
                <div class="catalogue-more">
                  <Field name={`custom-field.${one.id}.choices`} label={o("fields.choices")} lines value={one.choices.join("\n")} save={(to) => change(one, { choices: chosenOf(to) })} />
                </div>
              )}
            </li>
          ))}
        </ol>
        <form class="panel stacked-form" onSubmit={(event) => void add(event)}>
          <h2>{o("fields.new")}</h2>
          <div class="form-row">
            <label>
              {o("fields.label")}
              <input value={label} required maxLength={100} autoComplete="off" onInput={(event) => setLabel(event.currentTarget.value)} />
            </label>
            <label>
              {o("fields.kind")}
              <select value={kind} onChange={(event) => setKind(event.currentTarget.value as FieldKind)}>
                {kinds.map((one) => (
                  <option key={one} value={one}>
                    {o(`kind.${one}`)}
                  </option>
                ))}
              </select>
            </label>
          </div>
          {kind === "choice" && (
            <label>
              {o("fields.choices")}
              <textarea rows={3} required value={choices} onInput={(event) => setChoices(event.currentTarget.value)} />
            </label>
          )}
          <Problem text={problem} />
          <div class="sheet-buttons">
            <button type="submit" class="button primary" disabled={!label.trim()}>
              <Icon name="plus" /> {o("add")}
            </button>
          </div>
        </form>
        {removed && (
          <Ask
            title={o("fields.remove")}
            text={o("fields.remove_ask", { name: removed.label })}
            go={o("fields.remove")}
            danger
            act={async () => {
              await call("DELETE", `custom-fields/${removed.id}`);
              await refresh();
            }}
            close={() => setRemoved(null)}
          />
        )}
      </div>
    </>
  );
}
