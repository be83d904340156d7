import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { login, sentenceOf } from "../actions";
import { guessLanguage, t, useLanguage } from "../i18n";
import { Failure } from "../net/errors";
import { speak } from "../net/rest";
import { Icon, Logo } from "./icons";
import { LanguageSelect } from "./LanguageSelect";

const problem = signal<string | null>(null);
const busy = signal(false);

function problemOf(error: unknown): string {
  if (!(error instanceof Failure)) return t("error.unknown");
  if (error.code === "unauthorized" || error.code === "invalid") return t("login.wrong");
  return sentenceOf(error);
}

async function submit(event: SubmitEvent, password: HTMLInputElement | null): Promise<void> {
  event.preventDefault();
  if (busy.value) return;
  const data = new FormData(event.currentTarget as HTMLFormElement);
  busy.value = true;
  problem.value = null;
  try {
    await login(String(data.get("login") ?? "").trim(), String(data.get("password") ?? ""));
  } catch (error) {
    problem.value = problemOf(error);
    password?.select();
  } finally {
    busy.value = false;
  }
}

export function Login() {
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    document.title = "Barev";
    const to = guessLanguage();
    speak(to);
    void useLanguage(to);
    if (window === window.top) name.current?.focus(); // inside a page it would scroll that page away
  }, []);
  return (
    <main class="login">
      <form class="login-box" onSubmit={(event) => void submit(event, password.current)} noValidate={false}>
        <div class="login-brand">
          <Logo size={44} />
          <div>
            <h1>Barev</h1>
            <p>{t("login.lead")}</p>
          </div>
        </div>
        <label>
          {t("login.name")}
          <input ref={name} name="login" autoComplete="username" autoCapitalize="none" spellcheck={false} required maxLength={200} />
        </label>
        <label>
          {t("login.password")}
          <input ref={password} name="password" type="password" autoComplete="current-password" required maxLength={1000} />
        </label>
        <div role="alert" class="form-problem">
          {problem.value && (
            <p>
              <Icon name="alert" /> {problem.value}
            </p>
          )}
        </div>
        <button type="submit" class="button primary big" disabled={busy.value}>
          {busy.value ? t("login.busy") : t("login.enter")}
        </button>
        <LanguageSelect />
      </form>
    </main>
  );
}
