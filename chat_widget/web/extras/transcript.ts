// What was said, as a file to keep: a page for looking at, or plain text.

import type { Client } from "../client";
import type { Message } from "../protocol";
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

async function fetchAll(client: Client): Promise<Message[] | null> {
  let all = client.talk.list();
  let more = client.talk.moreBefore;
  while (more) {
    const found = await client.history(all[0]?.seq ?? 0, PAGE);
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

function asPage(title: string, messages: readonly Message[], words: Words): string {
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = words.language;
  const style = "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui}p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0 1rem}h2{margin:0;font-size:1rem}time{color:#56606c;font-weight:400}";
  page.head.append(el("meta", { charset: "utf-8" }), el("style", {}, style));
  page.body.append(el("h1", {}, title));
  for (const message of messages) {
    const { who, at, text } = lineOf(message, words);
    page.body.append(el("article", {}, el("h2", {}, `${who} `, el("time", { datetime: message.at }, at)), el("p", { dir: "auto" }, text)));
  }
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}
