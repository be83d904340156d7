import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { bag, moment, readAll, text } from "../../model/wire";
import { now } from "../../net/clock";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { head } from "../../store";
import { t } from "../../i18n";
import { longMoment } from "../format";
import { Moment, Sheet } from "../parts";

interface Decision {
  readonly at: number;
  readonly text: string;
}

function readDecision(value: unknown): Decision | null {
  const [at, words] = [moment(bag(value)["at"]), text(bag(value)["text"])];
  return at === null || words === null ? null : { at, text: words };
}

/** All pages of a conversation's decisions, the latest first. Raises Failure. */
async function loadDecisions(id: number): Promise<Decision[]> {
  const all: Decision[] = [];
  for (let after: string | null = "0"; after !== null; ) {
    const page: Readonly<Record<string, unknown>> = bag(await call("GET", `conversations/${id}/decisions?after=${after}&limit=100`));
    all.push(...readAll(page["items"], readDecision));
    after = text(page["next"]);
  }
  return all.reverse();
}

/** Who was to answer the open dialog, and why; who let it pass. */
export function DecisionsSheet() {
  const [found, setFound] = useState<readonly Decision[] | null>(null);
  const [problem, setProblem] = useState("");
  const of = head.value;
  useEffect(() => {
    if (!of) return;
    loadDecisions(of.id)
      .then(setFound)
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (error.code === "not_found") setFound([]);
        else setProblem(sentenceOf(error));
      });
  }, [of?.id, of?.change]);
  if (!of) return null;
  return (
    <Sheet title={t("office.decisions.title")} wide>
      {problem && <p role="alert">{problem}</p>}
      {!found && !problem && <span class="skeleton line" />}
      {found?.length === 0 && <p class="hint">{t("office.decisions.none")}</p>}
      <ol class="decisions">
        {found?.map(({ at, text: words }, place) => (
          <li key={place}>
            <Moment at={at} text={longMoment(at, now.value)} />
            <p>{words}</p>
          </li>
        ))}
      </ol>
    </Sheet>
  );
}
