// Every text of a flow, to be worded anew: what is standard, what is one's own, what a wording still lacks.

import { languageNames, languages, type Language } from "../../../i18n";
import { flowName, stepName } from "../../../ui/side/ReadingLine";
import { IconButton } from "../../../ui/parts";
import { named, o } from "../../words";
import { faultOf, fieldsIn, type Bot, type Flow, type Words, type Worded } from "./model";

/** By key: a new wording, null: back to the standard. */
export type Draft = Readonly<Record<string, string | null>>;

interface TextsProps {
  readonly bot: Bot;
  readonly worded: Worded;
  readonly flow: Flow | null;
  readonly language: Language;
  readonly ofInbox: boolean;
  readonly draft: Draft;
  /** What the server said of a text. */
  readonly refused: Words;
  readonly put: (key: string, said: string | null | undefined) => void;
}

const groups = ["menu", "ask", "again", "handing", "danger", "label", "title", "language"] as const;

/** The texts of all flows in groups, those of a flow as they are said. */
function groupsOf(bot: Bot, flow: Flow | null): { readonly name: string; readonly keys: readonly string[] }[] {
  if (flow) return [{ name: "", keys: flow.texts }];
  const groupOf = (key: string) => groups.find((group) => key.startsWith(`${group}.`)) ?? "";
  const named_ = groups.map((name) => ({ name: o(`bot.group.${name}`), keys: bot.others.filter((key) => groupOf(key) === name) }));
  return [{ name: o("bot.general"), keys: bot.others.filter((key) => !groupOf(key)) }, ...named_].filter(({ keys }) => keys.length > 0);
}

/** What a text is for: the step that says it, or what its key names. */
function roleOf(key: string, flow: Flow | null): string {
  const step = flow?.steps.find(({ texts }) => texts.includes(key));
  if (step) return `${stepName(step.name)} · ${named("bot.kind", step.kind)}`;
  const [group = "", name = ""] = key.split(".");
  if (group === "menu" || group === "title") return `${named("bot.group", group)} · ${flowName(name)}`;
  return "";
}

/** The texts' values as they are without the draft. */
export const heldOf = (worded: Worded, language: Language, ofInbox: boolean, key: string) => ({
  own: (ofInbox ? worded.inbox : worded.firm)[language][key],
  below: (ofInbox ? worded.firm[language][key] : undefined) ?? worded.standard[language][key] ?? "",
});

export function Texts(props: TextsProps) {
  return (
    <>
      {groupsOf(props.bot, props.flow).map(({ name, keys }) => (
        <section key={name} class="bot-texts">
          {name && <h3>{name}</h3>}
          {keys.map((key) => (
            <One key={key} name={key} {...props} />
          ))}
        </section>
      ))}
    </>
  );
}

function One({ name, bot, worded, flow, language, ofInbox, draft, refused, put }: TextsProps & { readonly name: string }) {
  const { own, below } = heldOf(worded, language, ofInbox, name);
  const changed = name in draft;
  const value = changed ? (draft[name] ?? below) : (own ?? below);
  const standard = worded.standard[language][name] ?? "";
  const isOwn = changed ? draft[name] !== null : own !== undefined;
  const fault = isOwn ? (refused[name] ?? faultOf(value, standard, bot.limits[name] ?? 1000)) : "";
  const level = ofInbox ? worded.inbox : worded.firm;
  const others = isOwn ? languages.filter((one) => one !== language && level[one][name] === undefined) : [];
  const id = `bot-text-${name.replace(".", "-")}`;
  const role = roleOf(name, flow);
  const holes = fieldsIn(standard);
  const first = standard.length > 48 ? `${standard.slice(0, 48)}…` : standard;
  return (
    <div class={`bot-text${fault ? " faulty" : ""}`}>
      <p class="bot-text-head">
        <label for={id}>{role || first}</label>
        {changed ? (
          <span class="mark changed">{o("bot.changed")}</span>
        ) : isOwn ? (
          <span class="mark">{o("bot.own")}</span>
        ) : ofInbox && worded.firm[language][name] !== undefined ? (
          <span class="mark">{o("bot.of_firm")}</span>
        ) : null}
        {isOwn && <IconButton icon="reopen" label={o("bot.reset_named", { name: role || first })} onClick={() => put(name, own === undefined ? undefined : null)} />}
      </p>
      <textarea
        id={id}
        rows={Math.min(Math.ceil(Math.max(value.length, 1) / 45), 6)}
        lang={language}
        value={value}
        aria-invalid={fault !== ""}
        aria-describedby={`${id}-hint`}
        onInput={(event) => {
          const said = event.currentTarget.value;
          put(name, said === own || (own === undefined && said === below) ? undefined : said);
        }}
      />
      <div id={`${id}-hint`} class="hint">
        {fault && (
          <p class="bot-fault" role="alert">
            {fault}
          </p>
        )}
        {isOwn && value !== standard && <p lang={language}>{o("bot.standard", { text: standard })}</p>}
        {holes.length > 0 && <p>{o("bot.fields", { fields: holes.join(", ") })}</p>}
        {others.length > 0 && <p>{o("bot.missing", { languages: others.map((one) => languageNames[one]).join(", ") })}</p>}
      </div>
    </div>
  );
}
