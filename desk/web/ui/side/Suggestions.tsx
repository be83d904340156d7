// Answers that fit the customer's question, above the composer: put there or sent by a key of the agent's, never by themselves.

import { useEffect, useRef, useState } from "preact/hooks";
import { fillIn, type PlaceFields } from "../../model/canned";
import { bag, readAll, text } from "../../model/wire";
import type { Head } from "../../model/types";
import { fieldsOf, placeOf } from "../../net/canned";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { send } from "../../net/sender";
import { o } from "../../office/words";
import { sheet, thread } from "../../store";
import { slash } from "../canned";
import { change, draft, focusComposer } from "../draft";
import { IconButton } from "../parts";

/** What was found for the customer's word at a place. */
interface Answer {
  readonly to: number;
  readonly items: readonly Suggested[];
}

interface Suggested {
  readonly title: string;
  readonly language: string;
  readonly text: string;
}

/** Canned responses come with their fields open. */
function readSuggested(value: unknown, of: Head, place: PlaceFields): Suggested | null {
  const raw = bag(value);
  const said = text(raw["text"]);
  if (said === null) return null;
  const filled = raw["source"] === "canned" ? fillIn(said, fieldsOf(of, place)) : said;
  return { title: text(raw["title"]) ?? "", language: text(raw["language"]) ?? "", text: filled };
}

/** The place of the customer's last word. */
const askedAt = () => thread.value?.messages.reduce((last, { author, seq }) => (author.kind === "visitor" ? seq : last), 0) ?? 0;

export function Suggestions({ of }: { readonly of: Head }) {
  const [found, setFound] = useState<Answer>({ to: -1, items: [] });
  const [hidden, setHidden] = useState(0);
  const asked = askedAt();
  useEffect(() => {
    let current = true;
    Promise.all([call("GET", `conversations/${of.id}/suggestions`), placeOf(of.id)])
      .then(([answer, place]) => current && setFound({ to: asked, items: readAll(bag(answer)["items"], (one) => readSuggested(one, of, place)).slice(0, 3) }))
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error; // without them one writes by oneself
      });
    return () => void (current = false);
  }, [of.id, asked]);
  const shown = hidden === asked || found.to !== asked ? [] : found.items; // those to an earlier word are gone with the next
  const hide = () => {
    setHidden(asked);
    focusComposer();
  };
  const put = (one: Suggested) => {
    const { text: begun } = draft.value;
    change({ text: begun.trim() ? `${begun.trimEnd()}\n${one.text}` : one.text });
    focusComposer();
  };
  const say = (one: Suggested) => {
    send(of.id, "reply", { text: one.text, replyTo: null, files: [] });
    setHidden(asked);
  };
  const keys = useRef((_event: KeyboardEvent) => {});
  keys.current = (event) => {
    if (sheet.value || event.isComposing || document.querySelector("dialog[open]")) return;
    const one = event.altKey && !event.ctrlKey && !event.metaKey ? shown[Number(/^(?:Digit|Numpad)([1-3])$/.exec(event.code)?.[1]) - 1] : undefined;
    if (one) (event.shiftKey ? say : put)(one);
    else if (event.code === "Escape" && shown.length > 0 && !slash.value) hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  useEffect(() => {
    const hear = (event: KeyboardEvent) => keys.current(event);
    document.addEventListener("keydown", hear, true);
    return () => document.removeEventListener("keydown", hear, true);
  }, []);
  if (shown.length === 0) return null;
  return (
    <div class="suggestions" role="group" aria-label={o("suggest.title")}>
      <ul>
        {shown.map((one, index) => (
          <li key={one.text}>
            <button type="button" aria-keyshortcuts={`Alt+${index + 1}`} title={one.text} onClick={() => put(one)}>
              <kbd>Alt {index + 1}</kbd>
              <span lang={one.language} dir="auto">
                {one.text}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <IconButton icon="close" label={o("suggest.hide")} keys="Escape" onClick={hide} />
    </div>
  );
}
