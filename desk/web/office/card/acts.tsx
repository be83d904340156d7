// What is done with a whole card: to the bin, out to the person, away for ever.

import { useState } from "preact/hooks";
import type { Card } from "../../model/card";
import { call } from "../../net/rest";
import { may } from "../../ui/may";
import { loadCard } from "../cards";
import { attempt, say } from "../load";
import { Ask, Menu, type MenuItem } from "../parts";
import { o } from "../words";

/** Hands a document to the browser as a file. */
export function saveFile(name: string, content: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const nameOf = (card: { readonly id: number; readonly name: string }) => card.name || o("nameless", { number: card.id });

export function CardMenu({ card, gone }: { readonly card: Card; readonly gone: () => void }) {
  const [asked, setAsked] = useState<"delete" | "erase" | null>(null);
  const handOut = async () => {
    const document = await attempt(() => call("GET", `contacts/${card.id}/personal-data`));
    if (document !== null) saveFile(`contact-${card.id}.json`, JSON.stringify(document, null, 2), "application/json");
  };
  const remove = async () => {
    await call("DELETE", `contacts/${card.id}`);
    const back = async () => {
      if ((await attempt(() => call("POST", `bin/contact/${card.id}/restore`).then(() => true))) === null) return;
      await attempt(() => loadCard(card.id));
      say(o("bin.restored"));
    };
    say(o("card.deleted", { name: nameOf(card) }), { label: o("undo"), run: () => void back() });
    gone();
  };
  const erase = async () => {
    await call("POST", `contacts/${card.id}/erase`, { confirm: card.name });
    say(o("erase.done"));
    gone();
  };
  const items: MenuItem[] = [
    ...(may("contacts.export") ? [{ text: o("card.hand_out"), icon: "download" as const, act: () => void handOut() }] : []),
    ...(may("contacts.delete") ? [{ text: o("card.delete"), icon: "trash" as const, danger: true, act: () => setAsked("delete") }] : []),
    ...(may("contacts.erase") ? [{ text: o("card.erase"), icon: "shield" as const, danger: true, act: () => setAsked("erase") }] : []),
  ];
  const close = () => setAsked(null);
  return (
    <>
      <Menu label={o("card.more")} items={items} />
      {asked === "delete" && <Ask title={o("card.delete")} text={o("card.delete_ask", { name: nameOf(card) })} go={o("card.delete_go")} danger act={remove} close={close} />}
      {asked === "erase" && (
        <Ask
          title={o("card.erase")}
          text={o("erase.lead")}
          go={o("erase.go")}
          danger
          typed={{ label: o("erase.type", { name: card.name }), words: card.name }}
          act={erase}
          close={close}
        />
      )}
    </>
  );
}
