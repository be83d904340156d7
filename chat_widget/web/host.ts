// The element that holds the widget in a foreign page, and its looks.

import { inkOn, readColour } from "./colour";
import type { Theme } from "./protocol";

const COLOUR = "#0f766e";

/** Gives a shadow root a style sheet in a way that a strict content security policy allows. */
export function dress(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    const style = document.createElement("style"); // Safari before 16.4
    style.textContent = css;
    root.append(style);
  }
}

/** Makes the widget look as the business wants. What the site itself says (`stated`) counts more. */
export function wear(host: HTMLElement, theme: Theme, stated: DOMStringMap): void {
  const chosen = readColour(stated["accent"]) ? stated["accent"] : theme.accent;
  const accent = readColour(chosen);
  const set = (name: string, value: string): void => host.style.setProperty(`--barev-${name}`, value);
  set("accent", accent ? String(chosen).trim() : COLOUR);
  set("ink", inkOn(accent ?? readColour(COLOUR) ?? []));
  host.toggleAttribute("data-left", (stated["position"] ?? theme.side) === "left");
  host.setAttribute("data-theme", stated["theme"] ?? theme.scheme ?? "auto");
  for (const [name, value] of Object.entries(theme.variables ?? {})) host.style.setProperty(name, value);
}
