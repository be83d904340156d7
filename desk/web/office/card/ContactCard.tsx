// A contact's card: beside a dialog in one column, on its own page in two.

import { useEffect, useState } from "preact/hooks";
import { Failure } from "../../net/errors";
import { t } from "../../i18n";
import { addressOf } from "../../route";
import { may } from "../../ui/may";
import { cards, loadCard } from "../cards";
import { needCatalogues } from "../catalogues";
import { Failed, Skeletons } from "../parts";
import { o } from "../words";
import { ContactTasks } from "../Tasks";
import { Documents, Reach, Standing } from "./Booking";
import { Details } from "./Details";
import { Duplicates } from "./Duplicates";
import { History } from "./History";
import { Addresses, Extras, Subjects } from "./Lists";
import { Remarks } from "./Remarks";

/** The card as kept here, loaded when it is first wanted. */
export function useCard(id: number) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = () => {
    setFailure(null);
    loadCard(id).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    });
  };
  useEffect(load, [id]);
  useEffect(() => void needCatalogues(), []);
  return { card: cards.value.get(id) ?? null, failure, load };
}

/** Beside a dialog. */
export function ContactCard({ id, conversationId }: { readonly id: number; readonly conversationId: number }) {
  const { card, failure, load } = useCard(id);
  const [turn, setTurn] = useState(0);
  const added = () => setTurn((times) => times + 1);
  if (!card) return failure ? <Failed failure={failure} again={load} /> : <Skeletons />;
  return (
    <div class="contact-card" key={id}>
      <a class="open-page" href={addressOf("contacts", [id])}>
        {o("card.page")}
      </a>
      <Duplicates card={card} merged={added} />
      <Standing contactId={id} turn={turn} />
      <Details card={card} />
      <Addresses card={card} />
      <Subjects card={card} />
      <Extras card={card} />
      <Reach contactId={id} />
      <Documents contactId={id} />
      {may("contacts.edit") && <Remarks contactId={id} conversationId={conversationId} added={added} />}
      <ContactTasks contactId={id} turn={turn} changed={added} />
      <History contactId={id} turn={turn} />
    </div>
  );
}

export function WideCard({ id }: { readonly id: number }) {
  const { card, failure, load } = useCard(id);
  const [turn, setTurn] = useState(0);
  const added = () => setTurn((times) => times + 1);
  if (!card) return failure ? <Failed failure={failure} again={load} /> : <Skeletons />;
  return (
    <div class="contact-page">
      <div class="contact-left">
        <h2 class="hidden">{t("card.title")}</h2>
        <Standing contactId={id} turn={turn} />
          <Details card={card} />
        <Addresses card={card} />
        <Subjects card={card} />
        <Extras card={card} />
        <Reach contactId={id} />
        <Documents contactId={id} />
      </div>
      <div class="contact-right">
        <Duplicates card={card} merged={added} />
        {may("contacts.edit") && <Remarks contactId={id} added={added} />}
        <ContactTasks contactId={id} turn={turn} changed={added} />
        <History contactId={id} turn={turn} />
      </div>
    </div>
  );
}
