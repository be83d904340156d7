// The one thing a demo's shop page does beyond being a page: its buttons open the chat, and the frame may have a message
// typed into it, key by key, as a visitor would.

import { heard, tell, type Say } from "./bridge";
import "./shop.css";
import "./services.css";

interface Chat {
  open(): void;
}

const chat = (): Chat | undefined => (window as { Barev?: Chat }).Barev;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The chat's message field, once it is there; null after ten seconds. */
async function openField(): Promise<HTMLTextAreaElement | null> {
  let opened = false;
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!opened) chat()?.open();
    opened ||= chat() !== undefined; // the widget's script may come after this one
    const field = document.querySelector("barev-chat")?.shadowRoot?.querySelector<HTMLTextAreaElement>("textarea");
    if (field && !field.disabled && field.checkVisibility()) return field;
    await pause(50);
  }
  return null;
}

function write(field: HTMLTextAreaElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
}

let typing = Promise.resolve();

async function say(text: string): Promise<void> {
  const field = await openField();
  if (!field) return;
  const letters = [...text];
  for (let count = still.matches ? letters.length : 1; count <= letters.length; count += 1) {
    write(field, letters.slice(0, count).join(""));
    await pause(14);
  }
  await pause(250);
  const enter = { key: "Enter", code: "Enter", bubbles: true, composed: true, cancelable: true };
  field.dispatchEvent(new KeyboardEvent("keydown", enter));
}

addEventListener("message", (event) => {
  const words = heard<Say>(event, "say", parent === window ? null : parent);
  if (words) typing = typing.then(() => say(words.text.slice(0, 500)));
});

for (const button of document.querySelectorAll("[data-ask]")) button.addEventListener("click", () => chat()?.open());

if (parent !== window) {
  tell(parent, { barev: "shown", title: document.title, path: location.pathname, language: document.documentElement.lang });
}
