/** Style sheets come in as text, made small by build.mjs. */
declare module "*.css" {
  const text: string;
  export default text;
}

/** Where the app lies, seen from widget.js; put in by build.mjs. */
declare const APP_PATH: string;

/** Where the bundle of what is rarely needed lies, seen from the app; put in by build.mjs. */
declare const EXTRAS_PATH: string;

/** Where the part lies that says a word of its own accord; put in by build.mjs. */
declare const PROACTIVE_PATH: string;

/** What the launcher says in each language; put in by build.mjs. */
declare const LAUNCHER_TEXTS: Readonly<Record<import("./generated/texts").Language, { open: string; close: string }>>;

interface Window {
  /** Not yet in every browser; all that is asked of it. */
  Temporal?: { Now: { timeZoneId(): string } };
}
