import { useState } from "preact/hooks";
import { sentenceOf } from "../../../actions";
import { languageNames, languages, t } from "../../../i18n";
import { Failure } from "../../../net/errors";
import { call } from "../../../net/rest";
import { Modal, Problem } from "../../parts";
import { o } from "../../words";
import { IntentField } from "./IntentList";

interface EditProps {
  readonly text: string;
  readonly intent: string | null;
  readonly done: () => void;
  readonly close: () => void;
}

/** A new example. */
export function EditExample({ text, intent, done, close }: EditProps) {
  const [said, setSaid] = useState(text);
  const [meant, setMeant] = useState(intent);
  const [spoken, setSpoken] = useState("");
  const [checks, setChecks] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      await call("POST", "understanding/examples", { text: said.trim(), intent: meant, language: spoken || null, checks });
      done();
      close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal title={o("teach.example.new")} close={close}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <label>
          {o("teach.example.text")}
          <input value={said} required maxLength={1000} autofocus autoComplete="off" onInput={(event) => setSaid(event.currentTarget.value)} />
        </label>
        <div class="form-row">
          <IntentField value={meant} choose={setMeant} />
          <label>
            {o("teach.example.language")}
            <select value={spoken} onChange={(event) => setSpoken(event.currentTarget.value)}>
              <option value="">{o("teach.example.any_language")}</option>
              {languages.map((code) => (
                <option key={code} value={code}>
                  {languageNames[code]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <label class="check">
          <input type="checkbox" checked={checks} onChange={(event) => setChecks(event.currentTarget.checked)} /> {o("teach.example.check")}
        </label>
        <p class="hint">{o("teach.example.check_hint")}</p>
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class="button primary" disabled={busy || !said.trim()}>
            {o("teach.save")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
