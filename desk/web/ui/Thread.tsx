// One dialog's messages. Kept in blocks: a new message redraws its block only, and blocks far from the eye leave the document.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../actions";
import { loadOlder } from "../net/live";
import { outgoing } from "../net/sender";
import { markRead } from "../net/reading";
import type { Thread as Held } from "../model/thread";
import type { Head, Message } from "../model/types";
import { toast } from "../store";
import { t } from "../i18n";
import { Block } from "./Block";
import { Announcer } from "./Announcer";
import { Pending } from "./Pending";
import { IconButton } from "./parts";
import { useSought } from "./sought";
import { messageKeys } from "./messageKeys";

const blockSize = 40;
const nearPx = 80;

/** Blocks by seq, so that older ones put before never shift the later. */
function blocksOf(messages: readonly Message[]): Message[][] {
  const blocks: Message[][] = [];
  let number = -1;
  for (const message of messages) {
    const its = Math.floor(message.seq / blockSize);
    if (its !== number) blocks.push([]);
    number = its;
    (blocks[blocks.length - 1] as Message[]).push(message);
  }
  return blocks;
}

const firstOf = (block: readonly Message[]) => block[0] as Message;
const lastOf = (block: readonly Message[] | undefined) => block?.[block.length - 1];

const cache = new WeakMap<Message, Message[]>();

/** The same array for the same messages, so that unchanged blocks are known as unchanged. */
function settled(block: Message[]): Message[] {
  const first = firstOf(block);
  const held = cache.get(first);
  if (held && held.length === block.length && held.every((message, index) => message === block[index])) return held;
  cache.set(first, block);
  return block;
}

export function Thread({ of, thread }: { readonly of: Head; readonly thread: Held }) {
  const box = useRef<HTMLDivElement>(null);
  const bottom = useRef(true);
  const sent = useRef(0);
  const heard = useRef(0);
  const latest = useRef(() => undefined as void);
  const [below, setBelow] = useState(false);
  const [unreadFrom, setUnreadFrom] = useState(of.agentReadSeq < of.lastSeq ? of.agentReadSeq : null);
  const firstSeq = thread.messages[0]?.seq ?? 0;
  const lastSeq = thread.messages[thread.messages.length - 1]?.seq ?? 0;
  const pending = outgoing.value.filter(({ conversationId }) => conversationId === of.id);

  useKeptPlace(box, firstSeq, () => latest.current());
  useLayoutEffect(() => {
    const pane = box.current;
    if (!pane) return;
    const said = pending.length > sent.current; // one's own words are always shown
    sent.current = pending.length;
    if (said) {
      bottom.current = true;
      setUnreadFrom(null); // who answers has read what was new
    }
    if (bottom.current) pane.scrollTop = pane.scrollHeight;
    else if (lastSeq > heard.current) setBelow(true);
    heard.current = lastSeq;
  }, [lastSeq, pending.length]);
  useEffect(() => {
    const pane = box.current;
    if (!pane) return;
    const watch = new ResizeObserver(() => bottom.current && (pane.scrollTop = pane.scrollHeight));
    watch.observe(pane);
    if (pane.firstElementChild) watch.observe(pane.firstElementChild);
    const back = () => latest.current();
    document.addEventListener("visibilitychange", back);
    return () => {
      watch.disconnect();
      document.removeEventListener("visibilitychange", back);
    };
  }, []);
  useEffect(() => {
    if (bottom.current) markRead(of, lastSeq);
  }, [lastSeq, of]);

  const look = () => {
    const pane = box.current;
    if (!pane) return;
    bottom.current = pane.scrollHeight - pane.scrollTop - pane.clientHeight < nearPx;
    if (bottom.current) {
      setBelow(false);
      markRead(of, lastSeq);
    }
    if (pane.scrollTop < 800) loadOlder(of.id).catch((error: unknown) => toast(sentenceOf(error), "error"));
  };
  latest.current = look;
  useSought(of.id, thread, box, () => (bottom.current = false));
  const toEnd = () => {
    bottom.current = true;
    box.current?.scrollTo({ top: box.current.scrollHeight });
    setBelow(false);
  };
  const blocks = blocksOf(thread.messages).map(settled);

  return (
    <div class="thread-frame">
      <div
        ref={box}
        class="thread"
        role="region"
        aria-label={t("dialog.messages")}
        tabIndex={0}
        onScroll={look}
        onKeyDown={messageKeys}
      >
        <div class="thread-inner">
          {thread.moreBefore ? (
            <p class="older" role="status">{t("dialog.loading_older")}</p>
          ) : (
            <p class="older">{t("dialog.beginning")}</p>
          )}
          {blocks.map((block, index) => (
            <Block
              key={Math.floor(firstOf(block).seq / blockSize)}
              messages={block}
              before={lastOf(blocks[index - 1])}
              unreadFrom={unreadFrom}
              read={Math.min(of.visitorReadSeq, lastOf(block)?.seq ?? 0)}
              language={of.contact.language}
              pane={box}
            />
          ))}
          <Pending items={pending} />
        </div>
      </div>
      {below && <IconButton icon="down" label={t("dialog.to_end")} class="to-end" showLabel onClick={toEnd} />}
      <Announcer conversationId={of.id} messages={thread.messages} />
    </div>
  );
}

/** Holds what is seen in its place while older messages are put above it, or into the top of the first block. */
function useKeptPlace(box: { readonly current: HTMLDivElement | null }, firstSeq: number, after: () => void): void {
  const pane = box.current;
  const block = pane?.querySelector(".block") ?? null; // measured before the older ones are there
  const bottom = block?.getBoundingClientRect().bottom ?? 0;
  useLayoutEffect(() => {
    if (!pane || !block?.isConnected) return;
    pane.scrollTop += block.getBoundingClientRect().bottom - bottom;
    after();
  }, [firstSeq]);
}
