import { useEffect, useState } from "preact/hooks";
import { begin, leave, sentenceOf } from "../../actions";
import { Failure } from "../../net/errors";
import { demoPresent, removeDemo, type NewOwner } from "../../net/rest";
import { agent, sheet, toast } from "../../store";
import { needLater, t } from "../../i18n";
import { Icon } from "../icons";
import { Sheet } from "../parts";

type Step = "asking" | "gone" | "sure" | "owner";

function ownerOf(form: HTMLFormElement): NewOwner {
  const data = new FormData(form);
  const word = (key: string) => String(data.get(key) ?? "").trim();
  return { name: word("name"), login: word("login"), password: String(data.get("password") ?? "") };
}

/** Removes the demo business and nothing else. Where no owner of one's own is there yet, one is made in the same go. */
export function DemoSheet() {
  const [step, setStep] = useState<Step>("asking");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => void needLater(), []);
  useEffect(() => {
    demoPresent()
      .then((present) => setStep(present ? "sure" : "gone"))
      .catch((error: unknown) => {
        setProblem(sentenceOf(error));
        setStep("gone");
      });
  }, []);
  const remove = async (owner?: NewOwner) => {
    if (busy) return;
    setBusy(true);
    setProblem("");
    try {
      await removeDemo(owner);
      sheet.value = null;
      leave();
      await begin(); // one's own account stays signed in
      toast(t(agent.value === null ? "office.demo.removed_login" : "office.demo.removed"));
    } catch (error) {
      const needsOwner = error instanceof Failure && error.code === "conflict" && !owner;
      if (needsOwner) setStep("owner");
      else setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Sheet title={t("office.demo.remove")}>
      {step === "asking" && <p aria-busy="true">…</p>}
      {step === "gone" && <p>{problem === "" ? t("office.demo.none") : ""}</p>}
      {step === "sure" && <p>{t("office.demo.lead")}</p>}
      {step === "owner" && (
        <form
          class="stacked-form"
          onSubmit={(event) => {
            event.preventDefault();
            void remove(ownerOf(event.currentTarget));
          }}
        >
          <p>{t("office.demo.owner_lead")}</p>
          <label>
            {t("office.demo.owner_name")}
            <input name="name" autoComplete="name" required maxLength={200} autofocus />
          </label>
          <label>
            {t("login.name")}
            <input name="login" autoComplete="username" autoCapitalize="none" spellcheck={false} required maxLength={200} />
          </label>
          <label>
            {t("login.password")}
            <input name="password" type="password" autoComplete="new-password" required maxLength={1000} />
          </label>
          <button type="submit" class="button danger" disabled={busy}>
            <Icon name="trash" /> {t("office.demo.owner_go")}
          </button>
        </form>
      )}
      {problem && (
        <p class="form-problem" role="alert">
          <Icon name="alert" /> {problem}
        </p>
      )}
      {step === "sure" && (
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={() => (sheet.value = "settings")}>
            {t("cancel")}
          </button>
          <button type="button" class="button danger" disabled={busy} onClick={() => void remove()}>
            <Icon name="trash" /> {t("office.demo.go")}
          </button>
        </div>
      )}
    </Sheet>
  );
}
