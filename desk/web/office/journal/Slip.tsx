import { useEffect } from "preact/hooks";
import { o } from "../words";
import { dayLine } from "./days";
import { money, servicesOf, timeOf, whoseName } from "./look";
import type { Appointment, Journal } from "./wire";
import { wallOf } from "./zone";

interface SlipProps {
  readonly visit: Appointment;
  readonly journal: Journal;
  readonly done: () => void;
}

/** A visit on paper, for the customer, by the clock of the place to which he comes: printed as soon as it stands. */
export function Slip({ visit, journal, done }: SlipProps) {
  useEffect(() => {
    window.addEventListener("afterprint", done);
    window.print();
    return () => window.removeEventListener("afterprint", done);
  }, []);
  const names = new Map(journal.resources.map(({ id, name }) => [id, name]));
  return (
    <section class="visit-slip" aria-label={o("journal.slip")}>
      <h2>{whoseName(visit)}</h2>
      <p>
        <b>{dayLine(wallOf(visit.from, visit.zone).day)}</b>, {timeOf(visit.from, visit.to, visit.zone)} · № {visit.id}
      </p>
      <table>
        <tbody>
          {visit.items.map((item) => (
            <tr key={item.id}>
              <td>
                {(item.serviceId !== null && journal.services.get(item.serviceId)?.name) || servicesOf(visit, journal)}
                {item.seats > 1 && ` × ${item.seats}`}
                {item.providerId !== null && `, ${names.get(item.providerId) ?? ""}`}
              </td>
              <td>{timeOf(item.from, item.to, visit.zone)}</td>
              <td class="sum">{money(item.priceMinor === null ? null : item.priceMinor * item.seats - item.discountMinor, visit.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {visit.discountMinor > 0 && (
        <p>
          {o("journal.discount")}: −{money(visit.discountMinor, visit.currency)}
        </p>
      )}
      {visit.totalMinor !== null && (
        <p>
          {o("journal.total")}: <b>{money(visit.totalMinor, visit.currency)}</b>
        </p>
      )}
      {visit.note && <p>{visit.note}</p>}
    </section>
  );
}
