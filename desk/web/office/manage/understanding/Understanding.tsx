// What the firm teaches its bot: what was unclear, its own examples, intents and synonyms, and how the learning stands.

import { useEffect, useState } from "preact/hooks";
import { attempt } from "../../load";
import { Heading, Segments } from "../../parts";
import { o } from "../../words";
import { ExamplesPart } from "./ExamplesPart";
import { IntentsPart } from "./IntentsPart";
import { Standing } from "./Standing";
import { SynonymsPart } from "./SynonymsPart";
import { TeachList } from "./TeachList";
import { Try } from "./Try";
import { needIntents } from "./taught";

const parts = ["unclear", "examples", "intents", "synonyms"] as const;
type PartName = (typeof parts)[number];

export function Understanding() {
  const [part, setPart] = useState<PartName>("unclear");
  const [changes, setChanges] = useState(0);
  useEffect(() => void attempt(needIntents), []);
  const changed = () => {
    setChanges((count) => count + 1);
    void attempt(needIntents);
  };
  return (
    <>
      <Heading text={o("manage.understanding")} />
      <div class="place-body teach">
        <p class="hint">{o("teach.lead")}</p>
        <Standing changes={changes} />
        <Try changed={changed} />
        <Segments label={o("teach.parts")} all={parts} chosen={part} words={(one) => o(`teach.part.${one}`)} choose={setPart} />
        {part === "unclear" && <TeachList changed={changed} />}
        {part === "examples" && <ExamplesPart changed={changed} changes={changes} />}
        {part === "intents" && <IntentsPart changed={changed} />}
        {part === "synonyms" && <SynonymsPart />}
      </div>
    </>
  );
}
