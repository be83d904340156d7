// The demo's logins: one click signs in at the desk beside.

import { el } from "./dom";
import type { TextKey } from "./generated/texts";

interface Login {
  readonly login: string;
  readonly name: string;
  readonly role: string;
}

type Say = (key: TextKey, fields?: Readonly<Record<string, string>>) => string;

const roles = ["owner", "manager", "agent"] as const;

async function signIn(login: string, password: string): Promise<boolean> {
  const response = await fetch("/api/v1/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ login, password }),
  });
  return response.ok;
}

function chipOf(one: Login, password: string, say: Say, done: () => void, problem: HTMLElement): HTMLElement {
  const role = roles.find((known) => known === one.role) ?? "agent";
  const chip = el("button", { type: "button", class: `login ${role}` }, el("b", {}, one.name.split(" ")[0] ?? ""), el("span", {}, say(`role.${role}`)));
  chip.title = `${one.name} (${one.login})`;
  chip.addEventListener("click", () => {
    problem.textContent = "";
    signIn(one.login, password)
      .then((well) => (well ? done() : (problem.textContent = say("login_failed"))))
      .catch(() => (problem.textContent = say("login_failed")));
  });
  return chip;
}

/** The row of logins; empty where the server tells none. */
export function logins(say: Say, done: () => void): HTMLElement {
  const problem = el("span", { class: "problem", role: "alert" });
  const row = el("div", { class: "logins" });
  fetch("/demo/logins.json")
    .then(async (response) => {
      if (!response.ok) return;
      const { password, logins: all } = (await response.json()) as { password: string; logins: readonly Login[] };
      const chips = all.map((one) => chipOf(one, password, say, done, problem));
      row.append(el("span", { class: "lead" }, say("login")), el("div", { class: "login-row" }, ...chips), el("code", {}, say("password", { password })), problem);
    })
    .catch(() => undefined); // the desk's own form is there all the same
  return row;
}
