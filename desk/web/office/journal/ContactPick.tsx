import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { readSubject, type Subject } from "../../model/card";
import { bag, readAll, readNamed, text } from "../../model/wire";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { Icon } from "../../ui/icons";
import { useRested, withQuery } from "../load";
import { o } from "../words";

/** The customer of a visit: one of the base, or a new one by name and phone. */
export interface Whom {
  readonly id: number | null;
  readonly name: string;
  readonly phone: string;
}

interface Found {
  readonly id: number;
  readonly name: string;
  readonly phone: string | null;
}

function readFound(value: unknown): Found | null {
  const named = readNamed(value);
  if (!named) return null;
  const addresses = readAll(bag(value)["addresses"], (one) => (text(bag(one)["channel"]) === "phone" ? (text(bag(one)["display"]) ?? text(bag(one)["value"])) : null));
  return { ...named, phone: text(bag(value)["phone"]) ?? addresses[0] ?? null };
}

const isPhone = (words: string) => words.replace(/\D/g, "").length >= 5;

/** Finds a customer by a few letters or digits; what is not found may be added as a new one. */
export function ContactPick({ whom, set }: { readonly whom: Whom | null; readonly set: (whom: Whom | null) => void }) {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<readonly Found[]>([]);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const rested = useRested(words.trim(), 200);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const picked = whom === null ? "" : (whom.id ?? "new");
  const known = useRef(picked);
  useLayoutEffect(() => {
    if (picked !== known.current && document.activeElement === document.body) {
      // a new one's name stands mostly, his phone is missing; who is picked is left or changed
      box.current?.querySelector<HTMLElement>("[name=phone], [role=combobox], button")?.focus();
    }
    known.current = picked;
  }, [picked]);
  useEffect(() => {
    let late = false;
    setFound([]);
    if (rested === "") return;
    call("GET", withQuery("search", { q: rested, limit: 6 })).then(
      (answer) => !late && setFound(readAll(bag(answer)["contacts"], readFound)),
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error; // nothing is found, then
      },
    );
    return () => void (late = true);
  }, [rested]);
  if (whom?.id) {
    return (
      <div class="pick-field" ref={box}>
        <span class="field-name">{o("journal.customer")}</span>
        <p class="picked">
          <Icon name="user" /> <b>{whom.name || o("journal.nameless")}</b> {whom.phone}
          <button type="button" class="link" onClick={() => set(null)}>
            {o("journal.other_customer")}
          </button>
        </p>
      </div>
    );
  }
  if (whom) {
    return (
      <div class="pair" ref={box}>
        <label>
          {o("journal.name")}
          <input name="name" value={whom.name} maxLength={200} autoComplete="off" dir="auto" onInput={(event) => set({ ...whom, name: event.currentTarget.value })} />
        </label>
        <label>
          {o("journal.phone")}
          <input name="phone" type="tel" value={whom.phone} maxLength={40} autoComplete="off" onInput={(event) => set({ ...whom, phone: event.currentTarget.value })} />
        </label>
        <button type="button" class="link" onClick={() => set(null)}>
          {o("journal.other_customer")}
        </button>
      </div>
    );
  }
  const count = found.length + 1;
  const choose = (place: number) => {
    const one = found[place];
    if (one) set({ id: one.id, name: one.name, phone: one.phone ?? "" });
    else set({ id: null, name: isPhone(words) ? "" : words.trim(), phone: isPhone(words) ? words.trim() : "" });
  };
  const listed = open && words.trim() !== "";
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") setAt((at + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    else if (event.key === "Enter" && listed) choose(at);
    else if (event.key === "Escape" && listed) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="pick-field" ref={box}>
      <label for={id}>{o("journal.customer")}</label>
      <div class="pick">
        <input
          id={id}
          name="customer"
          role="combobox"
          aria-expanded={listed}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={listed ? `${id}-${at}` : undefined}
          autoComplete="off"
          maxLength={200}
          placeholder={o("journal.customer_hint")}
          value={words}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onInput={(event) => {
            setWords(event.currentTarget.value);
            setAt(0);
            setOpen(true);
          }}
          onKeyDown={keys}
        />
        <div id={`${id}-list`} role="listbox" aria-label={o("journal.customer")} class="suggest" hidden={!listed}>
          {[...found, null].map((one, place) => (
            <div
              key={one?.id ?? 0}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === at}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(place);
              }}
            >
              {one ? (
                <>
                  {one.name || o("journal.nameless")} <small>{one.phone}</small>
                </>
              ) : (
                <>
                  <Icon name="plus" size={14} /> {o("journal.add_customer", { name: words.trim() })}
                </>
              )}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Whom or what a customer comes about: his children, pets, cars. */
export function useSubjects(contactId: number | null): readonly Subject[] {
  const [subjects, setSubjects] = useState<readonly Subject[]>([]);
  useEffect(() => {
    let late = false;
    setSubjects([]);
    if (contactId === null) return;
    call("GET", `contacts/${contactId}`).then(
      (answer) => !late && setSubjects(readAll(bag(answer)["subjects"], readSubject)),
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error; // then none is offered
      },
    );
    return () => void (late = true);
  }, [contactId]);
  return subjects;
}

/** For whom of a customer's it is. */
export function SubjectChoice({ subjects, chosen, set }: { readonly subjects: readonly Subject[]; readonly chosen: number | null; readonly set: (id: number | null) => void }) {
  return (
    <label>
      {o("journal.subject")}
      <select name="subject" value={chosen ?? ""} onChange={(event) => set(Number(event.currentTarget.value) || null)}>
        <option value="">—</option>
        {subjects.map((one) => (
          <option key={one.id} value={one.id}>
            {[one.name, one.plate].filter(Boolean).join(" ")}
          </option>
        ))}
      </select>
    </label>
  );
}
