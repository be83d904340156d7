import "./moreIcons";
import { useEffect, useState } from "preact/hooks";
import { openConversation } from "../actions";
import type { Head } from "../model/types";
import { now } from "../net/clock";
import { Failure } from "../net/errors";
import { listConversations } from "../net/rest";
import { channels, head, pane } from "../store";
import { t } from "../i18n";
import { Fact, Link } from "./Fact";
import { longMoment, shortMoment } from "./format";
import { channelIcon, Icon } from "./icons";
import { Face, IconButton, Moment } from "./parts";
import { later } from "./Later";
import { nameOf } from "./Row";
import { VisitFacts } from "./Visit";

const Offer = later(() => import("./side/Offer").then((module) => module.Offer), false);

function Facts({ of }: { readonly of: Head }) {
  const { contact } = of;
  return (
    <>
      <dl class="facts">
        <Fact icon="eye" name={t("office.facts.last_seen")}>
          {of.visitorOnline ? (
            <span class="online-word">{t("office.facts.online")}</span>
          ) : contact.lastSeenAt === null ? (
            t("office.facts.never_seen")
          ) : (
            <Moment at={contact.lastSeenAt} text={longMoment(contact.lastSeenAt, now.value)} />
          )}
        </Fact>
        {of.pageUrl && (
          <Fact icon="link" name={t("office.facts.page")}>
            <Link url={of.pageUrl} title={of.pageTitle} />
          </Fact>
        )}
        {of.referrer && (
          <Fact icon="inbox" name={t("office.facts.referrer")}>
            <Link url={of.referrer} title={null} />
          </Fact>
        )}
        <VisitFacts of={of} />
        {of.rating !== null && (
          <Fact icon="star" name={t("office.facts.rating")}>
            {t("office.facts.stars", { score: of.rating })} {of.ratingText}
          </Fact>
        )}
      </dl>
      {of.channel === "web" && of.status !== "resolved" && [...channels.value.values()].some((one) => one.has("invites")) && <Offer of={of} />}
    </>
  );
}

const fewEarlier = 3;

type Earlier = readonly Head[] | "loading" | "failed";

function useEarlier(of: Head): Earlier {
  const [earlier, setEarlier] = useState<Earlier>("loading");
  useEffect(() => {
    let alive = true;
    setEarlier("loading");
    listConversations({ contact: of.contact.id, limit: 20 })
      .then(({ heads }) => alive && setEarlier(heads))
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (alive) setEarlier("failed");
      });
    return () => void (alive = false);
  }, [of.contact.id, of.id, of.status]);
  return earlier;
}

function EarlierOnes({ of }: { readonly of: Head }) {
  const earlier = useEarlier(of);
  if (earlier === "loading") return <span class="skeleton line" />;
  if (earlier === "failed") return <p class="hint">{t("office.facts.earlier_failed")}</p>;
  const others = earlier.filter(({ id }) => id !== of.id);
  if (others.length === 0) return <p class="hint">{t("office.facts.earlier_none")}</p>;
  return (
    <>
      <Talks of={others.slice(0, fewEarlier)} />
      {others.length > fewEarlier && (
        <details class="earlier-rest">
          <summary>{t("office.facts.earlier_all", { count: others.length - fewEarlier })}</summary>
          <Talks of={others.slice(fewEarlier)} />
        </details>
      )}
    </>
  );
}

function Talks({ of }: { readonly of: readonly Head[] }) {
  return (
    <ul class="earlier">
      {of.map((other) => (
        <li key={other.id}>
          <button type="button" onClick={() => void openConversation(other.id)}>
            <span class="row-line">
              <span class={`status ${other.status}`}>{t(`status.${other.status}`)}</span>
              <span class="when">
                <Icon name={channelIcon(other.channel)} size={13} /> {shortMoment(other.lastMessageAt ?? other.createdAt, now.value)}
              </span>
            </span>
            <span class="last">{other.lastText || t("list.no_words")}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const ContactCard = later<{ readonly id: number; readonly conversationId: number }>(() => import("../office/card/ContactCard").then((module) => module.ContactCard));

const BlockVisitor = later<{ readonly contactId: number; readonly conversationId: number }>(() => import("../office/card/BlockVisitor").then((module) => module.BlockVisitor));

export function CardPane() {
  const of = head.value;
  if (!of) return null;
  return (
    <section class="card-pane" aria-label={t("card.title")}>
      <IconButton icon="close" label={t("close")} class="card-close" onClick={() => (pane.value = "dialog")} />
      <div class="card-top">
        <Face id={of.contact.id} name={of.contact.name} online={of.visitorOnline} />
        <h2>{nameOf(of)}</h2>
        <p class={`tag ${of.contact.returning ? "returning" : "new"}`}>
          <Icon name={of.contact.returning ? "reopen" : "star"} size={14} />
          {t(of.contact.returning ? "office.facts.returning" : "office.facts.new")}
        </p>
      </div>
      <Facts of={of} />
      <h3>{t("office.facts.earlier")}</h3>
      <EarlierOnes of={of} />
      <ContactCard key={of.contact.id} id={of.contact.id} conversationId={of.id} />
      <BlockVisitor key={`block-${of.contact.id}`} contactId={of.contact.id} conversationId={of.id} />
      <p class="hint number">{t("office.facts.number", { number: of.id })}</p>
    </section>
  );
}
