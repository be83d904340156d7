import { useState } from "preact/hooks";
import { sentenceOf } from "../../../actions";
import { language, languageNames, languages, t } from "../../../i18n";
import { Failure } from "../../../net/errors";
import { call } from "../../../net/rest";
import { state } from "../../../store";
import { Icon } from "../../../ui/icons";
import { IconButton } from "../../../ui/parts";
import { Ask, Empty, Modal, Problem } from "../../parts";
import { counted, o } from "../../words";
import { intents, type Intent } from "./taught";

type Texts = Readonly<Record<string, string>>;

/** The firm's own intents with what the bot does about them, and those that every firm has. */
export function IntentsPart({ changed }: { readonly changed: () => void }) {
  const [edited, setEdited] = useState<Intent | "new" | null>(null);
  const [removed, setRemoved] = useState<Intent | null>(null);
  const own = intents.value.filter(({ id }) => id !== null);
  const remove = async (one: Intent) => {
    await call("DELETE", `understanding/intents/${one.id}`);
    changed();
  };
  return (
    <>
      <p class="hint">{o("teach.intent.lead")}</p>
      <div class="teach-tools">
        <button type="button" class="button primary" onClick={() => setEdited("new")}>
          <Icon name="plus" /> {o("teach.intent.new")}
        </button>
      </div>
      <h2>{o("teach.intent.own")}</h2>
      {own.length === 0 && <Empty icon="note" text={o("teach.intent.none")} />}
      <ul class="teach-list">
        {own.map((one) => (
          <li key={one.key}>
            <div class="canned-one">
              <h3>{one.title}</h3>
              <span class="mark">{counted("teach.intent.examples", one.examples)}</span>
              <span class="canned-acts">
                <IconButton icon="edit" label={o("teach.intent.edit_named", { name: one.title })} onClick={() => setEdited(one)} />
                <IconButton icon="trash" label={o("remove_named", { name: one.title })} onClick={() => setRemoved(one)} />
              </span>
            </div>
            {languages.filter((code) => one.answers[code]).map((code) => (
              <p key={code} class="canned-said">
                <span class="hint">{languageNames[code]}</span>
                <span lang={code}>{one.answers[code]}</span>
              </p>
            ))}
            {one.handsOver && (
              <p class="hint">
                {o("teach.intent.hands_over")}
                {one.team && `: ${one.team.name}`}
              </p>
            )}
          </li>
        ))}
      </ul>
      <h2>{o("teach.intent.built_in")}</h2>
      <ul class="teach-built-in">
        {intents.value.filter(({ id }) => id === null).map(({ key, title, examples }) => (
          <li key={key}>
            {title} <span class="hint">{examples > 0 && counted("teach.intent.examples", examples)}</span>
          </li>
        ))}
      </ul>
      {edited && <Edit one={edited === "new" ? null : edited} done={changed} close={() => setEdited(null)} />}
      {removed && <Ask title={o("teach.intent.remove")} text={o("teach.intent.remove_ask", { name: removed.title })} go={o("teach.intent.remove")} danger act={() => remove(removed)} close={() => setRemoved(null)} />}
    </>
  );
}

function Edit({ one, done, close }: { readonly one: Intent | null; readonly done: () => void; readonly close: () => void }) {
  const [key, setKey] = useState(one?.key ?? "");
  const [titles, setTitles] = useState<Texts>(one?.titles ?? {});
  const [answers, setAnswers] = useState<Texts>(one?.answers ?? {});
  const [handsOver, setHandsOver] = useState(one?.handsOver ?? false);
  const [team, setTeam] = useState(one?.team?.id ?? 0);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    const wish = { titles, answers, hands_over: handsOver, team_id: team || null };
    try {
      await call(one ? "PATCH" : "POST", one ? `understanding/intents/${one.id}` : "understanding/intents", one ? wish : { key: key.trim(), ...wish });
      done();
      close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  const order = [language.value, ...languages.filter((code) => code !== language.value)];
  return (
    <Modal title={one ? o("teach.intent.edit") : o("teach.intent.new")} close={close} wide>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        {!one && (
          <>
            <label>
              {o("teach.intent.key")}
              <input value={key} required maxLength={40} pattern="[a-z][a-z0-9_]*" title={o("teach.intent.key_hint")} autofocus autoComplete="off" onInput={(event) => setKey(event.currentTarget.value)} />
            </label>
            <p class="hint">{o("teach.intent.key_hint")}</p>
          </>
        )}
        {order.map((code) => (
          <fieldset key={code} class="teach-language">
            <legend>{languageNames[code]}</legend>
            <label>
              {o("teach.intent.title")}
              <input lang={code} maxLength={60} value={titles[code] ?? ""} autoComplete="off" onInput={(event) => setTitles({ ...titles, [code]: event.currentTarget.value })} />
            </label>
            <label>
              {o("teach.intent.answer")}
              <textarea rows={2} lang={code} maxLength={4000} value={answers[code] ?? ""} onInput={(event) => setAnswers({ ...answers, [code]: event.currentTarget.value })} />
            </label>
          </fieldset>
        ))}
        <label class="check">
          <input type="checkbox" checked={handsOver} onChange={(event) => setHandsOver(event.currentTarget.checked)} /> {o("teach.intent.hands_over")}
        </label>
        {handsOver && (
          <label>
            {o("teach.intent.team")}
            <select value={String(team)} onChange={(event) => setTeam(Number(event.currentTarget.value))}>
              <option value="0">{o("teach.intent.any_team")}</option>
              {state.value.teams.map(({ id, name }) => (
                <option key={id} value={String(id)}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {o("teach.save")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
