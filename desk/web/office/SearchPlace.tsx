// One box for everything: contacts and messages as one types, what was found marked, all of it by the keyboard.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { readLine, readRanges, pieces, type ContactLine } from "../model/card";
import { bag, moment, readAll, readNamed, text, whole } from "../model/wire";
import { now } from "../net/clock";
import { Failure } from "../net/errors";
import { call } from "../net/rest";
import { addressOf, go, route } from "../route";
import { searchWanted } from "../ui/search";
import { shortMoment } from "../ui/format";
import { Icon } from "../ui/icons";
import { Face, Moment } from "../ui/parts";
import { useRested, withQuery } from "./load";
import { Chip } from "./Chips";
import { Empty, Failed } from "./parts";
import { named, o } from "./words";

type Range = readonly [number, number];

interface Match {
  readonly field: string;
  readonly text: string;
  readonly ranges: readonly Range[];
}

interface FoundContact {
  readonly contact: ContactLine;
  readonly matched: readonly Match[];
}

interface FoundMessage {
  readonly conversationId: number;
  readonly messageId: number;
  readonly seq: number;
  readonly at: number | null;
  readonly author: string;
  readonly contact: string;
  readonly snippet: string;
  readonly ranges: readonly Range[];
}

interface Found {
  readonly asked: string;
  readonly contacts: readonly FoundContact[];
  readonly messages: readonly FoundMessage[];
  readonly next: string | null;
}

function readMatch(value: unknown): Match | null {
  const raw = bag(value);
  const field = text(raw["field"]);
  return field === null ? null : { field, text: text(raw["text"]) ?? "", ranges: readRanges(raw["ranges"]) };
}

function readMessage(value: unknown): FoundMessage | null {
  const raw = bag(value);
  const [conversationId, messageId] = [whole(raw["conversation_id"]), whole(raw["message_id"])];
  if (conversationId === null || messageId === null) return null;
  const author = raw["author"];
  return {
    conversationId,
    messageId,
    seq: whole(raw["seq"]) ?? 0,
    at: moment(raw["at"]),
    author: text(author) ?? text(bag(author)["name"]) ?? "",
    contact: readNamed(raw["contact"])?.name ?? "",
    snippet: text(raw["snippet"]) ?? "",
    ranges: readRanges(raw["ranges"]),
  };
}

/** What is found in one of a list is called by the list's name. */
const lists: Readonly<Record<string, string>> = { subject: "subjects", extra_contact: "extra_contacts", address: "addresses" };

const readContact = (value: unknown): FoundContact => ({ contact: readLine(value), matched: readAll(bag(value)["matched"], readMatch) });

async function find(asked: string): Promise<Found> {
  const answer = bag(await call("GET", withQuery("search", { q: asked, limit: 20 })));
  return {
    asked,
    contacts: readAll(answer["contacts"], readContact),
    messages: readAll(answer["messages"], readMessage),
    next: text(answer["next_messages"]),
  };
}

function Marked({ words, ranges }: { readonly words: string; readonly ranges: readonly Range[] }) {
  return (
    <>
      {pieces(words, ranges).map(({ text: piece, hit }, index) => (hit ? <mark key={index}>{piece}</mark> : piece))}
    </>
  );
}

const messageAddress = (one: FoundMessage) => addressOf("dialogs", [one.conversationId], { seq: one.seq });

export function SearchPlace() {
  const asked = route.value.query.get("q") ?? "";
  const [words, setWords] = useState(asked);
  const rested = useRested(words.trim(), 120);
  const [found, setFound] = useState<Found | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const turn = useRef(0);
  const id = useId();
  const run = (to: string) => {
    const mine = ++turn.current;
    setFailure(null);
    if (to === "") {
      setBusy(false);
      return setFound(null);
    }
    setBusy(true);
    find(to)
      .then((answer) => {
        if (mine !== turn.current) return;
        setFound(answer);
        setAt(0);
      })
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (mine === turn.current) setFailure(error);
      })
      .finally(() => mine === turn.current && setBusy(false));
  };
  useEffect(() => {
    go(addressOf("search", [], { q: rested }), true);
    run(rested);
  }, [rested]);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [searchWanted.value]);
  const moreMessages = async () => {
    if (!found?.next) return;
    const answer = bag(await call("GET", withQuery("search/messages", { q: found.asked, after: found.next, limit: 30 })));
    const items = readAll(answer["items"] ?? answer["messages"], readMessage);
    setFound({ ...found, messages: [...found.messages, ...items], next: text(answer["next"]) });
  };
  const count = (found?.contacts.length ?? 0) + (found?.messages.length ?? 0);
  const openAt = (place: number) => {
    const contact = found?.contacts[place];
    const message = found?.messages[place - (found?.contacts.length ?? 0)];
    if (contact) go(addressOf("contacts", [contact.contact.id]));
    else if (message) go(messageAddress(message));
  };
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count > 0) {
      const next = (at + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") openAt(at);
    else if (event.key === "Escape" && words !== "") {
      setWords("");
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  const option = (place: number) => ({
    id: `${id}-${place}`,
    role: "option" as const,
    "aria-selected": place === at,
    onClick: () => openAt(place),
    onPointerMove: () => place !== at && setAt(place),
  });
  const status = !found ? "" : count === 0 ? o("search.none", { words: found.asked }) : o("search.found", { contacts: found.contacts.length, messages: found.messages.length });
  return (
    <main class="office search-place">
      <h1 class="hidden">{o("search.title")}</h1>
      <div class="search-box">
        <Icon name="search" size={20} />
        <input
          ref={field}
          inputMode="search"
          role="combobox"
          aria-label={o("search.label")}
          aria-expanded={count > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={count > 0 ? `${id}-${at}` : undefined}
          placeholder={o("search.placeholder")}
          autoComplete="off"
          spellcheck={false}
          maxLength={200}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
          onKeyDown={keys}
        />
        {busy && <span class="spinner" aria-hidden="true" />}
      </div>
      <p class="hidden" role="status">
        {status}
      </p>
      {failure && <Failed failure={failure} again={() => run(rested)} />}
      {!failure && found && count === 0 && <Empty icon="search" text={o("search.none", { words: found.asked })} />}
      {!failure && !found && <Empty icon="search" text={o("search.hint")} />}
      <div class={`results${busy ? " stale" : ""}`} id={`${id}-list`} role="listbox" aria-label={o("search.title")} tabIndex={-1}>
        {found && found.contacts.length > 0 && (
          <div role="group" aria-labelledby={`${id}-contacts`}>
            <p class="group-name" id={`${id}-contacts`}>
              {o("contacts.title")}
            </p>
            {found.contacts.map(({ contact, matched }, place) => {
              const name = matched.find((one) => one.field === "name" && one.text === contact.name);
              return (
                <div key={contact.id} class="result" {...option(place)}>
                  <Face id={contact.id} name={contact.name} small />
                  <span class="result-body">
                    <span class="result-name">
                      <span>
                        <Marked words={contact.name || o("nameless", { number: contact.id })} ranges={name?.ranges ?? []} />
                      </span>
                      {contact.categories.map((one) => (
                        <Chip key={one.id} entry={one} />
                      ))}
                    </span>
                    <span class="hint">
                      {matched
                        .filter((one) => one !== name)
                        .map((one, index) => (
                          <span key={index}>
                            {index > 0 && " · "}
                            {named("field", lists[one.field] ?? one.field)}: <Marked words={one.text} ranges={one.ranges} />
                          </span>
                        ))}
                      {matched.every((one) => one === name) && (contact.phone || contact.email)}
                    </span>
                  </span>
                </div>
              );
            })}
          </div>
        )}
        {found && found.messages.length > 0 && (
          <div role="group" aria-labelledby={`${id}-messages`}>
            <p class="group-name" id={`${id}-messages`}>
              {o("search.messages")}
            </p>
            {found.messages.map((one, index) => (
              <div key={one.messageId} class="result" {...option(found.contacts.length + index)}>
                <Icon name="unknown" size={18} />
                <span class="result-body">
                  <span class="result-snippet">
                    <Marked words={one.snippet} ranges={one.ranges} />
                  </span>
                  <span class="hint">
                    {[one.contact, one.author !== one.contact ? one.author : ""].filter(Boolean).join(" · ")}
                    {one.at !== null && (
                      <>
                        {" · "}
                        <Moment at={one.at} text={shortMoment(one.at, now.value)} />
                      </>
                    )}
                  </span>
                </span>
              </div>
            ))}
          </div>
        )}
      </div>
      {found?.next && (
        <button type="button" class="button more-messages" onClick={() => void moreMessages()}>
          {o("search.more")}
        </button>
      )}
      <p class="hint keys-hint">{o("search.keys")}</p>
    </main>
  );
}
