import { memo } from "./memo";
import { openConversation } from "../actions";
import { isUnanswered } from "../model/select";
import type { Head } from "../model/types";
import { now } from "../net/clock";
import { typists } from "../net/typing";
import { me } from "../store";
import { t, textOf } from "../i18n";
import { cursor } from "./cursor";
import { exactMoment, iso, longMoment, shortMoment } from "./format";
import { channelIcon, Icon } from "./icons";
import { Face, Wait } from "./parts";

export const rowId = (id: number) => `row-${id}`;

interface RowProps {
  readonly head: Head;
  readonly top: number;
  readonly place: number;
  readonly of: number;
  readonly chosen: boolean;
  readonly active: boolean;
}

export const nameOf = (head: Head) => head.contact.name || head.contact.phone || t("contact.nameless", { number: head.contact.id });

function When({ at }: { readonly at: number }) {
  // Redrawn with the clock, but compared as text: "yesterday" comes by itself.
  return (
    <time class="when" dateTime={iso(at)} title={exactMoment(at)}>
      {shortMoment(at, now.value)}
    </time>
  );
}

function LastWords({ head }: { readonly head: Head }) {
  const typing = typists.value.find(({ conversationId, side }) => conversationId === head.id && side === "visitor");
  if (typing) return <span class="last typing-words">{t("typing.short")}</span>;
  return <span class="last">{head.lastText || t("list.no_words")}</span>;
}

function StateOf({ head }: { readonly head: Head }) {
  if (isUnanswered(head)) {
    return (
      <span class="waiting-mark">
        <Icon name="alert" size={14} />
        <span class="waiting-word">{t("list.unanswered")}</span>
        <Wait since={head.waitingSince ?? head.createdAt} />
      </span>
    );
  }
  if (head.status === "resolved") return <span class="quiet-mark"><Icon name="check" size={14} /> {t("status.resolved")}</span>;
  if (head.status === "snoozed") {
    return (
      <span class="quiet-mark">
        <Icon name="snooze" size={14} />
        {head.snoozedUntil ? longMoment(head.snoozedUntil, now.value) : t("status.snoozed")}
      </span>
    );
  }
  if (head.handler === "bot") return <span class="quiet-mark"><Icon name="bot" size={14} /> {t("list.bot")}</span>;
  return null;
}

/** When somebody who is not on the site now was there last. */
function Seen({ head }: { readonly head: Head }) {
  const at = head.contact.lastSeenAt;
  if (head.visitorOnline || at === null) return null;
  return (
    <time class="seen" dateTime={iso(at)} title={t("list.seen", { moment: exactMoment(at) })}>
      <Icon name="eye" size={13} />
      <span class="hidden">{t("list.seen", { moment: "" })}</span> {shortMoment(at, now.value)}
    </time>
  );
}

function Owner({ head }: { readonly head: Head }) {
  const place = head.branch?.name ?? head.team?.name;
  const own = head.assignee?.id === me.value?.id;
  const owner = own ? t("list.you") : (head.assignee?.name ?? null);
  return (
    <span class="owner">
      {owner && <span class={own ? "own" : ""}>{owner}</span>}
      {owner && place && " · "}
      {place}
    </span>
  );
}

export const Row = memo(function Row({ head, top, place, of, chosen, active }: RowProps) {
  const red = isUnanswered(head);
  const fresh = head.agentReadSeq < head.lastSeq && red;
  const online = head.visitorOnline;
  return (
    <div
      id={rowId(head.id)}
      role="option"
      aria-selected={chosen}
      aria-setsize={of}
      aria-posinset={place}
      class={`row${red ? " unanswered" : ""}${fresh ? " fresh" : ""}${chosen ? " chosen" : ""}${active ? " active" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      onMouseDown={() => (cursor.value = head.id)}
      onClick={() => void openConversation(head.id)}
    >
      <Face id={head.contact.id} name={head.contact.name} online={online} />
      <span class="row-words">
        <span class="row-line">
          <span class="name">{nameOf(head)}</span>
          <span class="channel" title={channelName(head.channel)}>
            <Icon name={channelIcon(head.channel)} size={14} />
            <span class="hidden">{channelName(head.channel)}</span>
          </span>
          {head.lastMessageAt !== null && <When at={head.lastMessageAt} />}
        </span>
        <span class="row-line">
          <LastWords head={head} />
        </span>
        <span class="row-line meta">
          <StateOf head={head} />
          <Seen head={head} />
          <Owner head={head} />
        </span>
      </span>
    </div>
  );
});

/** A channel that this desk has no word for is called what it calls itself. */
export const channelName = (channel: string) => textOf(`channel.${channel}`) ?? channel;
