import { useEffect, useState } from "preact/hooks";
import { bag, moment, text, whole } from "../../../model/wire";
import { now } from "../../../net/clock";
import { call } from "../../../net/rest";
import { longMoment } from "../../../ui/format";
import { Icon } from "../../../ui/icons";
import { attempt } from "../../load";
import { o } from "../../words";

const lookMs = 3_000;

interface Model {
  readonly at: number;
  readonly seconds: number;
  readonly examples: number;
  readonly own: number;
  readonly checked: number;
  readonly before: number;
  readonly after: number;
  readonly refused: boolean;
}

interface State {
  readonly learned: boolean;
  readonly stage: string | null;
  readonly done: number;
  readonly of: number;
  readonly inForce: Model | null;
  readonly last: Model | null;
}

function readModel(value: unknown): Model | null {
  const raw = bag(value);
  const [at, took] = [moment(raw["trained_at"]), whole(raw["took_ms"])];
  if (at === null || took === null) return null;
  const count = (name: string) => whole(raw[name]) ?? 0;
  return { at, seconds: Math.round(took / 1000), examples: count("examples"), own: count("own"), checked: count("checked"), before: count("right_before"), after: count("right_after"), refused: raw["refused"] === true };
}

function readState(value: unknown): State {
  const raw = bag(value);
  const training = bag(raw["training"]);
  return {
    learned: raw["learned"] === true,
    stage: text(training["stage"]),
    done: whole(training["done"]) ?? 0,
    of: whole(training["of"]) ?? 0,
    inForce: readModel(raw["in_force"]),
    last: readModel(raw["last"]),
  };
}

/** What answers now, how good it is on the firm's checks, and what is under way. Looks again while something is. */
export function Standing({ changes }: { readonly changes: number }) {
  const [state, setState] = useState<State | null>(null);
  const look = async () => setState(readState(await call("GET", "understanding")));
  useEffect(() => void attempt(look), [changes]);
  const waits = state !== null && (!state.learned || state.stage !== null) && state.stage !== "failed";
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setInterval(() => void look().catch(() => undefined), lookMs);
    return () => clearInterval(timer);
  }, [waits]);
  const train = () => attempt(async () => setState(readState(await call("POST", "understanding/train"))));
  if (!state) return null;
  return (
    <section class="teach-state" aria-label={o("teach.state.title")}>
      <Says state={state} />
      <p role="status">{waits && <Working state={state} />}</p>
      {state.stage === "failed" && (
        <p role="alert">
          <Icon name="alert" size={16} /> {o("teach.state.failed")}
        </p>
      )}
      {!waits && state.last && (
        <button type="button" class="button" onClick={() => void train()}>
          <Icon name="retry" size={16} /> {o("teach.state.train")}
        </button>
      )}
    </section>
  );
}

function Working({ state }: { readonly state: State }) {
  if (state.stage !== "vectors") return <>{o("teach.state.words")}</>;
  return (
    <>
      {o("teach.state.vectors", { done: state.done, of: state.of })} <progress max={state.of} value={state.done} aria-label={o("teach.state.title")} />
    </>
  );
}

function Says({ state: { inForce, last } }: { readonly state: State }) {
  const measured = last && last.checked > 0;
  return (
    <>
      <p>{inForce ? o("teach.state.own", { when: longMoment(inForce.at, now.value), examples: inForce.examples, own: inForce.own, seconds: inForce.seconds }) : o("teach.state.starter")}</p>
      {measured && !last.refused && <p>{o("teach.state.checks", { right: last.after, checked: last.checked, before: last.before })}</p>}
      {last?.refused && (
        <p class="teach-refused">
          <Icon name="alert" size={16} /> {o("teach.state.refused", { when: longMoment(last.at, now.value), right: last.after, checked: last.checked, before: last.before })}
        </p>
      )}
      {last && !measured && <p class="hint">{o("teach.state.no_checks")}</p>}
    </>
  );
}
