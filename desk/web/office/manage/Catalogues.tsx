import { useEffect, useState } from "preact/hooks";
import type { Category } from "../../model/card";
import type { Named } from "../../model/types";
import { sentenceOf } from "../../actions";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { Icon } from "../../ui/icons";
import { IconButton } from "../../ui/parts";
import { categories, groups, needCatalogues, sources } from "../catalogues";
import { Field } from "../Field";
import { attempt } from "../load";
import { Ask, Heading, Problem } from "../parts";
import { o } from "../words";

const colours = ["#0f766e", "#1d4ed8", "#7c3aed", "#be185d", "#b91c1c", "#b45309", "#4d7c0f", "#6b7280"] as const;

/** Groups, categories and sources: named, ordered, and for categories with a colour. */
export function Catalogues() {
  useEffect(() => void needCatalogues(true), []);
  return (
    <>
      <Heading text={o("manage.catalogues")} />
      <div class="place-body columns-body">
        <Catalogue kind="categories" path="contact-categories" entries={categories.value} />
        <Catalogue kind="groups" path="contact-groups" entries={groups.value} />
        <Catalogue kind="sources" path="contact-sources" entries={sources.value} />
      </div>
    </>
  );
}

interface CatalogueProps {
  readonly kind: "categories" | "groups" | "sources";
  readonly path: string;
  readonly entries: readonly (Named & Partial<Category>)[];
}

function Catalogue({ kind, path, entries }: CatalogueProps) {
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState("");
  const [removed, setRemoved] = useState<Named | null>(null);
  const refresh = () => needCatalogues(true);
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    setProblem("");
    if (!words.trim()) return;
    setWords(""); // now: what is typed from here on is the next entry
    let left = words;
    try {
      await call("POST", path, { name: words.trim(), ...(kind === "categories" ? { colour: colours[entries.length % colours.length] } : {}) });
      left = "";
      await refresh();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setWords((typed) => typed || left);
      setProblem(sentenceOf(error));
    }
  };
  const move = async (at: number, step: number) => {
    const order = [...entries];
    const [one] = order.splice(at, 1);
    if (!one) return;
    order.splice(at + step, 0, one);
    for (const [position, entry] of order.entries()) {
      if (entries[position]?.id === entry.id && position !== at && position !== at + step) continue;
      if ((await attempt(() => call("PATCH", `${path}/${entry.id}`, { position: position + 1 }).then(() => true))) === null) break;
    }
    await refresh();
  };
  const paint = async (entry: Named, colour: string) => {
    await attempt(() => call("PATCH", `${path}/${entry.id}`, { colour }));
    await refresh();
  };
  return (
    <section class="panel">
      <h2>{o(`catalogue.${kind}`)}</h2>
      <p class="hint">{o(`catalogue.${kind}_hint`)}</p>
      <ol class="catalogue">
        {entries.map((entry, at) => (
          <li key={entry.id}>
            {entry.colour && (
              <label class="colour" title={o("catalogue.colour")}>
                <span class="hidden">{o("catalogue.colour_of", { name: entry.name })}</span>
                <input type="color" value={entry.colour} list="category-colours" onChange={(event) => void paint(entry, event.currentTarget.value)} />
              </label>
            )}
            <Field
              name={`${path}.${entry.id}`}
              label={o("field.name")}
              hideLabel
              value={entry.name}
              max={100}
              save={async (name) => {
                await call("PATCH", `${path}/${entry.id}`, { name });
                await refresh();
              }}
            />
            <IconButton icon="up" label={o("order.up", { name: entry.name })} disabled={at === 0} onClick={() => void move(at, -1)} />
            <IconButton icon="down" label={o("order.down", { name: entry.name })} disabled={at === entries.length - 1} onClick={() => void move(at, 1)} />
            <IconButton icon="trash" label={o("remove_named", { name: entry.name })} onClick={() => setRemoved(entry)} />
          </li>
        ))}
      </ol>
      <datalist id="category-colours">
        {colours.map((colour) => (
          <option key={colour} value={colour} />
        ))}
      </datalist>
      <form class="inline-add" onSubmit={(event) => void add(event)}>
        <input aria-label={o(`catalogue.${kind}_new`)} placeholder={o(`catalogue.${kind}_new`)} value={words} maxLength={100} autoComplete="off" onInput={(event) => setWords(event.currentTarget.value)} />
        <button type="submit" class="button" disabled={!words.trim()}>
          <Icon name="plus" /> {o("add")}
        </button>
      </form>
      <Problem text={problem} />
      {removed && (
        <Ask
          title={o("catalogue.remove")}
          text={o("catalogue.remove_ask", { name: removed.name })}
          go={o("catalogue.remove")}
          danger
          act={async () => {
            await call("DELETE", `${path}/${removed.id}`);
            await refresh();
          }}
          close={() => setRemoved(null)}
        />
      )}
    </section>
  );
}
