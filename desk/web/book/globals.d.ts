/** By language: the words of the button, and of what closes the window. Put in by the build. */
declare const BOOK_TEXTS: Readonly<Record<string, readonly [string, string]>>;
