// Generated from conversation/texts/*/site.json; edit those.
export type Language = "en" | "hy" | "ka" | "kk" | "ru";
export type TextKey = "alone" | "demo" | "desk" | "language" | "login" | "login_failed" | "password" | "place.almaty" | "place.tbilisi" | "place.yerevan" | "role.agent" | "role.manager" | "role.owner" | "say" | "say_hint" | "shop" | "title";
export type Texts = Readonly<Record<TextKey, string>>;
export const languages: readonly Language[] = ["en","hy","ka","kk","ru"];
/** One loader a language; each becomes a chunk of its own where the bundle is split. */
export const loadTexts: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async (): Promise<Texts> => (await import("./en.json")).default,
  hy: async (): Promise<Texts> => (await import("./hy.json")).default,
  ka: async (): Promise<Texts> => (await import("./ka.json")).default,
  kk: async (): Promise<Texts> => (await import("./kk.json")).default,
  ru: async (): Promise<Texts> => (await import("./ru.json")).default,
};
