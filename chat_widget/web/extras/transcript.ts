// What was said, as a file to keep: a page for looking at, or plain text.

import type { Client } from "../client";
import type { Found, Message } from "../protocol";
import type { Words } from "../words";
import { el } from "../view/dom";

/** The ways to have it. */
export const FORMS = ["html", "text"] as const;

const PAGE = 1_000;

/** Fetches the whole conversation and has the browser save it. Resolves to whether it could be had. */
export async function save(form: (typeof FORMS)[number], client: Client, words: Words): Promise<boolean> {
  const messages = await fetchAll(client);
  if (!messages) return false;
  const business = client.profile?.business?.name;
  const title = business ? words.say("label", { business }) : words.say("label.plain");
  const text = form === "html" ? asPage(title, messages, words) : asText(title, messages, words);
  const file = new Blob([text], { type: `text/${form === "html" ? "html" : "plain"};charset=utf-8` });
  const href = URL.createObjectURL(file);
  const day = new Date().toISOString().slice(0, 10);
  el("a", { href, download: `chat-${day}.${form === "html" ? "html" : "txt"}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
  return true;
}

async function fetchAll(client: Client): Promise<readonly Message[] | null> {
  const { gap, moreBefore } = client.talk;
  let all: readonly Message[] = client.talk.list().filter(({ seq }) => seq > gap);
  let more = moreBefore || gap > 0;
  while (more) {
    const found = await client.ask<Found>("history", { before_seq: all[0]?.seq ?? 0, limit: PAGE });
    if (!found) return null;
    all = [...found.messages, ...all];
    more = found.more_before === true;
  }
  return all;
}

function lineOf(message: Message, words: Words): { who: string; at: string; text: string } {
  const { author } = message;
  const who = author.kind === "visitor" ? words.say("you") : author.name || words.say("us");
  const files = (message.attachments ?? []).map(({ name }) => `[${name}]`);
  const text = message.deleted ? words.say("deleted") : [message.text, ...files].filter(Boolean).join("\n");
  return { who, at: words.full(new Date(message.at)), text };
}

function asText(title: string, messages: readonly Message[], words: Words): string {
  const lines = messages.map((message) => lineOf(message, words));
  return `${[title, ...lines.map(({ who, at, text }) => `${who}, ${at}\n${text}`)].join("\n\n")}\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const safe = (text: string): string => text.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? "");

const STYLE =
  "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui}p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0 1rem}" +
  "h2{margin:0;font-size:1rem}time{color:#56606c;font-weight:400}";

/** Written as a text: a document made here would be under the page's own policy. */
function asPage(title: string, messages: readonly Message[], words: Words): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${safe(title)}</title><style>${STYLE}</style>`;
  const articles = messages.map((message) => {
    const { who, at, text } = lineOf(message, words);
    return `<article><h2>${safe(who)} <time datetime="${safe(message.at)}">${safe(at)}</time></h2><p dir="auto">${safe(text)}</p></article>`;
  });
  return `<!doctype html>\n<html lang="${words.language}"><head>${head}</head><body><h1>${safe(title)}</h1>\n${articles.join("\n")}\n</body></html>\n`;
}
