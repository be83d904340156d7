// What the widget's parts agree on: the loader and the app, the app and the client.

import type { Language } from "./generated/texts";
import type { Availability, Hello, Message, Theme } from "./protocol";

export interface Config {
  /** The folder that widget.js lies in, with a slash at its end. */
  base: URL;
  inbox: string;
  language: Language;
  /** Adds a style sheet to the widget. */
  dress(css: string): void;
  /** Makes it look as the business wants, where the site itself says nothing else. */
  wear(theme: Theme): void;
  /** Whom the site vouches for. */
  person: Person | null;
  /** The word of ours that was answered by opening the chat. */
  said: string;
}

/** A customer of the site: what it says of him, and its signature. */
export interface Person {
  identity: object | string;
  identity_hash: string;
}

export interface Widget {
  open(): void;
  close(): void;
  setLanguage(language: Language): void;
  /** Another customer is there, or none. */
  identify(): void;
  destroy(): void;
}

export interface App {
  mount(config: Config, root: ShadowRoot, launcher: HTMLButtonElement): Promise<Widget>;
}

/** What the server says of the business, in the visitor's language. */
export type Profile = Pick<Hello, "form" | "greeting" | "theme" | "widget" | "blocked" | "business" | "language" | "files" | keyof Availability>;

/** What the client is handed. */
export interface Surroundings {
  base: URL;
  inbox: string;
  language(): string;
  person(): Person | null;
  /** The site may not have the chat. */
  unwelcome(message: string): void;
  /** Something to show has changed. */
  changed(): void;
  /** The other side said something, just now. */
  heard(message: Message): void;
  /** Something went wrong that no bubble shows; the text may be empty. */
  failed(message: string): void;
}
