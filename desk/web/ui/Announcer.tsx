import { useEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../model/types";
import { t } from "../i18n";
import { lineOf } from "./MessageView";

/** Tells screen readers the new messages of the open dialog, and nothing of its history. */
export function Announcer({ conversationId, messages }: { readonly conversationId: number; readonly messages: readonly Message[] }) {
  const heard = useRef({ id: conversationId, seq: messages[messages.length - 1]?.seq ?? 0 });
  const [lines, setLines] = useState<readonly Message[]>([]);
  useEffect(() => {
    const from = heard.current.seq;
    const fresh = messages.slice(-20).filter((message) => message.seq > from && message.author.kind !== "agent" && !message.activity);
    heard.current.seq = messages[messages.length - 1]?.seq ?? from;
    if (fresh.length > 0) setLines((old) => [...old, ...fresh].slice(-5));
  }, [messages]);
  return (
    <div class="hidden" role="log" aria-live="polite">
      {lines.map((message) => (
        <p key={message.id}>{t("announce", { name: message.author.name || t("author.visitor"), text: lineOf(message) })}</p>
      ))}
    </div>
  );
}
