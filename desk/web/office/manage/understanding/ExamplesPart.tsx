import { useRef, useState } from "preact/hooks";
import { languageNames, languages } from "../../../i18n";
import { bag, list, text, whole } from "../../../model/wire";
import { now } from "../../../net/clock";
import { call } from "../../../net/rest";
import { longMoment } from "../../../ui/format";
import { Icon } from "../../../ui/icons";
import { IconButton, Moment } from "../../../ui/parts";
import { Listed, pathOf, useAsked, type ListColumn } from "../../Listed";
import { attempt, usePages } from "../../load";
import { Ask, Modal } from "../../parts";
import { o } from "../../words";
import { EditExample } from "./EditExample";
import { intents, readExample, titleOf, type Example } from "./taught";

/** The firm's own examples: found, added, taken out of a file and into one. */
export function ExamplesPart({ changed, changes }: { readonly changed: () => void; readonly changes: number }) {
  const asked = useAsked("id", true);
  const pages = usePages(pathOf("understanding/examples", asked), readExample, 100, changes);
  const [adding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Example | null>(null);
  const [imported, setImported] = useState<unknown>(null);
  const remove = async (one: Example) => {
    await call("DELETE", `understanding/examples/${one.id}`);
    changed();
  };
  const check = async (one: Example, checks: boolean) => {
    await attempt(() => call("PATCH", `understanding/examples/${one.id}`, { checks }));
    changed();
  };
  const allIntents = [["none", o("teach.outside")] as const, ...intents.value.map(({ key, title }) => [key, title] as const)];
  const columns: readonly ListColumn<Example>[] = [
    { key: "text", label: o("teach.example.text"), sort: "text", filter: { is: "text", key: "text" }, show: (one) => <span lang={one.language ?? undefined}>{one.text}</span> },
    { key: "intent", label: o("teach.example.intent"), sort: "intent", filter: { is: "choice", key: "intent", all: allIntents }, show: (one) => titleOf(one.intent) },
    {
      key: "language",
      label: o("teach.example.language"),
      sort: "language",
      filter: { is: "choice", key: "language", all: languages.map((code) => [code, languageNames[code]] as const) },
      show: (one) => (one.language === null ? "" : languageNames[one.language as keyof typeof languageNames]),
    },
    {
      key: "checks",
      label: o("teach.example.check"),
      sort: "checks",
      show: (one) => <input type="checkbox" aria-label={`${o("teach.example.check")}: ${one.text}`} checked={one.checks} onChange={(event) => void check(one, event.currentTarget.checked)} />,
    },
    { key: "by", label: o("teach.example.by"), sort: "created_by", filter: { is: "text", key: "created_by" }, show: (one) => one.by },
    { key: "at", label: o("teach.example.at"), sort: "created_at", filter: { is: "days", key: "created" }, show: (one) => one.at !== null && <Moment at={one.at} text={longMoment(one.at, now.value)} /> },
    { key: "remove", label: o("teach.example.remove"), quiet: true, show: (one) => <IconButton icon="trash" label={o("remove_named", { name: one.text })} onClick={() => setRemoved(one)} /> },
  ];
  return (
    <>
      <div class="teach-tools">
        <button type="button" class="button primary" onClick={() => setAdding(true)}>
          <Icon name="plus" /> {o("teach.example.new")}
        </button>
        <Upload
          done={(answer) => {
            setImported(answer);
            changed();
          }}
        />
        <a class="button" href="/api/v1/understanding/file?format=jsonl" download="examples.jsonl">
          <Icon name="download" size={16} /> {o("teach.export_jsonl")}
        </a>
        <a class="button" href="/api/v1/understanding/file?format=rasa" download="nlu.yml">
          <Icon name="download" size={16} /> {o("teach.export_rasa")}
        </a>
      </div>
      <Listed label={o("teach.part.examples")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "note", text: o("teach.example.none") }} />
      {adding && <EditExample text="" intent={null} done={changed} close={() => setAdding(false)} />}
      {removed && (
        <Ask title={o("teach.example.remove")} text={o("teach.example.remove_ask", { name: removed.text })} go={o("teach.example.remove")} danger act={() => remove(removed)} close={() => setRemoved(null)} />
      )}
      {imported !== null && <Imported answer={imported} close={() => setImported(null)} />}
    </>
  );
}

function Upload({ done }: { readonly done: (answer: unknown) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const send = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    const form = new FormData();
    form.append("file", file, file.name);
    const answer = await attempt(() => call("POST", "understanding/file", form, 120_000));
    if (input.current) input.current.value = "";
    setBusy(false);
    if (answer !== null) done(answer);
  };
  return (
    <>
      <button type="button" class="button" disabled={busy} onClick={() => input.current?.click()}>
        <Icon name="upload" size={16} /> {o("teach.import")}
      </button>
      <input ref={input} type="file" hidden accept=".jsonl,.json,.yml,.yaml" aria-label={o("teach.import")} onChange={(event) => void send(event.currentTarget.files?.[0])} />
    </>
  );
}

function Imported({ answer, close }: { readonly answer: unknown; readonly close: () => void }) {
  const raw = bag(answer);
  const count = (name: string) => whole(raw[name]) ?? 0;
  const names = list(raw["intents"]).map(String);
  const wrong = list(raw["wrong"]).map(bag);
  return (
    <Modal title={o("teach.imported")} close={close}>
      <p>{o("teach.imported_counts", { added: count("added"), known: count("known"), changed: count("changed") })}</p>
      {names.length > 0 && <p>{o("teach.imported_intents", { names: names.join(", ") })}</p>}
      {wrong.length > 0 && (
        <>
          <p>{o("teach.imported_wrong", { count: count("wrong_count") })}</p>
          <ul class="teach-wrong">
            {wrong.map((one, place) => (
              <li key={place}>{o("teach.line", { line: whole(one["line"]) ?? 0, message: text(one["message"]) ?? "" })}</li>
            ))}
          </ul>
        </>
      )}
    </Modal>
  );
}
