// What the loader and the app agree on.

import type { Language } from "./generated/texts";

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
