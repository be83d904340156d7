// Which of the five languages to speak, and which one a text is probably written in.

import { languages, type Language } from "./generated/texts";

/** What each language calls itself. */
export const ownNames: Readonly<Record<Language, string>> = {
  hy: "Հայերեն",
  ka: "ქართული",
  kk: "Қазақша",
  ru: "Русский",
  en: "English",
};

/** The language of a BCP 47 tag (`hy`, `hy-AM`), undefined for any other. */
export function readTag(tag: string | null | undefined): Language | undefined {
  const code = tag?.trim().toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === code);
}

/** The first tag that is one of the five, else English. */
export function chooseLanguage(tags: readonly (string | null | undefined)[]): Language {
  for (const tag of tags) {
    const language = readTag(tag);
    if (language) return language;
  }
  return "en";
}

/**
 * The value of a `lang` attribute for words of unknown origin, so that a screen reader picks the right voice. Armenian and
 * Georgian are known by their letters, Kazakh by those that Russian lacks; Cyrillic without them is Russian unless the
 * reader uses Kazakh. Latin letters tell nothing: empty, which means unknown.
 */
export function guessLanguage(text: string, reader: Language): Language | "" {
  if (/[\u0531-\u058f]/.test(text)) return "hy";
  if (/[\u10a0-\u10ff\u1c90-\u1cbf]/.test(text)) return "ka";
  if (/[әғқңөұүһі]/i.test(text)) return "kk";
  if (/[\u0400-\u04ff]/.test(text)) return reader === "kk" ? "kk" : "ru";
  return reader === "en" ? "en" : "";
}
