// The app: joins the client and the panel, opens and closes, counts the unread.

import { BrowserShelf, sleep } from "./browser";
import { Client } from "./client";
import type { Config, Widget } from "./config";
import type { Language } from "./generated/texts";
import { LIVE } from "./identity";
import type { Theme } from "./protocol";
import base from "./styles/base.css";
import forms from "./styles/forms.css";
import messages from "./styles/messages.css";
import panel from "./styles/panel.css";
import screens from "./styles/screens.css";
import { el, setAttribute, setText } from "./view/dom";
import { Panel } from "./view/panel";
import { Words } from "./words";

/** Puts the panel beside the launcher; the loader calls it once. */
export async function mount(config: Config, root: ShadowRoot, launcher: HTMLButtonElement): Promise<Widget> {
  const words = await Words.load(config.language);
  config.dress(base + panel + messages + forms + screens);
  await sleep(0); // the page has its turn between our pieces of work
  const app = new ChatApp(config, root, launcher, words);
  await sleep(0);
  app.begin();
  return app;
}

class ChatApp implements Widget {
  readonly #client: Client;
  readonly #drafts: BrowserShelf;
  readonly #badge = el("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  readonly #life = new AbortController();
  #panel: Panel;
  #theme: Theme | null = null;

  constructor(
    private readonly config: Config,
    private readonly root: ShadowRoot,
    private readonly launcher: HTMLButtonElement,
    private words: Words,
  ) {
    this.#client = new Client({
      base: config.base,
      inbox: config.inbox,
      language: () => this.words.language,
      person: () => config.person,
      unwelcome: (message) => {
        console.error(`Barev: ${message} (${location.host})`);
        window.Barev?.destroy();
      },
      changed: () => this.#render(),
      heard: (message) => this.#ring(message.id),
      failed: (message) => this.#panel.alert(message),
    });
    this.#drafts = new BrowserShelf("sessionStorage", this.#client.shelf.prefix);
    launcher.append(this.#badge);
    setAttribute(launcher, "aria-controls", "panel");
    this.#panel = this.#makePanel();
  }

  begin(): void {
    const { signal } = this.#life;
    const client = this.#client;
    for (const sign of ["online", "pageshow"]) addEventListener(sign, () => client.wake(), { signal });
    addEventListener("offline", () => client.offline(), { signal });
    addEventListener("storage", (event) => client.stored(event.key), { signal });
    document.addEventListener("visibilitychange", () => this.#looked(), { signal });
    this.root.addEventListener("keydown", (event) => this.#key(event as KeyboardEvent), { signal });
    visualViewport?.addEventListener("resize", () => this.#fitScreen(), { signal });
    visualViewport?.addEventListener("scroll", () => this.#fitScreen(), { signal });
    if (client.shelf.get(LIVE)) void client.connect();
    this.#render();
  }

  open(): void {
    if (this.#open) return;
    setTimeout(() => !this.#life.signal.aborted && void this.#client.connect()); // when the panel is painted
    this.launcher.setAttribute("aria-expanded", "true");
    this.#fitScreen();
    const at = this.root.activeElement; // who has gone on to a field meanwhile is not called away
    void this.#panel.show().then(() => this.#open && this.root.activeElement === at && this.#panel.focus());
    this.#client.changed();
  }

  close(): void {
    if (!this.#open) return;
    const focused = this.root.activeElement !== null;
    this.#panel.hide();
    this.launcher.setAttribute("aria-expanded", "false");
    if (focused) this.launcher.focus();
  }

  setLanguage(language: Language): void {
    void this.#speak(language);
  }

  identify(): void {
    this.#client.identify();
  }

  destroy(): void {
    this.#life.abort();
    this.#client.destroy();
    this.#panel.destroy();
  }

  get #open(): boolean {
    return !this.#panel.element.hidden;
  }

  #makePanel(): Panel {
    const panel = new Panel(this.#client, this.words, this.config, this.#drafts, {
      close: () => this.close(),
      language: (language) => {
        this.#client.shelf.set("language", language);
        void this.#speak(language);
      },
      seen: () => this.#seen(),
    });
    this.root.append(panel.element);
    return panel;
  }

  async #speak(language: Language): Promise<void> {
    if (language === this.words.language) return;
    const words = await Words.load(language).catch(() => null);
    if (!words) return this.#panel.alert("");
    this.words = words;
    const open = this.#open;
    const focused = this.root.activeElement?.closest(".panel");
    this.#panel.destroy();
    this.#panel = this.#makePanel();
    this.#client.changeLanguage();
    this.#render();
    if (open) void this.#panel.show();
    if (focused) this.#panel.focusLanguages();
  }

  #render(): void {
    const { profile, talk } = this.#client;
    if (profile && profile.theme !== this.#theme) this.config.wear((this.#theme = profile.theme));
    this.#panel.render();
    this.#seen();
    const unread = this.#panel.showsAll && !document.hidden ? 0 : talk.unread; // read already, whatever the server knows
    this.#badge.hidden = unread === 0;
    setText(this.#badge, unread > 99 ? "99+" : String(unread));
    const name = this.words.say(this.#open ? "close" : "open");
    setAttribute(this.launcher, "aria-label", unread ? `${name}. ${this.words.say("unread", { count: unread })}` : name);
  }

  #seen(): void {
    if (!document.hidden && this.#panel.showsAll) void this.#client.markRead();
  }

  /** A sound for what came while the visitor looked elsewhere. */
  #ring(id: number): void {
    if (this.#open && document.hasFocus() && !document.hidden) return;
    this.#client.extras.load().then(
      ({ ring }) => ring(this.#client.shelf, id),
      () => undefined, // silent, then
    );
  }

  #looked(): void {
    if (!document.hidden) this.#client.wake();
    this.#seen();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing || !this.#open) return;
    event.stopPropagation();
    this.close();
  }

  /** Where the panel fills a phone's screen, it ends above the keyboard. */
  #fitScreen(): void {
    const { style } = this.#panel.element;
    style.setProperty("--screen-top", `${visualViewport?.offsetTop ?? 0}px`);
    style.setProperty("--screen-height", `${visualViewport?.height ?? innerHeight}px`);
  }
}
