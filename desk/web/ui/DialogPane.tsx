import { useRef } from "preact/hooks";
import { assignAgent, closeConversation, giveBack, mayGiveBack, reopen, resolve, take } from "../actions";
import { isUnanswered } from "../model/select";
import type { Head } from "../model/types";
import { head, me, pane, sheet, state, thread } from "../store";
import { activityText, t } from "../i18n";
import { Composer } from "./Composer";
import { now } from "../net/clock";
import { outgoing } from "../net/sender";
import { longMoment } from "./format";
import { channelIcon, Icon, Logo } from "./icons";
import { Face, IconButton, Wait } from "./parts";
import { channelName, nameOf } from "./Row";
import { Pending } from "./Pending";
import { Thread } from "./Thread";
import { TypingLine } from "./TypingLine";

function StatusMark({ of }: { readonly of: Head }) {
  if (isUnanswered(of)) {
    return (
      <span class="waiting-mark">
        <Icon name="alert" size={14} />
        <span class="waiting-word">{t("list.unanswered")}</span>
        <Wait since={of.waitingSince ?? of.createdAt} />
      </span>
    );
  }
  if (of.handler === "bot" && of.status !== "resolved") {
    return (
      <span class="status bot-leads">
        <Icon name="bot" size={14} /> {t("list.bot")}
      </span>
    );
  }
  return (
    <span class={`status ${of.status}`}>
      {t(`status.${of.status}`)}
      {of.status === "snoozed" && of.snoozedUntil !== null && ` · ${longMoment(of.snoozedUntil, now.value)}`}
    </span>
  );
}

function ownerOf(head: Head): string {
  const owner = head.assignee;
  if (owner) return owner.id === me.value?.id ? t("dialog.yours") : t("dialog.theirs", { name: owner.name });
  return head.handler === "bot" ? t("list.bot") : t("dialog.nobody");
}

/** Whose it is, where it came in, and who is to answer there. */
function StatusLine({ of }: { readonly of: Head }) {
  const words = [ownerOf(of), channelName(of.channel), of.branch?.name, of.team?.name].filter((word) => word);
  return (
    <p class="status-line" title={words.join(" · ")}>
      <Icon name={channelIcon(of.channel)} size={14} />
      <span>{words.join(" · ")}</span>
      <button type="button" class="why" aria-keyshortcuts="D" title={`${t("dialog.why")} (D)`} onClick={() => (sheet.value = "decisions")}>
        {t("dialog.why")}
      </button>
    </p>
  );
}

/** Why it was given to whom, until he answers or takes it. */
function DecisionLine({ of }: { readonly of: Head }) {
  if (!of.decision) return null;
  return <p class="activity">{activityText(of.decision.code, of.decision.fields)}</p>;
}

/** What "Take" offers: the dialog, and whose it is. */
interface Offer {
  readonly id: number;
  readonly from: number | null;
}

function Actions({ of }: { readonly of: Head }) {
  const mine = of.assignee?.id === me.value?.id;
  const own = mine && !of.decision; // what was given by itself is for all to take, until it is answered
  const open = of.status !== "resolved";
  const pressed = useRef<Offer | null>(null);
  const offer: Offer = { id: of.id, from: of.decision ? null : (of.assignee?.id ?? null) };
  const press = () => (pressed.current = offer);
  const takeIt = () => {
    // What the button said when it was pressed counts: a colleague may have been quicker meanwhile.
    const meant = pressed.current ?? offer;
    pressed.current = null;
    const self = me.value;
    if (meant.from !== null && self) void assignAgent(meant.id, self.id);
    else void take(meant.id);
  };
  return (
    <div class="actions" role="toolbar" aria-label={t("dialog.actions")}>
      {open && !own && (
        <IconButton icon="take" label={t(offer.from !== null ? "action.take_over" : of.handler === "bot" ? "action.step_in" : "action.take")} keys="T" class="primary" showLabel onPress={press} onClick={takeIt} />
      )}
      {mayGiveBack(of) && <IconButton icon="bot" label={t("action.give_back")} keys="B" onClick={() => void giveBack(of.id)} />}
      {open && <IconButton icon="assign" label={t("action.assign")} keys="A" onClick={() => (sheet.value = "assign")} />}
      {open && <IconButton icon="escalate" label={t("action.escalate")} keys="X" onClick={() => (sheet.value = "escalate")} />}
      {open && <IconButton icon="snooze" label={t("action.snooze")} keys="S" onClick={() => (sheet.value = "snooze")} />}
      {open ? (
        <IconButton icon="check" label={t("action.resolve")} keys="E" class={own ? "good" : ""} showLabel onClick={() => void resolve(of.id)} />
      ) : (
        <IconButton icon="reopen" label={t("action.reopen")} keys="E" class="primary" showLabel onClick={() => void reopen(of.id)} />
      )}
      <IconButton icon="card" label={t("card.title")} keys="I" class="card-toggle" pressed={pane.value === "card"} onClick={toggleCard} />
    </div>
  );
}

export const toggleCard = () => (pane.value = pane.value === "card" ? "dialog" : "card");

export function DialogPane() {
  const of = head.value;
  if (!of) return <NothingOpen />;
  return (
    <section class="dialog-pane" aria-label={t("dialog.label", { name: nameOf(of) })}>
      <header class={`dialog-head${isUnanswered(of) ? " unanswered" : ""}`}>
        <IconButton icon="back" label={t("dialog.back")} class="back" onClick={closeConversation} />
        <Face id={of.contact.id} name={of.contact.name} online={of.visitorOnline} />
        <div class="dialog-title">
          <div class="dialog-name">
            <h2>{nameOf(of)}</h2>
            <StatusMark of={of} />
          </div>
          <StatusLine of={of} />
        </div>
        <Actions of={of} />
      </header>
      {thread.value?.loaded ? <Thread key={of.id} of={of} thread={thread.value} /> : <Loading of={of} />}
      <DecisionLine of={of} />
      <TypingLine id={of.id} />
      <Composer key={of.id} of={of} />
    </section>
  );
}

/** A dialog on its way; one's own unsent words are shown already, also while the line is dead. */
function Loading({ of }: { readonly of: Head }) {
  return (
    <div class="thread loading" aria-busy="true">
      {["short", "long", "own", "short"].map((kind, index) => (
        <span key={index} class={`skeleton bubble-skeleton ${kind}`} />
      ))}
      <Pending items={outgoing.value.filter(({ conversationId }) => conversationId === of.id)} />
    </div>
  );
}

function NothingOpen() {
  const waiting = state.value.me !== null;
  return (
    <section class="dialog-pane nothing" aria-label={t("dialog.none")}>
      <Logo size={56} />
      <p>{waiting ? t("dialog.none") : ""}</p>
      {waiting && <p class="hint">{t("dialog.none_hint")}</p>}
    </section>
  );
}
