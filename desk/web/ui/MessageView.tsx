import { activityText, t } from "../i18n";
import type { Message } from "../model/types";
import { botSpoke, me, state } from "../store";
import { now } from "../net/clock";
import { addressOf, go } from "../route";
import { Files } from "./LaterFiles";
import { clockTime, exactMoment, iso, longMoment } from "./format";
import { channelIcon, Icon } from "./icons";
import { later } from "./Later";
import { memo } from "./memo";
import { channelName } from "./Row";
import { active, MessageActions } from "./MessageActions";
import { sought } from "./sought";
import { Rich } from "./Rich";

const ReadingLine = later<{ readonly id: number }>(() => import("./side/ReadingLine").then((module) => module.ReadingLine), false);

const Undelivered = later<{ readonly message: Message }>(() => import("./side/Undelivered").then((module) => module.Undelivered), false);

interface MessageProps {
  readonly message: Message;
  readonly grouped: boolean;
  readonly read: boolean;
  readonly language: string | null;
}

function activityOf(message: Message): string {
  const { activity } = message;
  if (!activity) return message.text;
  const until = Date.parse(activity.fields["until"] ?? "");
  const fields: Record<string, string> = Number.isNaN(until) ? { ...activity.fields } : { ...activity.fields, until: longMoment(until, now.value) };
  if (fields["channel"]) fields["channel"] = channelName(fields["channel"]);
  return activityText(activity.code, fields) ?? message.text;
}

function ActivityLine({ message }: { readonly message: Message }) {
  return (
    <p class="activity" data-seq={message.seq}>
      <span>{activityOf(message)}</span>
      <Time at={message.at} />
    </p>
  );
}

function Time({ at }: { readonly at: number }) {
  return (
    <time class="at" dateTime={iso(at)} title={exactMoment(at)}>
      {clockTime(at)}
    </time>
  );
}

const authorOf = (message: Message) =>
  message.author.kind === "bot"
    ? message.author.name || t("author.bot")
    : message.author.kind === "agent" && message.author.id !== null && message.author.id === me.value?.id
      ? t("list.you")
      : message.author.name || t(message.author.kind === "visitor" ? "author.visitor" : "author.agent");

export function findMessage(conversationId: number, id: number): Message | undefined {
  return state.peek().threads.get(conversationId)?.messages.find((message) => message.id === id);
}

/** One line of a message: its words, or the names of its files. */
export const lineOf = ({ text, attachments }: Message) => text || attachments.map(({ name }) => name).join(", ");

/** What it answers; pressed, it is brought before the eyes, however old it is. */
function Quote({ message }: { readonly message: Message }) {
  if (message.replyTo === null) return null;
  const quoted = findMessage(message.conversationId, message.replyTo);
  const seek = () => go(addressOf("dialogs", [message.conversationId], { message: message.replyTo }));
  return (
    <button type="button" class="quote" tabIndex={active.value === message.id ? 0 : -1} onClick={seek}>
      {quoted ? (
        <>
          <b>{authorOf(quoted)}</b>
          <span>{quoted.deleted ? t("message.deleted") : lineOf(quoted)}</span>
        </>
      ) : (
        <span>{t("message.quoted_earlier")}</span>
      )}
    </button>
  );
}

function Delivery({ message, read }: { readonly message: Message; readonly read: boolean }) {
  if (message.author.kind === "visitor" || message.private || message.deleted) return null;
  const state = read ? "read" : message.delivery;
  const icon = state === "read" || state === "delivered" ? "checks" : state === "queued" ? "clock" : state === "failed" || state === "uncertain" ? "alert" : "check";
  return (
    <span class={`delivery ${state}`} title={t(`delivery.${state}`)}>
      <Icon name={icon} size={15} />
      <span class="hidden">{t(`delivery.${state}`)}</span>
    </span>
  );
}

function Body({ message, language }: { readonly message: Message; readonly language: string | null }) {
  if (message.deleted) return <p class="text gone">{t("message.deleted")}</p>;
  const from = message.author.kind === "visitor" ? language : null;
  return (
    <>
      {message.attachments.length > 0 && <Files files={message.attachments} />}
      {(message.text !== "" || message.attachments.length === 0) && (
        <p class="text" lang={from ?? undefined} dir="auto">
          <Rich text={message.text} />
          {message.text === "" && message.kind !== "text" && t("message.unsupported")}
        </p>
      )}
      {message.buttons.length > 0 && (
        <ul class="choices" aria-label={t("message.choices")}>
          {message.buttons.map((button) => (
            <li key={button.value} class={button.value === message.choice ? "chosen" : ""}>
              {button.value === message.choice && <Icon name="check" size={14} />}
              {button.label}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export const MessageView = memo(function MessageView({ message, grouped, read, language }: MessageProps) {
  if (message.kind === "activity" || message.activity) return <ActivityLine message={message} />;
  const side = message.author.kind === "visitor" ? "theirs" : message.author.kind === "bot" ? "ours bot" : "ours";
  const name = authorOf(message);
  const chosen = active.value === message.id;
  return (
    <article
      class={`message ${side}${message.private ? " note" : ""}${grouped ? " grouped" : ""}${chosen ? " active" : ""}${sought.value === message.id ? " sought" : ""}`}
      data-seq={message.seq}
      data-id={message.id}
      tabIndex={chosen ? 0 : -1}
      aria-label={t(message.private ? "message.note_by" : "message.by", { name, time: clockTime(message.at) })}
      onMouseEnter={() => (active.value = message.id)}
      onFocus={() => (active.value = message.id)}
    >
      {!grouped && (
        <p class="author">
          {message.private && <Icon name="lock" size={13} />}
          {message.author.kind === "bot" && <Icon name="bot" size={14} />}
          <span>{name}</span>
          {message.private && <span class="note-word">{t("message.note")}</span>}
        </p>
      )}
      <div class="bubble">
        <Quote message={message} />
        <Body message={message} language={language} />
        <p class="marks">
          {message.edited && !message.deleted && <span>{t("message.edited")}</span>}
          {message.outOfHours && (
            <span class="out-of-hours" title={t("message.out_of_hours")}>
              <Icon name="snooze" size={14} />
              <span class="hidden">{t("message.out_of_hours")}</span>
            </span>
          )}
          {message.channel !== "web" && !message.private && <Icon name={channelIcon(message.channel)} size={14} />}
          <Time at={message.at} />
          <Delivery message={message} read={read} />
        </p>
        {(message.delivery === "failed" || message.delivery === "uncertain") && !message.deleted && <Undelivered message={message} />}
        {chosen && !message.deleted && <MessageActions message={message} />}
      </div>
      {side === "theirs" && botSpoke.value && !message.deleted && <ReadingLine id={message.id} />}
    </article>
  );
});
