import { useEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../model/types";
import { now } from "../net/clock";
import { t } from "../i18n";
import { dayName } from "./format";
import { memo } from "./memo";
import { MessageView } from "./MessageView";
import { sought } from "./sought";

interface BlockProps {
  readonly messages: readonly Message[];
  readonly before: Message | undefined;
  readonly unreadFrom: number | null;
  readonly read: number;
  readonly language: string | null;
  readonly pane: { readonly current: HTMLElement | null };
}

const groupMs = 5 * 60_000;

const dayOf = (at: number) => new Date(at).setHours(0, 0, 0, 0);

/** Said by the same one right after: then his name is not repeated. */
function continues(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.activity === null &&
    message.activity === null &&
    before.author.kind === message.author.kind &&
    before.author.id === message.author.id &&
    before.private === message.private &&
    message.at - before.at < groupMs &&
    dayOf(before.at) === dayOf(message.at)
  );
}

/** The height of a block that is far from the eye, else null. One that has got more messages is drawn again. */
function useFar(pane: BlockProps["pane"], box: { readonly current: HTMLElement | null }, count: number): number | null {
  const [far, setFar] = useState<{ readonly height: number; readonly count: number } | null>(null);
  const counted = useRef(count);
  counted.current = count;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new IntersectionObserver(
      (entries) => {
        const entry = entries[entries.length - 1];
        if (entry) setFar(entry.isIntersecting ? null : { height: entry.boundingClientRect.height, count: counted.current });
      },
      { root: pane.current, rootMargin: "2000px 0px" },
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return far?.count === count ? far.height : null;
}

export const Block = memo(function Block({ messages, before, unreadFrom, read, language, pane }: BlockProps) {
  const box = useRef<HTMLDivElement>(null);
  const far = useFar(pane, box, messages.length);
  const wanted = messages.some(({ id }) => id === sought.value); // it stays drawn, that it may be shown
  if (far !== null && !wanted) return <div ref={box} class="block" style={{ height: `${far}px` }} />;
  return (
    <div ref={box} class="block" style={{ height: "" }}>
      {messages.map((message, index) => {
        const previous = index > 0 ? messages[index - 1] : before;
        const newDay = !previous || dayOf(previous.at) !== dayOf(message.at);
        const firstUnread =
          unreadFrom !== null &&
          message.author.kind === "visitor" &&
          message.seq > unreadFrom &&
          (previous?.seq ?? 0) <= unreadFrom;
        return [
          newDay && <Day key={`day-${message.id}`} at={message.at} />,
          firstUnread && (
            <div key={`new-${message.id}`} class="unread-line">
              <span>{t("dialog.new")}</span>
            </div>
          ),
          <MessageView
            key={message.id}
            message={message}
            grouped={continues(previous, message) && !firstUnread}
            read={message.seq <= read}
            language={language}
          />,
        ];
      })}
    </div>
  );
});

function Day({ at }: { readonly at: number }) {
  return (
    <h3 class="day">
      <span>{dayName(at, now.value)}</span>
    </h3>
  );
}
