// How the desk calls its agent: a melody, a notice of the browser, a number on the icon. Several tabs call once: one of
// them holds the voice, and all tell each other whether somebody is looking.

import { signal } from "@preact/signals";
import { current } from "../../store";

function stored(key: string, otherwise: string): string {
  try {
    return localStorage.getItem(key) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // for this page only, then
  }
}

const keys = { sound: "barev.desk.sound", volume: "barev.desk.volume", notices: "barev.desk.notices" } as const;
const lookingKey = "barev.desk.looking";
const lookMs = 4000;

export const soundOn = signal(stored(keys.sound, "on") === "on");
/** 1 to 10. */
export const volume = signal(Number(stored(keys.volume, "5")) || 5);
export const noticesOn = signal(stored(keys.notices, "on") === "on");

export function setSound(on: boolean): void {
  soundOn.value = on;
  store(keys.sound, on ? "on" : "off");
}

export function setVolume(to: number): void {
  volume.value = to;
  store(keys.volume, String(to));
}

export function setNotices(on: boolean): void {
  noticesOn.value = on;
  store(keys.notices, on ? "on" : "off");
}

/** What another tab has set holds here too. */
function hearSettings(event: StorageEvent): void {
  if (event.key === keys.sound) soundOn.value = event.newValue !== "off";
  if (event.key === keys.volume) volume.value = Number(event.newValue) || 5;
  if (event.key === keys.notices) noticesOn.value = event.newValue !== "off";
}

// --- the melody -----------------------------------------------------------------------------------------------------

let context: AudioContext | null = null;
const notes = [659.26, 783.99, 1046.5] as const; // e, g, c
const noteS = 0.13;
const restMs = 1500; // several words at once are one call
let playedAt = 0;

/** Three soft notes. Silent until the page was touched once, as browsers want it. */
export function playMelody(): void {
  if (Date.now() - playedAt < restMs) return;
  playedAt = Date.now();
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  const begin = context.currentTime + 0.02;
  for (const [place, pitch] of notes.entries()) {
    const at = begin + place * noteS;
    const tone = context.createOscillator();
    const loud = context.createGain();
    tone.type = "sine";
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime((volume.value / 10) * 0.4, at + 0.015);
    loud.gain.exponentialRampToValueAtTime(0.0005, at + noteS * 3);
    tone.connect(loud).connect(context.destination);
    tone.start(at);
    tone.stop(at + noteS * 3);
  }
}

// --- one voice for all tabs -----------------------------------------------------------------------------------------

let voice = false;
let giveUp: () => void = () => undefined;

/** Asks for the voice once the page was touched: until then it could not sound. */
function claimVoice(): void {
  context ??= new AudioContext();
  if (!("locks" in navigator)) return void (voice = true); // no locks without https: tabs then ask the shared note
  void navigator.locks.request("barev.desk.voice", () => {
    voice = true;
    return new Promise<void>((resolve) => (giveUp = resolve));
  });
}

let calledFor = "";

/** Whether this tab is the one to call for a message, named by its dialog and place; once for each. */
export function mayCall(message: string): boolean {
  const key = "barev.desk.called";
  if (!voice || calledFor === message || (!("locks" in navigator) && stored(key, "") === message)) return false;
  calledFor = message;
  store(key, message);
  return true;
}

// --- is somebody looking? -------------------------------------------------------------------------------------------

let mine = false;

function look(): void {
  if (document.hasFocus()) {
    mine = true;
    store(lookingKey, `${current.peek() ?? 0}:${Date.now()}`);
  } else if (mine) {
    mine = false;
    store(lookingKey, "");
  }
}

/** The dialog that somebody looks at in any tab; 0: another place of the desk, null: nobody looks. */
export function lookedAt(): number | null {
  look();
  const [id, at] = stored(lookingKey, "").split(":");
  return at !== undefined && Date.now() - Number(at) < lookMs * 2 ? Number(id) : null;
}

/** Begins; returns how to stop. */
export function watchTabs(): () => void {
  const touched = () => {
    for (const event of gestures) removeEventListener(event, touched, true);
    claimVoice();
  };
  const gestures = ["pointerdown", "keydown"] as const;
  for (const event of gestures) addEventListener(event, touched, true);
  const watched = ["focus", "blur", "pagehide"] as const;
  for (const event of watched) addEventListener(event, look);
  addEventListener("storage", hearSettings);
  const timer = setInterval(look, lookMs);
  const forget = current.subscribe(look);
  if (navigator.userActivation?.hasBeenActive) touched();
  return () => {
    for (const event of gestures) removeEventListener(event, touched, true);
    for (const event of watched) removeEventListener(event, look);
    removeEventListener("storage", hearSettings);
    clearInterval(timer);
    forget();
    giveUp();
    voice = false;
  };
}

// --- the browser's notices ------------------------------------------------------------------------------------------

export type Allowed = NotificationPermission | "unsupported";
export const allowed = signal<Allowed>("Notification" in window ? Notification.permission : "unsupported");

/** Asks the agent's browser; only ever from a click. */
export async function askForNotices(): Promise<void> {
  if (allowed.value === "unsupported") return;
  allowed.value = await Notification.requestPermission();
}

/** Shows a notice that leads to a dialog; a later one of the same dialog takes its place. */
export function notify(title: string, words: string, id: number, open: () => void): void {
  if (!noticesOn.value || allowed.value !== "granted") return;
  try {
    const notice = new Notification(title, { body: words, tag: `barev-${id}`, icon: "icon.svg" });
    notice.onclick = () => {
      window.focus();
      notice.close();
      open();
    };
  } catch {
    allowed.value = "unsupported"; // some browsers have them for installed pages only
  }
}

// --- the icon -------------------------------------------------------------------------------------------------------

const drawn = (count: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0f766e" d="M7 2h18a5 5 0 0 1 5 5v13a5 5 0 0 1-5 5H14l-7 6v-6a5 5 0 0 1-5-5V7a5 5 0 0 1 5-5Z"/><circle cx="21" cy="11" r="11" fill="#b4161f"/><text x="21" y="17" text-anchor="middle" font-family="sans-serif" font-size="16" font-weight="700" fill="#fff">${count}</text></svg>`;

/** How many wait, on the page's icon. */
export function showCount(count: number): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (!link) return;
  link.href = count > 0 ? `data:image/svg+xml,${encodeURIComponent(drawn(count > 9 ? "9+" : String(count)))}` : "icon.svg";
}
