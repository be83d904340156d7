// Finds addresses of web pages in plain text. Only http and https; what ends a sentence is no part of an address.

export type Piece = { text: string; href?: string };

const ADDRESS = /https?:\/\/[^\s<>"'`«»“”]+/gi;
const TAIL = /[.,:;!?…։՝)\]}*]+$/;

/** The text in pieces, in order; those with `href` are links. */
export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimTail(match[0]);
    const href = readAddress(address);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Without closing punctuation, but with a bracket that the address itself opens. */
function trimTail(found: string): string {
  const address = found.replace(TAIL, "");
  return found[address.length] === ")" && address.includes("(") ? `${address})` : address;
}

/** The normal form of a web address, null for anything else. */
export function readAddress(text: string, base?: URL): string | null {
  try {
    const { protocol, href } = new URL(text, base);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}
