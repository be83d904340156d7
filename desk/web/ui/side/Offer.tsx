// Puts links into the answer by which the customer goes on in a messenger: new ones each time, since each is for one account.

import type { Head } from "../../model/types";
import { bag, readAll, text } from "../../model/wire";
import { call } from "../../net/rest";
import { attempt, say } from "../../office/load";
import { o } from "../../office/words";
import { current } from "../../store";
import { change, draft, focusComposer } from "../draft";
import { Icon } from "../icons";

function readLine(value: unknown): string | null {
  const raw = bag(value);
  const [name, url] = [text(raw["name"]), text(raw["url"])];
  return name && url ? `${name}: ${url}` : null;
}

export function Offer({ of }: { readonly of: Head }) {
  const offer = async () => {
    const lines = readAll(bag(await call("POST", `conversations/${of.id}/ways`))["ways"], readLine);
    if (lines.length === 0) return say(o("facts.no_offer"));
    const { text: begun, editing } = draft.value;
    if (editing || current.value !== of.id) return;
    change({ text: [begun.trimEnd(), ...lines].filter(Boolean).join("\n"), mode: "reply" });
    focusComposer();
  };
  return (
    <button type="button" class="button" onClick={() => void attempt(offer)}>
      <Icon name="telegram" size={16} /> {o("facts.offer")}
    </button>
  );
}
