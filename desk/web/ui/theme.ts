// Light, dark, or as the machine says. The style sheet knows one attribute; this sets it.

import { effect, signal } from "@preact/signals";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const storeKey = "barev.desk.theme";

function stored(): Theme {
  try {
    const word = localStorage.getItem(storeKey);
    return themes.find((name) => name === word) ?? "auto";
  } catch {
    return "auto";
  }
}

export const theme = signal<Theme>(stored());
const night = matchMedia("(prefers-color-scheme: dark)");
const dark = signal(night.matches);
night.addEventListener("change", () => (dark.value = night.matches));

export function setTheme(to: Theme): void {
  theme.value = to;
  try {
    localStorage.setItem(storeKey, to);
  } catch {
    // for this page only, then
  }
}

effect(() => {
  const shown = theme.value === "auto" ? (dark.value ? "dark" : "light") : theme.value;
  document.documentElement.dataset["theme"] = shown;
});
