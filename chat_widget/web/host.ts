// The element that holds the widget in a foreign page, and its looks.

import { inkOn, readColour } from "./colour";

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

/** Sets the business's colour, and what is readable on it. */
export function paint(host: HTMLElement, accent: string | null | undefined): void {
  const stated = readColour(accent);
  host.style.setProperty("--barev-accent", stated ? String(accent).trim() : COLOUR);
  host.style.setProperty("--barev-ink", inkOn(stated ?? readColour(COLOUR) ?? []));
}
