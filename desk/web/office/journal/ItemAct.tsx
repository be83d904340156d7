import { useState } from "preact/hooks";
import { call } from "../../net/rest";
import { toast } from "../../store";
import { Modal } from "../parts";
import { o } from "../words";
import { attempt, itemAddress, moveItem } from "./deeds";
import { statusName } from "./look";
import { When, type WhenValue } from "./When";
import type { Appointment, Item, Journal } from "./wire";
import { momentOf, wallOf } from "./zone";

interface ItemActProps {
  readonly visit: Appointment;
  readonly item: Item;
  readonly journal: Journal;
  readonly close: () => void;
  readonly reload: () => void;
}

/** One service of a visit of several goes its own way: to another time or person, or away. */
export function ItemAct({ visit, item, journal, close, reload }: ItemActProps) {
  const wall = wallOf(item.from, journal.zone);
  const first: WhenValue = { day: wall.day, minute: wall.minute, minutes: Math.round((item.to - item.from) / 60_000), providerId: item.providerId };
  const [when, setWhen] = useState(first);
  const move = () => {
    const startsAt = momentOf(when, journal.zone);
    const endsAt = when.minutes === first.minutes ? null : startsAt + when.minutes * 60_000;
    return moveItem(visit, item, { startsAt, endsAt, providerId: when.providerId === item.providerId ? null : when.providerId }, o("saved"));
  };
  const cancel = () => attempt(() => call("DELETE", itemAddress(visit, item)), () => toast(statusName("cancelled")));
  const act = (work: () => Promise<boolean>) => {
    close();
    void work().then(reload);
  };
  return (
    <Modal title={(item.serviceId !== null && journal.services.get(item.serviceId)?.name) || o("journal.service")} close={close}>
      <form
        class="stacked-form"
        onSubmit={(event) => {
          event.preventDefault();
          act(move);
        }}
      >
        <p class="hint">{o("journal.item_about")}</p>
        <When value={when} set={setWhen} journal={journal} serviceId={item.serviceId} />
        <div class="sheet-buttons">
          <button type="button" class="button danger" onClick={() => act(cancel)}>
            {o("journal.item_cancel")}
          </button>
          <button type="submit" class="button primary">
            {o("journal.item_move")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
