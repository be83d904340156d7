// The whole panel in one language; another language makes another panel.

import type { BrowserShelf } from "../browser";
import type { Client } from "../client";
import type { Config } from "../config";
import type { QueuedMessage } from "../outbox";
import type { Conversation, Field, Message, QuickButton, Refusal } from "../protocol";
import type { Words } from "../words";
import { Composer, type Said } from "./composer";
import { button, el, icon, painted, setAttribute, setText } from "./dom";
import type { StartForm } from "./form";
import { Header, type HeaderActions } from "./header";
import { MessageList } from "./list";
import type { Rating } from "./rating";

const PATIENCE_MS = 1_500;
/** Languages are offered a stranger when the form is there, too. */
const OFFER_MS = 1_000;

export class Panel {
  readonly element: HTMLElement;
  readonly #header: Header;
  readonly #greeting = el("div", { class: "greeting", dir: "auto" });
  readonly #formPlace = el("div", { class: "form" });
  readonly #buttons = el("div", { class: "choices", role: "group" });
  readonly #blocked = el("p", { class: "blocked", role: "status" });
  readonly #list: MessageList;
  readonly #ratingPlace = el("div");
  #rating: Rating | null = null;
  #ratingWanted = false;
  #attached: Promise<typeof import("./attached")> | null = null;
  readonly #typing = el("div", { class: "typing", role: "status" });
  readonly #link = el("div", { class: "link", role: "status" });
  readonly #composer: Composer;
  #troubleSince = 0;
  #troubleTimer: ReturnType<typeof setTimeout> | undefined;
  #form: StartForm | null = null;
  #formWanted = false;
  #hadForm = false;
  #offered: readonly QuickButton[] | undefined;
  #refusal: Refusal | null = null;

  constructor(
    private readonly client: Client,
    private readonly words: Words,
    private readonly config: Config,
    drafts: BrowserShelf,
    actions: HeaderActions & { seen(): void },
  ) {
    this.#header = new Header(words, actions);
    const jump = (id: number): void => void this.#jump(id);
    this.#composer = new Composer(client, words, drafts, {
      typing: (on) => client.sayTyping(on),
      send: (text, more) => this.#send(text, more),
      jump,
    });
    const bubbleActions = {
      choose: (message: Message, value: string) => {
        client.choose(message.id, value);
        this.#list.toEnd(); // the press is said there, and so is its answer
      },
      quote: (message: Message) => {
        this.#composer.quote(message.id);
        this.#composer.focus();
      },
      jump,
      attached: () => this.#loadAttached(),
      edit: (queued: QueuedMessage) => {
        this.#composer.edit(queued);
        this.#drop(queued);
      },
      drop: (queued: QueuedMessage) => this.#drop(queued),
    };
    const intro = el("div", { class: "intro" }, this.#greeting, this.#formPlace, this.#buttons);
    const outro = el("div", {}, this.#ratingPlace, this.#typing);
    this.#list = new MessageList(client, words, bubbleActions, config.base, intro, outro, () => actions.seen());
    this.element = el(
      "section",
      { class: "panel", id: "panel", lang: words.language, hidden: true, tabindex: -1, role: "dialog" },
      this.#header.element,
      this.#link,
      this.#list.element,
      this.#blocked,
      this.#composer.element,
    );
    this.#takeDrops();
    setAttribute(this.#buttons, "aria-label", words.say("quick"));
  }

  /** Everything said is before the visitor's eyes. */
  get showsAll(): boolean {
    return !this.element.hidden && this.#list.atEnd;
  }

  /** Visible at once, its parts one after the other, so that the page has its turn between them. */
  async show(): Promise<void> {
    const parts = [this.#composer.element, this.#list.element, this.#list.log];
    for (const { style } of parts) style.display = "none";
    this.#list.restart();
    this.element.hidden = false;
    for (const part of parts) {
      await painted();
      if (part === this.#list.log && this.client.talk.size) await this.#header.offer();
      part.style.display = "";
    }
    await painted();
    this.#composer.fit();
    setTimeout(() => void this.#header.offer(), OFFER_MS);
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** To where one writes; on a touch screen that would call up the keyboard, so to the panel. */
  focus(): void {
    if (matchMedia("(pointer: coarse)").matches) this.element.focus({ preventScroll: true });
    else this.#composer.focus();
  }

  focusLanguages(): void {
    this.#header.languages.focus();
  }

  alert(text: string): void {
    this.#composer.alert(text || this.words.say("failed"));
  }

  destroy(): void {
    clearTimeout(this.#troubleTimer);
    this.element.remove();
  }

  render(): void {
    const { client, words } = this;
    const business = client.profile?.business?.name;
    setAttribute(this.element, "aria-label", business ? words.say("label", { business }) : words.say("label.plain"));
    this.#header.render(client, this.config.base);
    const greeting = this.config.said || client.profile?.greeting;
    setText(this.#greeting, greeting || words.say("greeting"));
    this.#greeting.lang = greeting ? (client.profile?.language ?? words.language) : words.language;
    const blocked = client.profile?.blocked;
    const fresh = client.talk.loaded && client.talk.head === null && !blocked;
    this.#renderForm(client.link !== "idle" && fresh ? (client.profile?.form ?? []) : []);
    this.#renderButtons(fresh && client.outbox.list().length === 0 ? client.profile?.widget?.buttons : undefined);
    setText(this.#blocked, blocked?.text ?? "");
    this.#composer.element.hidden = !!blocked;
    this.#renderRefusal(client.dispatch.formRefusal);
    this.#renderRating(blocked || client.profile?.widget?.rating === false ? null : client.talk.head);
    this.#renderTyping();
    this.#renderLink();
    this.#list.render();
    this.#composer.render();
    if (this.#hadForm && !this.#form?.shown && !this.element.hidden) this.#composer.focus(); // the form went away
    this.#hadForm = this.#form?.shown === true;
  }

  /** The stars are fetched where a conversation ends. */
  #renderRating(head: Conversation | null): void {
    const { client } = this;
    this.#rating?.render(head);
    if (head?.status !== "resolved" || this.#ratingWanted) return;
    this.#ratingWanted = true;
    const actions = { rate: (score: number, text: string) => client.rate(score, text), keep: () => this.#composer.openMenu() };
    this.#dressed(import("./rating")).then(
      ({ Rating }) => {
        this.#rating = new Rating(this.words, actions);
        this.#ratingPlace.append(this.#rating.element);
        this.render();
      },
      () => (this.#ratingWanted = false),
    );
  }

  #loadAttached(): Promise<typeof import("./attached")> {
    this.#attached ??= this.#dressed(import("./attached")).catch((error: unknown) => {
      this.#attached = null;
      throw error;
    });
    return this.#attached;
  }

  /** A part that is fetched when it is wanted, with its looks and words. */
  async #dressed<T extends { style: string }>(fetched: Promise<T>): Promise<T> {
    const [part] = await Promise.all([fetched, this.words.loadLater()]);
    this.config.dress(part.style);
    return part;
  }

  /** The form is fetched where there is something to ask. */
  #renderForm(fields: readonly Field[]): void {
    const { client } = this;
    this.#form?.render(fields, client.identity.answers, client.dispatch.starting, client.dispatch.formRefusal);
    if (fields.length === 0 || this.#formWanted) return;
    this.#formWanted = true;
    const actions = {
      keep: (answers: Record<string, string>) => (client.identity.answers = answers),
      start: () => {
        void client.connect();
        void client.dispatch.start();
      },
    };
    this.#dressed(import("./form")).then(
      ({ StartForm }) => {
        this.#form = new StartForm(this.words, actions);
        this.#formPlace.append(this.#form.element);
        this.render();
      },
      () => (this.#formWanted = false),
    );
  }

  #renderButtons(offered: readonly QuickButton[] | undefined): void {
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#buttons.replaceChildren(...(offered ?? []).map(({ label, text }) => button("choice", () => this.#send(text, {}), label)));
  }

  #send(text: string, more: Said): boolean {
    if (this.#form?.shown && !this.#form.check()) return false;
    this.client.send(text, more);
    this.#list.toEnd();
    return true;
  }

  #drop(queued: QueuedMessage): void {
    this.client.outbox.remove(queued.id);
    this.client.changed();
    this.#composer.focus();
  }

  async #jump(id: number): Promise<void> {
    if (!(await this.#list.show(id))) this.alert("");
  }

  /** Files may be let fall anywhere on the panel. */
  #takeDrops(): void {
    const { element } = this;
    const over = (event: DragEvent, on: boolean): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      element.classList.toggle("dropping", on);
    };
    element.addEventListener("dragover", (event) => over(event, true));
    element.addEventListener("dragleave", (event) => over(event, element.contains(event.relatedTarget as Node)));
    element.addEventListener("drop", (event) => {
      over(event, false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) void this.#composer.attach(files);
    });
  }

  /** Where no form is there to say it. */
  #renderRefusal(refusal: Refusal | null): void {
    if (refusal === this.#refusal) return;
    this.#refusal = refusal;
    this.#composer.alert(refusal && !this.#form?.shown ? refusal.message : "");
  }

  #renderTyping(): void {
    const { name } = this.client.typing;
    const text = name === null ? "" : this.words.say("typing", { name: name || this.words.say("us") });
    setText(this.#typing, text);
  }

  /** A short break is not worth a word; a longer one is said, with what waits. */
  #renderLink(): void {
    const { client, words } = this;
    const trouble = client.link === "lost" || client.link === "connecting";
    if (!trouble) this.#troubleSince = 0;
    else if (!this.#troubleSince) {
      this.#troubleSince = Date.now();
      this.#troubleTimer = setTimeout(() => this.#renderLink(), PATIENCE_MS);
    }
    const said = trouble && Date.now() - this.#troubleSince >= PATIENCE_MS - 50;
    const waiting = client.outbox.waiting().length;
    let text = said ? words.say(client.link === "lost" ? "link.lost" : "link.connecting") : "";
    if (text && waiting) text += ` · ${words.say("link.waiting", { count: waiting })}`;
    if (!trouble && client.dispatch.held) text = words.say("link.held");
    if (this.#link.textContent === text) return;
    this.#link.replaceChildren(...(text ? [icon("waiting"), text] : []));
  }
}
