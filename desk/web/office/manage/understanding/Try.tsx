import { useState } from "preact/hooks";
import { languageNames } from "../../../i18n";
import { call } from "../../../net/rest";
import { Icon } from "../../../ui/icons";
import { attempt } from "../../load";
import { named, o } from "../../words";
import { EditExample } from "./EditExample";
import { percent, readTried, titleOf, type Tried } from "./taught";

/** A sentence, and what the bot would understand of it now. */
export function Try({ changed }: { readonly changed: () => void }) {
  const [words, setWords] = useState("");
  const [tried, setTried] = useState<{ readonly text: string; readonly found: Tried } | null>(null);
  const [busy, setBusy] = useState(false);
  const [teaching, setTeaching] = useState(false);
  const go = async (event?: SubmitEvent) => {
    event?.preventDefault();
    const text = words.trim();
    if (!text || busy) return;
    setBusy(true);
    await attempt(async () => setTried({ text, found: readTried(await call("POST", "understanding/try", { text }, 30_000)) }));
    setBusy(false);
  };
  const learned = () => {
    changed();
    void go();
  };
  return (
    <section class="teach-try" aria-label={o("teach.try.title")}>
      <form onSubmit={(event) => void go(event)}>
        <label>
          {o("teach.try.title")}
          <input value={words} maxLength={1000} placeholder={o("teach.try.label")} autoComplete="off" onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button" disabled={busy || !words.trim()}>
          {o("teach.try.go")}
        </button>
      </form>
      <div role="status">{tried && <Found tried={tried.found} />}</div>
      {tried && (
        <button type="button" class="button" onClick={() => setTeaching(true)}>
          <Icon name="plus" size={16} /> {o("teach.try.teach")}
        </button>
      )}
      {teaching && tried && <EditExample text={tried.text} intent={tried.found.intent} done={learned} close={() => setTeaching(false)} />}
    </section>
  );
}

function Found({ tried }: { readonly tried: Tried }) {
  return (
    <dl class="teach-found">
      <dt>{o("teach.example.intent")}</dt>
      <dd>
        <b>{titleOf(tried.intent)}</b> <span class="hint">{o("teach.try.sure", { percent: percent(tried.confidence) })}</span>
      </dd>
      <dt>{o("teach.example.language")}</dt>
      <dd>{tried.language === null ? "" : (languageNames[tried.language as keyof typeof languageNames] ?? tried.language)}</dd>
      <dt>{o("teach.try.ranking")}</dt>
      <dd>
        <ol>
          {tried.ranking.slice(0, 3).map(({ intent, confidence }) => (
            <li key={intent}>
              {titleOf(intent)} <span class="hint">{percent(confidence)} %</span>
            </li>
          ))}
        </ol>
      </dd>
      <dt>{o("teach.try.entities")}</dt>
      <dd>
        {tried.entities.length === 0 && o("teach.try.nothing")}
        <ul>
          {tried.entities.map((one, place) => (
            <li key={place}>
              {named("teach.kind", one.kind)}: {one.text} <span class="hint">{one.value}</span>
            </li>
          ))}
        </ul>
      </dd>
    </dl>
  );
}
