import { useState } from "preact/hooks";
import { o } from "../../words";
import { intents } from "./taught";

/** All intents, found by their names. */
export function IntentList({ choose }: { readonly choose: (key: string) => void }) {
  const [words, setWords] = useState("");
  const wanted = words.trim().toLowerCase();
  const fit = intents.value.filter(({ key, title }) => `${title} ${key}`.toLowerCase().includes(wanted));
  return (
    <form
      class="stacked-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (fit[0] && wanted) choose(fit[0].key);
      }}
    >
      <input type="search" aria-label={o("teach.find_intent")} placeholder={o("teach.find_intent")} value={words} autofocus autoComplete="off" onInput={(event) => setWords(event.currentTarget.value)} />
      {fit.length === 0 && <p class="hint">{o("teach.no_intent")}</p>}
      <ul class="teach-choice">
        {fit.map(({ key, title }) => (
          <li key={key}>
            <button type="button" class="button" onClick={() => choose(key)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}

/** One intent or none, as a field of a form. Empty: nothing that is answered. */
export function IntentField({ value, choose }: { readonly value: string | null; readonly choose: (key: string | null) => void }) {
  return (
    <label>
      {o("teach.example.intent")}
      <select value={value ?? ""} onChange={(event) => choose(event.currentTarget.value || null)}>
        <option value="">{o("teach.outside")}</option>
        {intents.value.map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
