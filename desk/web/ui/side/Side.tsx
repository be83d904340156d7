// Calls the agent when somebody writes, and shows the chats that were given to him until he opens or answers them.

import { effect, untracked } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { openConversation } from "../../actions";
import { isUnanswered } from "../../model/select";
import type { Head, Message } from "../../model/types";
import { addressOf, route } from "../../route";
import { counts, current, heard, me, requests, state } from "../../store";
import { t } from "../../i18n";
import { Face, IconButton } from "../parts";
import { nameOf } from "../Row";
import { lookedAt, mayCall, notify, playMelody, showCount, soundOn, watchTabs } from "./alerts";

const most = 3;

function open(id: number): void {
  location.hash = addressOf("dialogs", [id]);
  void openConversation(id);
}

/** Whether a word of this dialog is for this agent to hear: his own, or nobody's yet. */
const concerns = (head: Head) => head.handler !== "bot" && (head.assignee === null || head.assignee.id === me.peek()?.id);

function call(seq: number, head: Head, words: string): void {
  const looked = lookedAt();
  if (looked === head.id || !concerns(head) || !mayCall(`${head.id}:${seq}`)) return;
  if (soundOn.value) playMelody();
  if (looked === null) notify(t("office.alerts.from", { name: nameOf(head) }), words.slice(0, 160), head.id, () => open(head.id));
}

function callFor(message: Message | null): void {
  if (!message || message.author.kind !== "visitor") return;
  const entry = state.peek().entries.get(message.conversationId);
  if (entry) call(message.seq, entry.head, message.text);
}

/** A change of the settings is no new message. */
const whenHeard = (message: Message | null) => untracked(() => callFor(message));

/** Told once each, also where the words themselves came before the chat was his. */
const told = new Set<number>();

function callForRequests(): void {
  for (const { id, conversationId } of requests.value) {
    const head = state.value.entries.get(conversationId)?.head;
    if (told.has(id) || !head) continue;
    told.add(id);
    call(head.lastSeq, head, head.lastText);
  }
}

/** Those that are answered, gone or on the screen are no news any more. */
function tidy(): void {
  const { entries, ready } = state.value;
  if (!ready) return;
  const shown = route.value.place === "dialogs" ? current.value : null;
  const left = requests.value.filter(({ conversationId }) => {
    const head = entries.get(conversationId)?.head;
    return conversationId !== shown && (!head || (isUnanswered(head) && head.assignee?.id === me.value?.id));
  });
  if (left.length !== requests.value.length) requests.value = left;
}

export function Side() {
  useEffect(() => {
    const stops = [watchTabs(), effect(() => whenHeard(heard.value)), effect(callForRequests), effect(tidy)];
    return () => {
      for (const stop of stops) stop();
      showCount(0);
    };
  }, []);
  const waiting = counts.value.mineWaiting + counts.value.free;
  useEffect(() => showCount(waiting), [waiting]);
  return <Requests />;
}

function Requests() {
  const all = requests.value;
  const shown = all.slice(-most).reverse();
  return (
    <section class="requests" aria-label={t("office.requests.label")} hidden={all.length === 0}>
      <div role="alert">
        {shown.map(({ id, conversationId, contact }) => (
          <div key={id} class="request">
            <Face id={contact.id} name={contact.name} small />
            <p>{t("office.requests.asks", { name: contact.name || t("contact.nameless", { number: contact.id }) })}</p>
            <button type="button" class="button primary" onClick={() => open(conversationId)}>
              {t("office.requests.open")}
            </button>
            <IconButton icon="close" label={t("close")} onClick={() => (requests.value = requests.value.filter((other) => other.id !== id))} />
          </div>
        ))}
      </div>
      {all.length > most && <p class="hint">{t("office.requests.more", { count: all.length - most })}</p>}
    </section>
  );
}
