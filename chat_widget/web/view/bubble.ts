// One message as an article. It is made once and then only corrected, so that nothing is read out twice.

import type { Queued, QueuedMessage } from "../outbox";
import { guessLanguage } from "../language";
import { findLinks, readAddress } from "../links";
import type { Message } from "../protocol";
import type { Words } from "../words";
import { avatar, el, icon, setAttribute, setText, type Shape } from "./dom";

export type Mark = "waiting" | "sent" | "read" | "refused";

/** What a bubble shows: a message of the server, or one of ours that is not there yet. */
export interface Row {
  key: string;
  at: Date;
  own: boolean;
  message: Message | null;
  queued: QueuedMessage | null;
  mark: Mark | null;
  /** The message before is by the same author and recent. */
  follows: boolean;
  quoted: Message | undefined;
  /** The value of the pressed button, pressed for good or waiting to be sent. */
  choice: string | undefined;
}

export interface BubbleActions {
  choose(message: Message, value: string): void;
  edit(queued: Queued): void;
  drop(queued: Queued): void;
}

export class Bubble {
  readonly element: HTMLElement;
  readonly #author = el("div", { class: "author" });
  readonly #quote = el("div", { class: "quote" });
  readonly #text = el("div", { class: "text", dir: "auto" });
  readonly #edited = el("span", { class: "edited" });
  readonly #time = el("time");
  readonly #mark = el("span", { class: "mark", attrs: { "aria-live": "off" } });
  readonly #choices = el("div", { class: "choices", hidden: true });
  readonly #refusal = el("div", { class: "refusal", hidden: true, attrs: { role: "alert" } });
  #shownText: string | null = null;
  #shownChoices = "";
  #shownMark: Mark | null = null;
  #refused: string | null = null;

  constructor(
    row: Row,
    private readonly words: Words,
    private readonly actions: BubbleActions,
    base: URL,
  ) {
    const meta = el("div", { class: "meta" }, this.#edited, this.#time, this.#mark);
    const box = el("div", { class: "bubble" }, this.#quote, this.#text, meta);
    const author = row.message?.author;
    const photo = author?.photo ? readAddress(author.photo, base) : null;
    const face = !row.own && author ? avatar(this.#name(row), photo) : null;
    this.element = el("article", { class: row.own ? "own" : (author?.kind ?? "agent") }, face, this.#author, box, this.#choices, this.#refusal);
    this.update(row);
  }

  update(row: Row): void {
    const { words } = this;
    const name = this.#name(row);
    this.element.classList.toggle("follows", row.follows);
    this.element.classList.toggle("deleted", row.message?.deleted === true);
    setAttribute(this.element, "aria-label", `${name}, ${words.time(row.at)}`);
    setText(this.#author, name);
    this.#showText(row);
    setText(this.#edited, row.message?.edited_at && !row.message.deleted ? words.say("edited") : "");
    if (row.message?.edited_at) this.#edited.title = words.full(new Date(row.message.edited_at));
    setText(this.#time, words.time(row.at));
    this.#time.dateTime = row.at.toISOString();
    this.#time.title = words.full(row.at);
    this.#showMark(row.mark);
    this.#showChoices(row);
    this.#showRefusal(row.queued);
  }

  #name(row: Row): string {
    return row.own ? this.words.say("you") : row.message?.author.name || this.words.say("us");
  }

  #showText(row: Row): void {
    const { words } = this;
    const { message } = row;
    const text = message?.deleted ? words.say("deleted") : (message?.text ?? row.queued?.text ?? "");
    const attachments = message?.attachments?.length ?? 0;
    const shown = text || words.say(attachments ? "attachments" : "unsupported", { count: attachments });
    if (shown !== this.#shownText) {
      this.#shownText = shown;
      this.#text.replaceChildren(...findLinks(shown).map((piece) => (piece.href ? link(piece.text, piece.href) : piece.text)));
      this.#text.lang = text && !message?.deleted ? guessLanguage(text, words.language) : words.language;
    }
    const { quoted } = row;
    const cited = quoted && !message?.deleted ? quoted.text || words.say("deleted") : "";
    setText(this.#quote, cited.length > 140 ? `${cited.slice(0, 140)}…` : cited);
    if (quoted) setAttribute(this.#quote, "title", words.say("reply_to", { name: quoted.author.name || words.say("you") }));
  }

  #showMark(mark: Mark | null): void {
    if (mark === this.#shownMark) return;
    this.#shownMark = mark;
    if (!mark) return this.#mark.replaceChildren();
    const word = this.words.say(mark === "refused" ? "refused" : `mark.${mark}`);
    this.#mark.title = word;
    this.#mark.replaceChildren(icon(mark satisfies Shape), el("span", { class: "hidden" }, word));
  }

  #showChoices({ message, choice }: Row): void {
    const buttons = (message && !message.deleted && message.buttons) || [];
    const shown = JSON.stringify([buttons, choice]);
    if (!message || shown === this.#shownChoices) return;
    this.#shownChoices = shown;
    this.#choices.hidden = buttons.length === 0;
    this.#choices.replaceChildren(
      ...buttons.map(({ value, label }) => {
        const chosen = value === choice;
        const button = el("button", { type: "button", class: "choice", disabled: choice !== undefined }, chosen && icon("sent"), label);
        if (chosen) button.append(el("span", { class: "hidden" }, `, ${this.words.say("chosen")}`));
        setAttribute(button, "aria-pressed", String(chosen));
        button.addEventListener("click", () => this.actions.choose(message, value));
        return button;
      }),
    );
  }

  #showRefusal(queued: Queued | null): void {
    const refused = queued?.refusal?.message ?? null;
    if (refused === this.#refused) return;
    this.#refused = refused;
    this.#refusal.hidden = refused === null;
    if (!queued || refused === null) return this.#refusal.replaceChildren();
    const act = (text: string, does: () => void): HTMLElement => {
      const button = el("button", { type: "button", class: "small" }, text);
      button.addEventListener("click", does);
      return button;
    };
    this.#refusal.replaceChildren(
      el("span", {}, `${this.words.say("refused")}: ${refused}`),
      act(this.words.say("refused.edit"), () => this.actions.edit(queued)),
      act(this.words.say("refused.drop"), () => this.actions.drop(queued)),
    );
  }
}

function link(text: string, href: string): HTMLAnchorElement {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}
