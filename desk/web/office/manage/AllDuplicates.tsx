import { useState } from "preact/hooks";
import { readCard, readLine, type Card, type ContactLine } from "../../model/card";
import { bag, list } from "../../model/wire";
import { call } from "../../net/rest";
import { addressOf } from "../../route";
import { Icon } from "../../ui/icons";
import { Compare } from "../card/Duplicates";
import { attempt, usePages } from "../load";
import { Empty, Failed, Heading, Skeletons } from "../parts";
import { named, o } from "../words";

interface Pair {
  readonly left: ContactLine;
  readonly right: ContactLine;
  readonly why: readonly string[];
}

/** Two contacts, however the pair is written. */
function readPair(value: unknown): Pair | null {
  const raw = bag(value);
  const both = Array.isArray(raw["contacts"]) ? list(raw["contacts"]) : [raw["contact"] ?? raw["left"] ?? raw["first"], raw["other"] ?? raw["right"] ?? raw["second"]];
  const [left, right] = both;
  if (!bag(left)["id"] || !bag(right)["id"]) return null;
  return { left: readLine(left), right: readLine(right), why: list(raw["why"]).filter((one): one is string => typeof one === "string") };
}

/** All pairs in the whole base that may be one person. */
export function AllDuplicates() {
  const pages = usePages("duplicates", readPair, 50);
  const [compared, setCompared] = useState<{ readonly card: Card; readonly pair: Pair } | null>(null);
  const drop = (pair: Pair) => pages.change((items) => items.filter((one) => one !== pair));
  const compare = async (pair: Pair) => {
    const card = await attempt(async () => readCard(await call("GET", `contacts/${pair.left.id}`)));
    if (card) setCompared({ card, pair });
  };
  const differ = async (pair: Pair) => {
    if ((await attempt(() => call("POST", `contacts/${pair.left.id}/distinct`, { other_id: pair.right.id }).then(() => true))) !== null) drop(pair);
  };
  const shown = (one: ContactLine) => (
    <span class="pair-one">
      <a href={addressOf("contacts", [one.id])}>{one.name || o("nameless", { number: one.id })}</a>
      <span class="hint">{[one.phone, one.email].filter(Boolean).join(" · ")}</span>
    </span>
  );
  return (
    <>
      <Heading text={o("manage.duplicates")} />
      <div class="place-body">
        <p class="hint">{o("duplicates.lead")}</p>
        {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
        {pages.next === undefined && !pages.failure && <Skeletons />}
        {pages.next !== undefined && pages.items.length === 0 && <Empty icon="merge" text={o("duplicates.none")} />}
        <ul class="rowed">
          {pages.items.map((pair) => (
            <li key={`${pair.left.id}.${pair.right.id}`}>
              <span class="rowed-body pair">
                {shown(pair.left)}
                {shown(pair.right)}
                <span class="hint">{pair.why.map((reason) => named("why", reason)).join(", ")}</span>
              </span>
              <span class="duplicate-acts">
                <button type="button" class="button" onClick={() => void compare(pair)}>
                  <Icon name="merge" size={15} /> {o("duplicates.compare")}
                </button>
                <button type="button" class="button" onClick={() => void differ(pair)}>
                  {o("duplicates.differ")}
                </button>
              </span>
            </li>
          ))}
        </ul>
        {typeof pages.next === "string" && (
          <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
            {o("more")}
          </button>
        )}
      </div>
      {compared && (
        <Compare
          card={compared.card}
          other={compared.pair.right}
          close={() => setCompared(null)}
          merged={() => {
            drop(compared.pair);
            setCompared(null);
          }}
        />
      )}
    </>
  );
}
