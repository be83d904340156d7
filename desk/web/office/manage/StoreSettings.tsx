import { Fragment } from "preact";
import { bag, list, readAll, text, whole } from "../../model/wire";
import { call } from "../../net/rest";
import { Field } from "../Field";
import { useLoad } from "../load";
import { Failed, Heading, Skeletons } from "../parts";
import { named, o, type OfficeKey } from "../words";

interface Setting {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly number: boolean;
  readonly flag: boolean;
  readonly choices: readonly string[];
  /** What is to be known of it as it is set. */
  readonly note: string | null;
  readonly least: number | null;
  readonly most: number | null;
}

function settingOf(key: string, value: unknown, about: Readonly<Record<string, unknown>>): Setting {
  const kind = text(about["kind"]);
  return {
    key,
    label: text(about["label"]) ?? key,
    value: value === null || value === undefined ? "" : String(value),
    number: typeof value === "number" || kind === "whole",
    flag: typeof value === "boolean" || kind === "flag",
    choices: readAll(about["choices"], text),
    note: text(about["note"]),
    least: whole(about["least"]),
    most: whole(about["most"]),
  };
}

/** Settings come as a list that describes each, or as plain keys and values. */
function readSettings(value: unknown): readonly Setting[] {
  const raw = bag(value);
  if (Array.isArray(raw["items"])) {
    return list(raw["items"]).flatMap((item) => {
      const key = text(bag(item)["key"]);
      return key === null ? [] : [settingOf(key, bag(item)["value"] ?? bag(item)["default"], bag(item))];
    });
  }
  return Object.entries(bag(raw["settings"] ?? raw)).map(([key, one]) => settingOf(key, one, {}));
}

export interface SettingGroup {
  readonly title: OfficeKey;
  readonly lead?: OfficeKey;
  readonly has: (key: string) => boolean;
}

const groups: readonly SettingGroup[] = [
  { title: "settings.retention", lead: "settings.retention_lead", has: (key) => key.startsWith("retention.") },
  { title: "settings.backup", has: (key) => key.startsWith("backup.") },
  { title: "settings.notices", has: (key) => key.startsWith("notices.") },
  { title: "settings.business", has: (key) => key.startsWith("business.") },
];

/** What is kept in the store itself: how long things are kept, backups, names. */
export function StoreSettings() {
  return <SettingGroups path="settings" title="manage.store" groups={groups} words="name_order" />;
}

interface GroupsProps {
  readonly path: string;
  readonly title: OfficeKey;
  readonly groups: readonly SettingGroup[];
  /** The group of texts that names the choices of a setting. */
  readonly words: string;
}

/** The settings of an address of the server, in groups; what belongs to none comes last. */
export function SettingGroups({ path, title, groups, words }: GroupsProps) {
  const loaded = useLoad(async () => readSettings(await call("GET", path)), [path]);
  if (loaded.now.is === "loading") return <Skeletons />;
  if (loaded.now.is === "failed") return <Failed failure={loaded.now.failure} again={loaded.again} />;
  const all = loaded.now.value;
  const rest = all.filter(({ key }) => !groups.some((group) => group.has(key)));
  const shown = [...groups.map((group) => ({ group, items: all.filter(({ key }) => group.has(key)) })), { group: { title: "settings.rest", lead: undefined } as const, items: rest }];
  return (
    <>
      <Heading text={o(title)} />
      <div class="place-body columns-body">
        {shown.map(
          ({ group, items }) =>
            items.length > 0 && (
              <section class="panel" key={group.title}>
                <h2>{o(group.title)}</h2>
                {group.lead && <p class="hint">{o(group.lead)}</p>}
                {items.map((one) => (
                  <Fragment key={one.key}>
                    <One one={one} path={path} words={words} again={loaded.again} />
                    {one.note && <p class="hint setting-note">{one.note}</p>}
                  </Fragment>
                ))}
              </section>
            ),
        )}
      </div>
    </>
  );
}

interface OneProps {
  readonly one: Setting;
  readonly path: string;
  readonly words: string;
  readonly again: () => void;
}

function One({ one, path, words, again }: OneProps) {
  const save = async (value: string) => {
    const sent = value === "" ? null : one.flag ? value === "true" : one.number ? Number(value) : value; // null: the default
    await call("PATCH", path, { [one.key]: sent });
    again();
  };
  const common = { name: `setting.${one.key}`, label: one.label, value: one.value, save };
  if (one.flag) return <Field {...common} choices={[["true", o("yes")], ["false", o("no")]]} />;
  if (one.choices.length > 0) {
    const choices = one.choices.map((word) => [word, named(words, word)] as const);
    return <Field {...common} choices={one.choices.includes(one.value) ? choices : [[one.value, named(words, one.value)], ...choices]} />;
  }
  return <Field {...common} type={one.number ? "number" : "text"} max={500} />;
}
