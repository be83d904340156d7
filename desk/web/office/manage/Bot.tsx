// The bot: where it answers, how its flows go, what it says, and a talk with it to try that.

import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { language as deskLanguage, languageNames, languages, type Language } from "../../i18n";
import { bag, text } from "../../model/wire";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { flowName } from "../../ui/side/ReadingLine";
import { attempt, say, useLoad } from "../load";
import { Failed, Heading, Problem, Skeletons } from "../parts";
import { named, o } from "../words";
import { Drawing } from "./bot/Drawing";
import { faultOf, readBot, readWorded, type Bot, type Place, type Words, type Worded } from "./bot/model";
import { heldOf, Texts, type Draft } from "./bot/Texts";
import { Trial } from "./bot/Trial";

const worded = async (inboxId: number | null) => readWorded(await call("GET", `bot/texts${inboxId === null ? "" : `?inbox_id=${inboxId}`}`));

export function BotPlace() {
  const [inboxId, setInboxId] = useState<number | null>(null);
  const bot = useLoad(async () => readBot(await call("GET", "bot")), []);
  const texts = useLoad(() => worded(inboxId), [inboxId]);
  if (bot.now.is === "failed") return <Failed failure={bot.now.failure} again={bot.again} />;
  if (texts.now.is === "failed") return <Failed failure={texts.now.failure} again={texts.again} />;
  if (bot.now.is === "loading") return <Skeletons />;
  const { places } = bot.now.value;
  return (
    <>
      <Heading text={o("manage.bot")}>
        {places.length > 0 && (
          <select aria-label={o("bot.scope")} value={String(inboxId ?? "")} onChange={(event) => setInboxId(Number(event.currentTarget.value) || null)}>
            <option value="">{o("bot.firm")}</option>
            {places.map(({ id, name }) => (
              <option key={id} value={String(id)}>
                {o("bot.only_in", { name })}
              </option>
            ))}
          </select>
        )}
      </Heading>
      {texts.now.is === "loading" ? (
        <Skeletons />
      ) : (
        <Editor key={inboxId ?? 0} bot={bot.now.value} inboxId={inboxId} worded={texts.now.value} put={texts.put} again={bot.again} />
      )}
    </>
  );
}

interface EditorProps {
  readonly bot: Bot;
  readonly inboxId: number | null;
  readonly worded: Worded;
  readonly put: (to: Worded) => void;
  readonly again: () => void;
}

function Editor({ bot, inboxId, worded, put, again }: EditorProps) {
  const [language, setLanguage] = useState<Language>(deskLanguage.value);
  const [chosen, setChosen] = useState(bot.flows[0]?.name ?? "");
  const [drafts, setDrafts] = useState<Readonly<Partial<Record<Language, Draft>>>>({});
  const [refused, setRefused] = useState<Words>({});
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [at, setAt] = useState<{ readonly flow: string | null; readonly step: string | null }>({ flow: null, step: null });
  const draft = drafts[language] ?? {};
  const flow = bot.flows.find(({ name }) => name === chosen) ?? null;
  const count = Object.values(drafts).reduce((sum, one) => sum + Object.keys(one).length, 0);
  const change = (key: string, said: string | null | undefined) => {
    const { [key]: _before, ...rest } = draft;
    setDrafts({ ...drafts, [language]: said === undefined ? rest : { ...rest, [key]: said } });
    const { [key]: _told, ...others } = refused;
    setRefused(others);
  };
  const fits = (key: string, said: string) => faultOf(said, worded.standard[language][key] ?? "", bot.limits[key] ?? 1000) === "";
  const tried = Object.fromEntries(Object.entries(draft).flatMap(([key, said]) => {
    const words = said ?? heldOf(worded, language, inboxId !== null, key).below;
    return fits(key, words) ? [[key, words]] : [];
  }));
  const save = async () => {
    setBusy(true);
    setProblem("");
    const left: Partial<Record<Language, Draft>> = { ...drafts };
    try {
      for (const one of languages) {
        const texts = left[one];
        if (!texts || Object.keys(texts).length === 0) continue;
        setLanguage(one); // whatever is refused is before the eyes
        put(readWorded(await call("PATCH", "bot/texts", { language: one, texts, ...(inboxId === null ? {} : { inbox_id: inboxId }) })));
        delete left[one];
      }
      say(o("bot.saved"));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const key = text(error.extra["field"]);
      if (key) setRefused({ [key]: sentenceOf(error) });
      setProblem(sentenceOf(error));
    }
    setDrafts(left);
    setBusy(false);
  };
  return (
    <div class="place-body bot-body">
      <div class="bot-settings">
        <p class="hint">{o("bot.lead")}</p>
        <section class="panel">
          <h2>{o("bot.where")}</h2>
          {bot.places.map((place) => (
            <Switch key={place.id} place={place} again={again} />
          ))}
          <p class="hint">{o("bot.where_hint")}</p>
          <Rules bot={bot} />
        </section>
        <section class="panel">
          <div class="bot-pick">
            <label>
              {o("bot.flow")}
              <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
                {bot.flows.map(({ name }) => (
                  <option key={name} value={name}>
                    {flowName(name)}
                  </option>
                ))}
                <option value="">{o("bot.common")}</option>
              </select>
            </label>
            <label>
              {o("bot.language")}
              <select value={language} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
                {languages.map((one) => (
                  <option key={one} value={one}>
                    {languageNames[one]}
                  </option>
                ))}
              </select>
            </label>
          </div>
          {flow && (
            <>
              <p class="hint">{flow.intents.length ? o("bot.begins", { intents: flow.intents.map((one) => named("intent", one)).join(", ") }) : o("bot.by_button")}</p>
              <Drawing flow={flow} at={at.flow === flow.name ? at.step : null} />
            </>
          )}
        </section>
        <form
          class="panel"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <h2>{o("bot.texts")}</h2>
          <Texts bot={bot} worded={worded} flow={flow} language={language} ofInbox={inboxId !== null} draft={draft} refused={refused} put={change} />
          <Problem text={problem} />
          <div class="bot-save">
            <button type="submit" class="button primary" disabled={busy || count === 0}>
              {o("bot.save")}
            </button>
            {count > 0 && (
              <>
                <span role="status">{o("bot.unsaved", { count })}</span>
                <button type="button" class="button" onClick={() => setDrafts({})}>
                  {o("bot.discard")}
                </button>
              </>
            )}
          </div>
        </form>
      </div>
      <Trial inboxId={inboxId} language={language} texts={tried} stand={(to, step) => setAt({ flow: to, step })} />
    </div>
  );
}

/** A place's switch. Of the settings a part is replaced whole, so the others of this part are sent as they are. */
function Switch({ place, again }: { readonly place: Place; readonly again: () => void }) {
  const turn = (bot: boolean) =>
    attempt(async () => {
      const switches = bag(bag(bag(await call("GET", `inboxes/${place.id}`))["settings"])["switches"]);
      await call("PATCH", `inboxes/${place.id}`, { settings: { switches: { ...switches, bot } } });
    }).then(again);
  return (
    <label class="bot-switch">
      <input type="checkbox" checked={place.bot} onChange={(event) => void turn(event.currentTarget.checked)} />
      {place.name}
    </label>
  );
}

function Rules({ bot: { rules } }: { readonly bot: Bot }) {
  const shown = [
    ["sure", `${Math.round(rules.sure * 100)} %`],
    ["unsure", `${Math.round(rules.unsure * 100)} %`],
    ["failures", String(rules.failures)],
    ["silent", String(rules.silent_min)],
  ] as const;
  return (
    <details class="bot-rules">
      <summary>{o("bot.rules")}</summary>
      <dl>
        {shown.map(([name, value]) => (
          <div key={name}>
            <dt>{o(`bot.rule_${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{o("bot.rules_hint", { section: "bot" })}</p>
    </details>
  );
}
