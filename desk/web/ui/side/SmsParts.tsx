// What the words in the field take as an SMS, while they are written. The server counts: the same count as when it is sent.

import { useEffect, useState } from "preact/hooks";
import { bag, text, whole } from "../../model/wire";
import type { Head } from "../../model/types";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { counted, o } from "../../office/words";
import { draft } from "../draft";

const pauseMs = 300;

interface Count {
  readonly of: string;
  readonly text: string;
  readonly parts: number;
  readonly left: number;
  readonly cost: string | null;
}

function readCount(of: string, value: unknown): Count {
  const raw = bag(value);
  return { of, text: text(raw["text"]) ?? of, parts: whole(raw["parts"]) ?? 0, left: whole(raw["left"]) ?? 0, cost: text(raw["cost"]) };
}

export function SmsParts({ of }: { readonly of: Head }) {
  const [count, setCount] = useState<Count | null>(null);
  const words = draft.value.text.trim();
  useEffect(() => {
    if (words === "") return setCount(null);
    let current = true;
    const asked = setTimeout(() => {
      call("POST", `conversations/${of.id}/sms-count`, { text: words })
        .then((answer) => current && setCount(readCount(words, answer)))
        .catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error; // it is sent without having been counted
        });
    }, pauseMs);
    return () => {
      current = false;
      clearTimeout(asked);
    };
  }, [words, of.id]);
  if (!count || words === "") return null;
  const told = [counted("sms.parts", count.parts), o("sms.left", { count: count.left }), count.cost].filter((one) => one);
  return (
    <p class="hint sms-parts" role="status">
      {told.join(" · ")}
      {count.text !== count.of && <span dir="auto"> · {o("sms.as", { text: count.text })}</span>}
    </p>
  );
}
