// What the widget's parts agree on: the loader and the app, the app and the client.

import type { Language } from "./generated/texts";
import type { Availability, Hello, Message } from "./protocol";

export interface Config {
  /** The folder that widget.js lies in, with a slash at its end. */
  base: URL;
  inbox: string;
  language: Language;
  /** Adds a style sheet to the widget. */
  dress(css: string): void;
  /** Sets the business's colour, unless the site states one. */
  paint(accent: string | null | undefined): void;
}

export interface Widget {
  open(): void;
  close(): void;
  setLanguage(language: Language): void;
  destroy(): void;
}

export interface App {
  mount(config: Config, root: ShadowRoot, launcher: HTMLButtonElement): Promise<Widget>;
}

/** What the server says of the business, in the visitor's language. */
export type Profile = Pick<Hello, "form" | "greeting" | "theme" | "business" | "language" | "files" | keyof Availability>;

/** What the client is handed. */
export interface Surroundings {
  base: URL;
  inbox: string;
  language(): string;
  /** Something to show has changed. */
  changed(): void;
  /** The other side said something, just now. */
  heard(message: Message): void;
  /** Something went wrong that no bubble shows; the text may be empty. */
  failed(message: string): void;
}
