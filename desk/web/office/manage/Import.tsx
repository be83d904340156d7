// Contacts and appointments out of a file, step by step: the file, its columns, a dry run, the run, and the report. Every import can be come back to.

import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { now } from "../../net/clock";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { addressOf, go, numberIn, route } from "../../route";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Moment } from "../../ui/parts";
import { needCatalogues, people } from "../catalogues";
import { Listed, pathOf, useAsked, type ListColumn } from "../Listed";
import { say, useLoad, usePages, withQuery } from "../load";
import { Ask, Failed, Heading, Problem, Segments, Skeletons } from "../parts";
import { counted, named, o } from "../words";
import { isBusy, kinds, outcomes, readImport, readRow, states, type ImportKind, type ImportOf, type ImportRow, type Outcome } from "./imports";

export function Import() {
  const id = numberIn(route.value, 1);
  return id === null ? <Begin /> : <One key={id} id={id} />;
}

function Begin() {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const [kind, setKind] = useState<ImportKind>("contacts");
  const input = useRef<HTMLInputElement>(null);
  const send = async (file: File | undefined) => {
    if (!file || busy) return;
    setBusy(true);
    setProblem("");
    const form = new FormData();
    form.append("kind", kind);
    form.append("file", file, file.name);
    try {
      const made = readImport(await call("POST", "imports", form, 300_000));
      if (made) go(addressOf("manage", ["import", made.id]));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Heading text={o("manage.import")} />
      <div class="place-body">
        <Segments label={o("import.kind")} all={kinds} chosen={kind} words={(one) => o(`import_kind.${one}`)} choose={setKind} />
        {kind === "visits" && (
          <p class="hint">
            {o("import.visits_about")} {o("import.several")}
          </p>
        )}
        <div
          class={`drop${over ? " over" : ""}`}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            void send(event.dataTransfer?.files[0]);
          }}
        >
          <Icon name="upload" size={32} />
          <p>{o(kind === "visits" ? "import.drop_visits" : "import.drop")}</p>
          <button type="button" class="button primary" disabled={busy} onClick={() => input.current?.click()}>
            {busy && <span class="spinner" aria-hidden="true" />} {o(busy ? "import.reading" : "import.choose")}
          </button>
          <input
            ref={input}
            type="file"
            class="hidden"
            tabIndex={-1}
            aria-label={o("import.choose")}
            accept=".csv,.txt,.tsv,.xlsx"
            onChange={(event) => {
              void send(event.currentTarget.files?.[0]);
              event.currentTarget.value = "";
            }}
          />
          <p class="hint">{o("import.formats")}</p>
          <p class="bar">
            {["xlsx", "csv"].map((format) => (
              <a key={format} class="button small" href={`/api/v1/imports/sample?kind=${kind}&format=${format}`} download>
                <Icon name="download" size={16} /> {o("import.sample_file", { format: format.toUpperCase() })}
              </a>
            ))}
          </p>
          <Problem text={problem} />
        </div>
        <Past />
      </div>
    </>
  );
}

function Past() {
  useEffect(() => void needCatalogues(), []);
  const asked = useAsked("id", true);
  const pages = usePages(pathOf("imports", asked), readImport, 30);
  if (pages.failure?.code === "not_found") return null;
  const mark = ({ state }: ImportOf) => `mark${state === "done" ? " good" : state === "failed" ? " bad" : ""}`;
  const columns: readonly ListColumn<ImportOf>[] = [
    { key: "kind", label: o("import.kind"), sort: "kind", filter: { is: "choice", key: "kind", all: kinds.map((one) => [one, o(`import_kind.${one}`)] as const) }, show: (one) => o(`import_kind.${one.kind}`) },
    { key: "name", label: o("import.file"), sort: "name", filter: { is: "text", key: "name" }, show: (one) => <a href={addressOf("manage", ["import", one.id])}>{one.name}</a> },
    { key: "created", label: o("audit.when"), sort: "created_at", filter: { is: "days", key: "created" }, show: (one) => one.createdAt !== null && <Moment at={one.createdAt} text={longMoment(one.createdAt, now.value)} /> },
    { key: "author", label: o("audit.actor"), sort: "author", filter: { is: "choice", key: "author", all: people.value.map(({ id, name }) => [String(id), name] as const) }, show: (one) => one.author },
    {
      key: "state",
      label: o("column.state"),
      sort: "state",
      filter: { is: "choice", key: "state", all: states.map((one) => [one, o(`import_state.${one}`)] as const) },
      show: (one) => <span class={mark(one)}>{o(`import_state.${one.state}`)}</span>,
    },
    ...outcomes.map((outcome) => ({ key: outcome, label: o(`outcome.${outcome}`), sort: outcome, show: (one: ImportOf) => (one.state === "done" || one.state === "undone" ? String(one[outcome]) : "") })),
  ];
  return (
    <section class="panel">
      <h2>{o("import.past")}</h2>
      <Listed label={o("import.past")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "upload", text: o("import.none") }} />
    </section>
  );
}

const pollMs = 700;

function One({ id }: { readonly id: number }) {
  const loaded = useLoad(async () => {
    const read = readImport(await call("GET", `imports/${id}`));
    if (!read) throw new Failure("unavailable", "");
    return read;
  }, [id]);
  const running = loaded.now.is === "ready" && isBusy(loaded.now.value);
  const value = loaded.now.is === "ready" ? loaded.now.value : null;
  useEffect(() => {
    if (!running) return;
    const timer = setTimeout(loaded.again, pollMs);
    return () => clearTimeout(timer);
  }, [running, value]);
  return (
    <>
      <Heading text={value?.name ?? o("manage.import")} back={{ href: addressOf("manage", ["import"]), text: o("manage.import") }} />
      <div class="place-body">
        {loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {value && <Steps one={value} put={loaded.put} again={loaded.again} />}
      </div>
    </>
  );
}

interface StepsProps {
  readonly one: ImportOf;
  readonly put: (one: ImportOf) => void;
  readonly again: () => void;
}

function Steps({ one, put, again }: StepsProps) {
  const [problem, setProblem] = useState("");
  const [undoing, setUndoing] = useState(false);
  const act = async (method: string, path: string, body?: unknown) => {
    setProblem("");
    try {
      const answer = readImport(await call(method, `imports/${one.id}${path}`, body, 120_000));
      if (answer && answer.columns.length > 0) put(answer);
      else again();
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      return false;
    }
  };
  const before = useRef(one.state);
  useEffect(() => {
    if (before.current === "undoing" && one.state === "undone") say(o("import.undone"));
    before.current = one.state;
  }, [one.state]);
  const settled = one.state === "draft" || one.state === "checked";
  const mapped = one.columns.filter(({ target }) => target !== null).length;
  return (
    <>
      <p class="import-facts">
        <span class="mark">{o(`import_state.${one.state}`)}</span>
        <span class="hint">
          {[counted("count.rows", one.rows), one.encoding, one.separator && o("import.separator", { sign: one.separator === "\t" ? "Tab" : one.separator })].filter(Boolean).join(" · ")}
        </span>
      </p>
      <Problem text={problem || one.message} />
      {settled && (
        <>
          <Mapping one={one} change={(mapping) => void act("PATCH", "", { mapping })} />
          {one.kind === "contacts" && (
          <div class="import-options">
            <label class="compact-select">
              <span>{o("import.on_duplicate")}</span>
              <select value={one.onDuplicate} onChange={(event) => void act("PATCH", "", { options: { on_duplicate: event.currentTarget.value } })}>
                {(["fill", "update", "skip"] as const).map((choice) => (
                  <option key={choice} value={choice}>
                    {o(`on_duplicate.${choice}`)}
                  </option>
                ))}
              </select>
            </label>
          </div>
          )}
          <div class="sheet-buttons start">
            <button type="button" class={`button${one.state === "draft" ? " primary" : ""}`} disabled={mapped === 0} onClick={() => void act("POST", "/check")}>
              <Icon name="eye" /> {o("import.check")}
            </button>
            <button type="button" class={`button${one.state === "checked" ? " primary" : ""}`} disabled={mapped === 0} onClick={() => void act("POST", "/run")}>
              <Icon name="check" /> {o("import.run")}
            </button>
          </div>
        </>
      )}
      {isBusy(one) && <Progress one={one} />}
      {!isBusy(one) && one.state !== "draft" && <Report one={one} />}
      {one.undoable && (
        <button type="button" class="button danger" onClick={() => setUndoing(true)}>
          <Icon name="reopen" /> {o("import.undo")}
        </button>
      )}
      {undoing && (
        <Ask
          title={o("import.undo")}
          text={o("import.undo_ask")}
          go={o("import.undo")}
          danger
          act={async () => {
            await call("POST", `imports/${one.id}/undo`, undefined, 120_000);
            again();
          }}
          close={() => setUndoing(false)}
        />
      )}
    </>
  );
}

function Progress({ one }: { readonly one: ImportOf }) {
  const total = one.total || one.rows;
  return (
    <section class="panel" role="status">
      <label class="progress">
        <span>{one.state === "undoing" ? o("import.undoing") : o(one.state === "checking" ? "import.checking" : "import.running", { done: one.done, total })}</span>
        <progress value={one.state === "undoing" ? undefined : one.done} max={Math.max(1, total)} />
      </label>
    </section>
  );
}

function Mapping({ one, change }: { readonly one: ImportOf; readonly change: (mapping: Readonly<Record<string, string | null>>) => void }) {
  const taken = new Set(one.columns.map(({ target }) => target));
  const set = (index: number, target: string | null) => {
    const mapping = Object.fromEntries(one.columns.filter((column) => column.target !== null).map((column) => [String(column.index), column.target]));
    if (target === null) delete mapping[String(index)];
    else mapping[String(index)] = target;
    change(mapping);
  };
  return (
    <div class="table-box flat" tabIndex={0} role="region" aria-label={o("import.columns")}>
      <table class="mapping">
        <caption>{o("import.columns")}</caption>
        <thead>
          <tr>
            <th scope="col">{o("import.column")}</th>
            <th scope="col">{o("import.sample")}</th>
            <th scope="col">{o("import.target")}</th>
          </tr>
        </thead>
        <tbody>
          {one.columns.map((column) => (
            <tr key={column.index} class={column.target === null ? "unmapped" : ""}>
              <th scope="row">{column.header || o("import.column_number", { number: column.index + 1 })}</th>
              <td class="hint">{column.sample.filter(Boolean).join(" · ")}</td>
              <td>
                <select aria-label={o("import.target_of", { column: column.header || String(column.index + 1) })} value={column.target ?? ""} onChange={(event) => set(column.index, event.currentTarget.value || null)}>
                  <option value="">{o("import.leave_out")}</option>
                  {one.targets.map(({ key, label }) => (
                    <option key={key} value={key} disabled={taken.has(key) && column.target !== key}>
                      {label}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Report({ one }: { readonly one: ImportOf }) {
  const [outcome, setOutcome] = useState<Outcome>(one.wrong > 0 ? "wrong" : one.added > 0 ? "added" : one.updated > 0 ? "updated" : "skipped");
  const asked = useAsked("row");
  const pages = usePages(withQuery(pathOf(`imports/${one.id}/rows`, asked), { outcome }), readRow, 100, one.state === "done" ? 1 : one.state === "undone" ? 2 : 0);
  const columns: readonly ListColumn<ImportRow>[] = [
    { key: "row", label: o("import.number"), sort: "row", show: (row) => row.row },
    { key: "message", label: o("field.why"), sort: "reason", show: (row) => row.message || named("outcome", row.outcome) },
    { key: "contact", label: o("field.contact"), sort: "contact_id", show: (row) => row.contactId !== null && <a href={addressOf("contacts", [row.contactId])}>{o("import.open")}</a> },
  ];
  return (
    <section class="panel">
      <h2>{o(one.state === "checked" ? "import.would" : "import.report")}</h2>
      <Segments label={o("import.report")} all={outcomes} chosen={outcome} words={(kind) => `${o(`outcome.${kind}`)} ${one[kind]}`} choose={setOutcome} />
      <Listed label={o("import.report")} columns={columns} pages={pages} asked={asked} keyOf={({ row }) => row} none={{ icon: "check", text: o("import.no_rows") }} />
    </section>
  );
}
