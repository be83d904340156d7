// What opens above the field: the emoji, and the menu of what one seldom wants. One at a time; Escape gives the focus back.

import type { Client } from "../client";
import type { Composer } from "../view/composer";
import { el } from "../view/dom";
import type { Words } from "../words";
import { makeEmoji } from "./emoji";
import { makeMenu } from "./menu";
import { dressOnce } from "./style";

export interface Around {
  client: Client;
  words: Words;
  composer: Composer;
}

const open = new WeakMap<HTMLElement, { by: HTMLButtonElement; close(): void }>();

/** Opens it, or closes it where it is open. */
export function toggle(what: "emoji" | "menu", by: HTMLButtonElement, around: Around): void {
  const { extra } = around.composer;
  /** Whoever has gone on to write while this was fetched or done goes on writing. */
  const writes = (): boolean => around.composer.field.matches(":focus");
  dressOnce(extra);
  const shown = open.get(extra);
  shown?.close();
  if (shown?.by === by) return by.focus();
  const close = (): void => {
    box.remove();
    by.setAttribute("aria-expanded", "false");
    open.delete(extra);
  };
  const leave = (): void => {
    close();
    if (!writes()) by.focus();
  };
  const content = what === "emoji" ? makeEmoji(around) : makeMenu(around, leave);
  const label = around.words.say(what === "emoji" ? "emoji" : "more");
  const box = el("div", { class: `popover ${what}`, role: "group", "aria-label": label }, content);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });
  open.set(extra, { by, close });
  by.setAttribute("aria-expanded", "true");
  extra.append(box);
  if (!writes()) box.querySelector<HTMLElement>("button:not([tabindex='-1'])")?.focus();
}
