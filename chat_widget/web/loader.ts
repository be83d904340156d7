// widget.js, what a site embeds: draws the launcher at once and fetches the app when it is needed: soon, where a
// conversation goes on, else when the visitor reaches for the launcher. A stranger costs the server this file and the few
// words of its set-up, which browsers keep.

import type { App, Config, Person, Widget } from "./config";
import { dress, wear } from "./host";
import { LIVE, shelfPrefix } from "./identity";
import { chooseLanguage } from "./language";
import type { begin as beginProactive, Rule } from "./proactive";
import type { Theme } from "./protocol";
import style from "./styles/launcher.css";

const TAG = "barev-chat";
const TRIES = 5;
const PATIENCE_MS = 1_500;
const BUBBLE = "M12 4c5 0 9 3.2 9 7.3s-4 7.3-9 7.3a11 11 0 0 1-2.8-.4L5 20.5l.8-3.6c-1.7-1.3-2.8-3.3-2.8-5.6C3 7.2 7 4 12 4z";

declare global {
  interface Window {
    Barev?: Omit<Widget, "setLanguage" | "identify"> & {
      setLanguage(tag: string): void;
      /** The customer who is signed in at the site, and its signature of him; nobody: he is gone. */
      identify(identity?: object | string | null, identity_hash?: string): void;
    };
  }
}

/** The element in the page. A site that replaces its body gets it back. */
class Host extends HTMLElement {
  onTakenOut: () => void = () => undefined;

  disconnectedCallback(): void {
    setTimeout(this.onTakenOut);
  }
}

function begin(script: HTMLScriptElement): void {
  const { dataset } = script;
  const base = new URL(".", script.src);
  const inbox = dataset["inbox"] ?? "";
  const shelf = (key: string, value?: string): string | null => {
    try {
      if (value !== undefined) localStorage.setItem(shelfPrefix(base, inbox) + key, value);
      return localStorage.getItem(shelfPrefix(base, inbox) + key);
    } catch {
      return null; // forbidden by the browser
    }
  };
  if (!customElements.get(TAG)) customElements.define(TAG, Host);
  const host = document.createElement(TAG) as Host;
  const root = host.attachShadow({ mode: "open" });
  const { identity } = dataset;
  const config: Config = {
    base,
    inbox,
    language: chooseLanguage([shelf("language"), dataset["language"], document.documentElement.lang, ...navigator.languages]),
    dress: (css) => dress(root, css),
    wear: (theme) => wear(host, theme, dataset),
    person: identity ? { identity, identity_hash: dataset["identityHash"] ?? "" } : null,
    said: "",
  };
  config.dress(style);
  config.wear({});
  const launcher = makeLauncher();
  launcher.hidden = true; // until it is known how it looks
  root.append(launcher);
  const name = (): void => launcher.setAttribute("aria-label", LAUNCHER_TEXTS[config.language].open);
  name();

  let alive = true;
  let wanted = false;
  let app: Promise<Widget> | null = null;
  let quiet = (): void => undefined;

  const load = async (attempt: number): Promise<Widget> => {
    try {
      const path = attempt ? `${APP_PATH}?${attempt}` : APP_PATH; // a browser may remember that a module failed
      const module = (await import(new URL(path, base).href)) as App;
      await rest();
      return await module.mount(config, root, launcher);
    } catch (error) {
      if (attempt >= TRIES || !alive) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * 2 ** attempt));
      return load(attempt + 1);
    }
  };
  /** Does something with the app, fetched once; after a failure the next call tries again. */
  const use = (work?: (widget: Widget) => unknown): void => {
    app ??= load(0);
    app.then(
      (widget) => alive && work?.(widget),
      () => {
        app = null;
        launcher.removeAttribute("aria-busy");
      },
    );
  };

  const barev: NonNullable<Window["Barev"]> = {
    open: () => {
      wanted = true;
      launcher.setAttribute("aria-busy", "true");
      use(async (widget) => {
        await rest();
        launcher.removeAttribute("aria-busy");
        if (wanted) widget.open();
      });
    },
    close: () => {
      wanted = false;
      if (app) use((widget) => widget.close());
    },
    setLanguage: (tag) => {
      config.language = chooseLanguage([tag, config.language]);
      name();
      if (app) use((widget) => widget.setLanguage(config.language));
    },
    identify: (person, identity_hash = "") => {
      config.person = person ? ({ identity: person, identity_hash } satisfies Person) : null;
      if (app) use((widget) => widget.identify());
    },
    destroy: () => {
      alive = false;
      quiet();
      void app?.then((widget) => widget.destroy());
      host.remove();
      delete window.Barev;
    },
  };
  window.Barev = barev;

  const setUp = async (): Promise<void> => {
    const asked = new URLSearchParams({ widget: inbox, language: config.language });
    const answer = await fetch(new URL(`widget/config?${asked}`, base));
    const told = (await answer.json()) as { theme?: Theme; proactive?: Rule[]; error?: { code: string; message: string } };
    if (told.error?.code === "forbidden") {
      console.error(`Barev: ${told.error.message} (${location.host})`);
      return barev.destroy();
    }
    if (told.theme) config.wear(told.theme);
    if (!told.proactive?.length || shelf(LIVE)) return;
    const { begin } = (await import(new URL(PROACTIVE_PATH, base).href)) as { begin: typeof beginProactive };
    const open = (said: string): void => {
      config.said = said;
      barev.open();
    };
    const { language } = config;
    const close = LAUNCHER_TEXTS[language].close;
    const stage = { root, launcher, language, close, open, get: shelf, set: shelf, dress: config.dress };
    if (alive) quiet = begin(told.proactive, stage);
  };
  const show = (): void => {
    launcher.hidden = false;
  };
  rest().then(setUp).catch(() => undefined).finally(show);
  setTimeout(show, PATIENCE_MS);

  const place = (): void => {
    if (alive && !host.isConnected) document.body.append(host);
  };
  host.onTakenOut = place;
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place, { once: true });
  launcher.addEventListener("click", () => {
    if (launcher.getAttribute("aria-expanded") === "true") barev.close();
    else barev.open();
  });
  for (const sign of ["pointerenter", "touchstart", "focus"]) {
    launcher.addEventListener(sign, () => use(), { once: true, passive: true });
  }
  if (shelf(LIVE)) (window.requestIdleCallback ?? setTimeout)(() => use());
}

/** Lets the page have its turn, so that our work never holds it up for long. */
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function makeLauncher(): HTMLButtonElement {
  const launcher = document.createElement("button");
  launcher.type = "button";
  launcher.className = "launcher";
  launcher.setAttribute("aria-expanded", "false");
  for (const shape of [BUBBLE, "M6 9.5l6 6 6-6"]) {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", shape);
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    picture.append(line);
    launcher.append(picture);
  }
  return launcher;
}

const script = document.currentScript ?? document.querySelector('script[src*="widget.js"]');
if (!window.Barev && script instanceof HTMLScriptElement) begin(script);
