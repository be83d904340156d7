// A word from us beside the launcher: on the pages it is meant for, after a while, and not twice. It is said once to a screen
// reader, politely; it takes no focus and can be put away. Fetched only where the owner wrote such words.

import { fits } from "./patterns";
import style from "./styles/proactive.css";

export interface Rule {
  key: string;
  pages: string;
  after_s: number;
  often: "visitor" | "day" | "page";
  text: string;
}

export interface Stage {
  root: ShadowRoot;
  launcher: HTMLElement;
  language: string;
  /** What the button that puts it away is called. */
  close: string;
  open(said: string): void;
  get(key: string): string | null;
  set(key: string, value: string): void;
  dress(css: string): void;
}

const LOOK_MS = 500;

/** Watches the page until it is stopped. */
export function begin(rules: readonly Rule[], stage: Stage): () => void {
  stage.dress(style);
  const place = document.createElement("div");
  place.className = "proactive";
  place.setAttribute("role", "status");
  place.lang = stage.language;
  stage.root.append(place);
  let page = location.href;
  let since = Date.now();
  const said = new Set<string>();

  const away = (): void => place.replaceChildren();
  const say = (rule: Rule): void => {
    said.add(rule.key);
    if (rule.often !== "page") stage.set(`said.${rule.key}`, today());
    const answer = document.createElement("button");
    answer.type = "button";
    answer.className = "word";
    answer.textContent = rule.text;
    answer.addEventListener("click", () => {
      away();
      stage.open(rule.text);
    });
    const close = document.createElement("button");
    close.type = "button";
    close.className = "away";
    close.setAttribute("aria-label", stage.close);
    close.title = stage.close;
    close.textContent = "×";
    close.addEventListener("click", away);
    place.replaceChildren(answer, close);
  };
  const look = (): void => {
    if (page !== location.href) {
      page = location.href;
      since = Date.now();
      for (const { key, often } of rules) if (often === "page") said.delete(key);
    }
    if (stage.launcher.getAttribute("aria-expanded") === "true") return away();
    if (document.hidden || place.firstChild) return;
    const due = rules.find((rule) => !said.has(rule.key) && fits(rule.pages, location) && Date.now() - since >= rule.after_s * 1_000 && !before(rule));
    if (due) say(due);
  };
  const before = ({ key, often }: Rule): boolean => {
    const last = often === "page" ? null : stage.get(`said.${key}`);
    return last !== null && (often === "visitor" || last === today());
  };
  const timer = setInterval(look, LOOK_MS);
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    away();
    stage.launcher.focus();
  });
  look();
  return () => {
    clearInterval(timer);
    place.remove();
  };
}

function today(): string {
  return new Date().toLocaleDateString("sv");
}
