// A small set of emoji in a grid: arrows walk it, Enter takes one. A screen reader names them in its own language.

import { button, el } from "../view/dom";
import type { Around } from "./popover";

const COLUMNS = 8;
const EMOJI =
  "😀 😃 😄 😁 😅 😂 🙂 😉 😊 😍 🥰 😘 😋 😎 🤗 🤔 😐 😏 😌 😴 😷 🤒 😕 🙁 😢 😭 😡 😱 😳 🥺 🤝 👍 👎 👌 ✌️ 👏 🙏 💪 👋 ☝️ ❤️ 💔 🔥 ✨ 🎉 🎂 💐 🌹 ☕ 🍕 🏠 🚗 ✈️ ⏰ 📅 📞 ✉️ 💳 📎 ✅ ❌ ❓ ❗ 💯";

export function makeEmoji({ composer }: Around): HTMLElement {
  const all = EMOJI.split(" ").map((one) => button("", () => composer.insert(one), one));
  const walk = (event: KeyboardEvent): void => {
    const at = all.indexOf(event.target as HTMLButtonElement);
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS, Home: -at, End: all.length - 1 - at };
    const next = all[at + (steps[event.key] ?? NaN)];
    if (!next) return;
    event.preventDefault();
    enter(next);
    next.focus();
  };
  const enter = (chosen: HTMLButtonElement): void => all.forEach((one) => (one.tabIndex = one === chosen ? 0 : -1));
  enter(all[0] as HTMLButtonElement);
  const grid = el("div", { class: "grid" }, ...all);
  grid.addEventListener("keydown", walk);
  return grid;
}
