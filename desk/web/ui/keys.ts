// Shortcuts, by the place of the key and not its letter: they work on every keyboard layout. One letter alone counts only
// outside of fields, and can be switched off in the settings (WCAG 2.1.4).

import { signal } from "@preact/signals";
import { closeConversation, giveBack, mayGiveBack, openConversation, reopen, resolve, take, turnPresence } from "../actions";
import { head, list, pane, requests, sheet, tab, me } from "../store";
import { isUnanswered, tabs } from "../model/select";
import { moveCursor, openCursor, setCursor } from "./cursor";
import { toggleCard } from "./DialogPane";
import { focusComposer, setMode } from "./draft";
import { openSearch } from "./search";
import { addressOf, go, route } from "../route";

const storeKey = "barev.desk.keys";

function stored(): boolean {
  try {
    return localStorage.getItem(storeKey) !== "off";
  } catch {
    return true;
  }
}

export const lettersOn = signal(stored());

export function setLetters(on: boolean): void {
  lettersOn.value = on;
  try {
    localStorage.setItem(storeKey, on ? "on" : "off");
  } catch {
    // for this page only, then
  }
}

const focusList = () => document.querySelector<HTMLElement>("#conversation-list [role=listbox]")?.focus();

function step(by: number): void {
  moveCursor(by);
  focusList();
}

/** The longest waiting one of this tab that is not open yet. */
function nextRed(): void {
  const red = list.value.find((other) => isUnanswered(other) && other.id !== head.value?.id);
  if (!red) return;
  setCursor(red.id);
  void openConversation(red.id);
}

/** The latest chat that was given to one. */
function openRequest(): void {
  const latest = requests.value[requests.value.length - 1];
  if (!latest) return;
  setCursor(latest.conversationId);
  void openConversation(latest.conversationId);
}

/** To the journal and back. */
function turnJournal(): void {
  go(addressOf(route.value.place === "journal" ? "dialogs" : "journal"));
}

const openHead = () => (head.value && head.value.status !== "resolved" ? head.value : null);

const letters: Readonly<Record<string, () => void>> = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  Enter: openCursor,
  KeyU: nextRed,
  KeyR: () => head.value && setMode("reply"),
  KeyN: () => head.value && setMode("note"),
  KeyT: () => openHead() && (openHead()?.decision || openHead()?.assignee?.id !== me.value?.id) && void take(openHead()?.id ?? 0),
  KeyB: () => head.value && mayGiveBack(head.value) && void giveBack(head.value.id),
  KeyA: () => openHead() && (sheet.value = "assign"),
  KeyX: () => openHead() && (sheet.value = "escalate"),
  KeyS: () => openHead() && (sheet.value = "snooze"),
  KeyE: () => head.value && void (head.value.status === "resolved" ? reopen : resolve)(head.value.id),
  KeyI: () => head.value && toggleCard(),
  KeyD: () => head.value && (sheet.value = "decisions"),
  KeyP: () => void turnPresence(),
  KeyG: openRequest,
  KeyC: turnJournal,
};

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("button,a,[role=tab],[role=option]") !== null;
}

function onKey(event: KeyboardEvent): void {
  if (sheet.value || event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
    event.preventDefault();
    return openSearch();
  }
  if (route.value.place !== "dialogs") return elsewhere(event);
  if (event.altKey && (event.code === "ArrowDown" || event.code === "ArrowUp")) {
    event.preventDefault();
    const id = moveCursor(event.code === "ArrowDown" ? 1 : -1);
    if (id !== null) {
      void openConversation(id);
      focusComposer(); // now: what is typed while the messages come is for him
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.code === "Escape") return leaveStep();
  if (isField(event.target) || !lettersOn.value) return;
  if (event.code === "Enter" && isControl(event.target)) return;
  const digit = /^(?:Digit|Numpad)([1-5])$/.exec(event.code)?.[1];
  const act =
    isHelp(event)
      ? () => (sheet.value = "shortcuts")
      : isSearch(event)
        ? openSearch
        : digit
          ? () => (tab.value = tabs[Number(digit) - 1] ?? "mine")
          : event.shiftKey
            ? undefined
            : letters[event.code];
  if (!act) return;
  event.preventDefault();
  act();
}

/** Beside the dialogs only the journal, the search and the help have a letter. */
function elsewhere(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || !lettersOn.value) return;
  const act = isHelp(event) ? () => (sheet.value = "shortcuts") : isSearch(event) ? openSearch : !event.shiftKey && event.code === "KeyC" ? turnJournal : null;
  if (!act) return;
  event.preventDefault();
  act();
}

// Layouts have these signs in other places too.
const isHelp = (event: KeyboardEvent) => event.key === "?" || (event.code === "Slash" && event.shiftKey);
const isSearch = (event: KeyboardEvent) => !event.shiftKey && (event.code === "Slash" || event.key === "/");

/** Escape goes one step back: the card, the dialog on a narrow screen, the list. */
function leaveStep(): void {
  if (pane.value === "card") pane.value = "dialog";
  else if (matchMedia("(max-width: 43.99rem)").matches) closeConversation();
  else focusList();
}

/** Begins to listen; returns how to stop. */
export function listenKeys(): () => void {
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
