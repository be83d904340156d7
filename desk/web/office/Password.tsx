import { useState } from "preact/hooks";
import { sentenceOf } from "../actions";
import { Failure } from "../net/errors";
import { call } from "../net/rest";
import { Icon } from "../ui/icons";
import { say } from "./load";
import { Problem } from "./parts";
import { o } from "./words";

/** One's own password, by the present one. */
export function Password({ login }: { readonly login: string }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget as HTMLFormElement;
    const word = (name: string) => String(new FormData(form).get(name) ?? "");
    const [old, fresh] = [word("old"), word("new")];
    if (fresh !== word("again")) return setProblem(o("password.differ"));
    if (fresh === old) return setProblem(o("password.same"));
    setBusy(true);
    setProblem("");
    try {
      await call("POST", "session/password", { password: old, new_password: fresh });
      form.reset();
      setOpen(false);
      say(o("password.done"));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  const field = (name: string, label: string, complete: "current-password" | "new-password") => (
    <label>
      {label}
      <input name={name} type="password" required maxLength={1000} autoComplete={complete} onInput={() => setProblem("")} />
    </label>
  );
  return (
    <details class="own-password" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="key" size={16} /> {o("password.title")}
      </summary>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <input name="username" value={login} autoComplete="username" hidden readOnly />
        {field("old", o("password.old"), "current-password")}
        {field("new", o("password.new"), "new-password")}
        {field("again", o("password.again"), "new-password")}
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="submit" class="button primary" disabled={busy}>
            {o("password.save")}
          </button>
        </div>
      </form>
    </details>
  );
}
