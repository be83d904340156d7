// How customers are told of their visits: when, by which way, and in which words.

import { useState } from "preact/hooks";
import { language as spoken, languageNames, languages, type Language } from "../../i18n";
import { bag, list, readAll, text } from "../../model/wire";
import { call } from "../../net/rest";
import { Field } from "../Field";
import { useLoad } from "../load";
import { SettingGroups } from "../manage/StoreSettings";
import { Failed, Segments, Skeletons } from "../parts";
import { named, o } from "../words";

interface Words {
  readonly name: string;
  readonly standard: string;
  readonly own: string | null;
  readonly preview: string;
  readonly fields: readonly string[];
}

const groups = [
  { title: "reminders.when", lead: "reminders.when_lead", has: (key: string) => !key.includes("quiet") },
  { title: "reminders.quiet", lead: "reminders.quiet_lead", has: (key: string) => key.includes("quiet") },
] as const;

const readWords = (value: unknown): readonly Words[] =>
  list(bag(value)["items"]).flatMap((item) => {
    const raw = bag(item);
    const name = text(raw["name"]);
    if (name === null) return [];
    return [{ name, standard: text(raw["standard"]) ?? "", own: text(raw["own"]), preview: text(raw["preview"]) ?? "", fields: readAll(raw["fields"], text) }];
  });

/** The settings of telling customers, and its texts in each language as a customer reads them. */
export function Reminders() {
  return (
    <>
      <SettingGroups path="outreach-settings" title="manage.reminders" groups={groups} words="reminders.choice" />
      <Texts />
    </>
  );
}

function Texts() {
  const [language, setLanguage] = useState<Language>(spoken.value);
  const loaded = useLoad(async () => readWords(await call("GET", `outreach-texts?language=${language}`)), [language]);
  return (
    <div class="place-body">
      <section class="panel">
        <h2>{o("reminders.texts")}</h2>
        <p class="hint">{o("reminders.texts_lead")}</p>
        <Segments label={o("reminders.language")} all={languages} chosen={language} words={(one) => languageNames[one]} choose={setLanguage} />
        {loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {loaded.now.is === "ready" && loaded.now.value.map((one) => <One key={`${language}.${one.name}`} one={one} language={language} put={loaded.put} />)}
      </section>
    </div>
  );
}

interface OneProps {
  readonly one: Words;
  readonly language: Language;
  readonly put: (all: readonly Words[]) => void;
}

function One({ one, language, put }: OneProps) {
  const save = async (said: string) => {
    const own = said.trim() === "" || said === one.standard ? null : said;
    put(readWords(await call("PATCH", "outreach-texts", { language, texts: { [one.name]: own } })));
  };
  return (
    <div>
      <Field name={`outreach.${language}.${one.name}`} label={named("reminders.tell", one.name)} value={one.own ?? one.standard} save={save} lines max={600} />
      <p class="hint">{o("reminders.fields", { fields: one.fields.map((name) => `{${name}}`).join(" ") })}</p>
      <p class="hint">{o("reminders.preview")}</p>
      <p class="tell-preview" lang={language}>
        {one.preview}
      </p>
    </div>
  );
}
