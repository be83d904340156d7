import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { openConversation } from "../actions";
import type { Head } from "../model/types";
import { now } from "../net/clock";
import { Failure } from "../net/errors";
import { listConversations } from "../net/rest";
import { head, pane } from "../store";
import { t } from "../i18n";
import { longMoment, shortMoment, webAddress } from "./format";
import { channelIcon, Icon, type IconName } from "./icons";
import { Face, IconButton, Moment } from "./parts";
import { later } from "./Later";
import { nameOf } from "./Row";

function Fact({ icon, name, children }: { icon: IconName; name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>
        <Icon name={icon} size={16} />
        <span>{name}</span>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function Link({ url, title }: { readonly url: string; readonly title: string | null }) {
  const address = webAddress(url);
  if (!address) return <span>{title ?? url}</span>;
  return (
    <a href={address.href} target="_blank" rel="noopener noreferrer" title={address.href}>
      {title && <span class="page-title">{title}</span>}
      <span class="page-url">{address.shown}</span>
    </a>
  );
}

function Facts({ of }: { readonly of: Head }) {
  const { contact } = of;
  return (
    <dl class="facts">
      <Fact icon="eye" name={t("card.last_seen")}>
        {of.visitorOnline ? (
          <span class="online-word">{t("card.online")}</span>
        ) : contact.lastSeenAt === null ? (
          t("card.never_seen")
        ) : (
          <Moment at={contact.lastSeenAt} text={longMoment(contact.lastSeenAt, now.value)} />
        )}
      </Fact>
      {of.pageUrl && (
        <Fact icon="link" name={t("card.page")}>
          <Link url={of.pageUrl} title={of.pageTitle} />
        </Fact>
      )}
      {of.referrer && (
        <Fact icon="inbox" name={t("card.referrer")}>
          <Link url={of.referrer} title={null} />
        </Fact>
      )}
      {of.rating !== null && (
        <Fact icon="star" name={t("card.rating")}>
          {t("card.stars", { score: of.rating })} {of.ratingText}
        </Fact>
      )}
    </dl>
  );
}

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
  if (earlier === "failed") return <p class="hint">{t("card.earlier_failed")}</p>;
  const others = earlier.filter(({ id }) => id !== of.id);
  if (others.length === 0) return <p class="hint">{t("card.earlier_none")}</p>;
  return (
    <ul class="earlier">
      {others.map((other) => (
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
          {t(of.contact.returning ? "card.returning" : "card.new")}
        </p>
      </div>
      <Facts of={of} />
      <ContactCard key={of.contact.id} id={of.contact.id} conversationId={of.id} />
      <h3>{t("card.earlier")}</h3>
      <EarlierOnes of={of} />
      <BlockVisitor key={`block-${of.contact.id}`} contactId={of.contact.id} conversationId={of.id} />
      <p class="hint number">{t("card.number", { number: of.id })}</p>
    </section>
  );
}
