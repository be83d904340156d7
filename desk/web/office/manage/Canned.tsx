// Canned responses: one's own, and with the right to it those of a team or of everybody.

import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { language, languageNames, languages } from "../../i18n";
import { fitting, placeHoles, type Canned } from "../../model/canned";
import { canned, needCanned } from "../../net/canned";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { me, state } from "../../store";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { IconButton } from "../../ui/parts";
import { Ask, Empty, Failed, Heading, Modal, Problem } from "../parts";
import { o } from "../words";

const holes = ["name", "agent", "team", "business", ...placeHoles] as const;
const refresh = () => needCanned(me.value?.id ?? 0, true);

export function CannedResponses() {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [words, setWords] = useState("");
  const [edited, setEdited] = useState<Canned | "new" | null>(null);
  const [removed, setRemoved] = useState<Canned | null>(null);
  const load = () => {
    setFailure(null);
    refresh().catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    });
  };
  useEffect(load, [me.value?.id]);
  const all = canned.value;
  const shown = all && (words.trim() ? fitting(all, words.trim().replace(/^\//, ""), all.length) : all);
  return (
    <>
      <Heading text={o("manage.canned")} />
      <div class="place-body">
        <p class="hint">{o("canned.lead")}</p>
        <div class="canned-tools">
          <input type="search" aria-label={o("canned.filter")} placeholder={o("canned.filter")} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
          <button type="button" class="button primary" onClick={() => setEdited("new")}>
            <Icon name="plus" /> {o("canned.new")}
          </button>
        </div>
        {failure && <Failed failure={failure} again={load} />}
        {shown?.length === 0 && <Empty icon="note" text={o(all?.length ? "canned.no_fit" : "canned.none")} />}
        <ul class="canned-all">
          {shown?.map((one) => (
            <li key={one.id}>
              <div class="canned-one">
                <h3>/{one.shortcut}</h3>
                <span class="mark">{whose(one)}</span>
                {one.editable && (
                  <span class="canned-acts">
                    <IconButton icon="edit" label={o("canned.edit_named", { name: one.shortcut })} onClick={() => setEdited(one)} />
                    <IconButton icon="trash" label={o("remove_named", { name: one.shortcut })} onClick={() => setRemoved(one)} />
                  </span>
                )}
              </div>
              {languages.filter((code) => code in one.texts).map((code) => (
                <p key={code} class="canned-said">
                  <span class="hint">{languageNames[code]}</span>
                  <span lang={code}>{one.texts[code]}</span>
                </p>
              ))}
            </li>
          ))}
        </ul>
        {edited && <Edit one={edited === "new" ? null : edited} close={() => setEdited(null)} />}
        {removed && (
          <Ask
            title={o("canned.remove")}
            text={o("canned.remove_ask", { name: removed.shortcut })}
            go={o("canned.remove")}
            danger
            act={() => call("DELETE", `canned-responses/${removed.id}`).then(refresh)}
            close={() => setRemoved(null)}
          />
        )}
      </div>
    </>
  );
}

function whose(one: Canned): string {
  if (!one.shared) return o("canned.own");
  return one.team ? one.team.name : o("canned.everybody");
}

/** For whom a new one is: "own", "all", or a team's number. */
function Whose({ value, choose }: { readonly value: string; readonly choose: (to: string) => void }) {
  return (
    <label>
      {o("canned.whose")}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="own">{o("canned.own")}</option>
        <option value="all">{o("canned.everybody")}</option>
        {state.value.teams.map(({ id, name }) => (
          <option key={id} value={String(id)}>
            {o("canned.of_team", { name })}
          </option>
        ))}
      </select>
    </label>
  );
}

function Edit({ one, close }: { readonly one: Canned | null; readonly close: () => void }) {
  const [shortcut, setShortcut] = useState(one?.shortcut ?? "");
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(one?.texts ?? {});
  const [owner, setOwner] = useState("own");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const said = Object.fromEntries(Object.entries(texts).filter(([, words]) => words.trim()));
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    const shared = owner !== "own";
    const own = one ? {} : { shared, ...(shared && owner !== "all" ? { team_id: Number(owner) } : {}) };
    try {
      await call(one ? "PATCH" : "POST", one ? `canned-responses/${one.id}` : "canned-responses", { shortcut: shortcut.trim().replace(/^\//, ""), texts: said, ...own });
      await refresh();
      close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  const order = [language.value, ...languages.filter((code) => code !== language.value)];
  return (
    <Modal title={one ? o("canned.edit") : o("canned.new")} close={close} wide>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <div class="form-row">
          <label>
            {o("canned.shortcut")}
            <input value={shortcut} required maxLength={40} pattern="\/?[^\s\/\{\}]+" title={o("canned.shortcut_hint")} autoComplete="off" autofocus onInput={(event) => setShortcut(event.currentTarget.value)} />
          </label>
          {!one && may("canned.edit") && <Whose value={owner} choose={setOwner} />}
        </div>
        <p class="hint">{o("canned.shortcut_hint")}</p>
        {order.map((code) => (
          <label key={code}>
            {languageNames[code]}
            <textarea rows={2} lang={code} maxLength={4000} value={texts[code] ?? ""} onInput={(event) => setTexts({ ...texts, [code]: event.currentTarget.value })} />
          </label>
        ))}
        <dl class="canned-holes">
          {holes.map((name) => (
            <div key={name}>
              <dt>
                <code>{`{${name}}`}</code>
              </dt>
              <dd>{o(`canned.hole_${name}`)}</dd>
            </div>
          ))}
        </dl>
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {o("canned.cancel")}
          </button>
          <button type="submit" class="button primary" disabled={busy || !shortcut.trim() || Object.keys(said).length === 0}>
            {o("canned.save")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
