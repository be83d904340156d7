import { addressOf, go } from "../../route";
import { now } from "../../net/clock";
import { longMoment } from "../../ui/format";
import { Face, Moment } from "../../ui/parts";
import { cards } from "../cards";
import { Chip } from "../Chips";
import { Heading } from "../parts";
import { counted, o } from "../words";
import { CardMenu, nameOf } from "./acts";
import { WideCard } from "./ContactCard";

/** A contact on a page of its own. */
export function ContactPage({ id }: { readonly id: number }) {
  const card = cards.value.get(id);
  return (
    <main class="office contact-place">
      <Heading text={card ? nameOf(card) : o("contacts.title")} back={{ href: addressOf("contacts"), text: o("contacts.back") }}>
        {card && <CardMenu card={card} gone={() => go(addressOf("contacts"))} />}
      </Heading>
      {card && (
        <div class="contact-sum">
          <Face id={card.id} name={card.name} />
          <div>
            <p class="contact-sum-line">
              {card.categories.map((one) => (
                <Chip key={one.id} entry={one} />
              ))}
              {card.deletedAt !== null && <span class="mark bad">{o("card.in_bin")}</span>}
              {card.mergedInto !== null && <a href={addressOf("contacts", [card.mergedInto])}>{o("card.merged_into")}</a>}
            </p>
            <p class="hint">
              {counted("count.conversations", card.conversations)}
              {card.lastSeenAt !== null && (
                <>
                  {" · "}
                  {o("field.last_seen_at")}: <Moment at={card.lastSeenAt} text={longMoment(card.lastSeenAt, now.value)} />
                </>
              )}
            </p>
          </div>
        </div>
      )}
      <WideCard id={id} />
    </main>
  );
}
