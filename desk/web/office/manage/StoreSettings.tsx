import { bag, list, readAll, text, whole } from "../../model/wire";
import { call } from "../../net/rest";
import { Field } from "../Field";
import { useLoad } from "../load";
import { Failed, Heading, Skeletons } from "../parts";
import { named, o } from "../words";

interface Setting {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly number: boolean;
  readonly flag: boolean;
  readonly choices: readonly string[];
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

const groups = ["retention", "backup", "business"] as const;

/** What is kept in the store itself: how long things are kept, backups, names. */
export function StoreSettings() {
  const loaded = useLoad(async () => readSettings(await call("GET", "settings")), []);
  if (loaded.now.is === "loading") return <Skeletons />;
  if (loaded.now.is === "failed") return <Failed failure={loaded.now.failure} again={loaded.again} />;
  const all = loaded.now.value;
  const groupOf = (key: string) => groups.find((group) => key.startsWith(`${group}.`)) ?? null;
  const shown = [...groups, null].map((group) => ({ group, items: all.filter(({ key }) => groupOf(key) === group) }));
  return (
    <>
      <Heading text={o("manage.store")} />
      <div class="place-body columns-body">
        {shown.map(
          ({ group, items }) =>
            items.length > 0 && (
              <section class="panel" key={group ?? "other"}>
                <h2>{o(`settings.${group ?? "rest"}`)}</h2>
                {group === "retention" && <p class="hint">{o("settings.retention_lead")}</p>}
                {items.map((one) => (
                  <One key={one.key} one={one} again={loaded.again} />
                ))}
              </section>
            ),
        )}
      </div>
    </>
  );
}

function One({ one, again }: { readonly one: Setting; readonly again: () => void }) {
  const save = async (value: string) => {
    const sent = value === "" ? null : one.flag ? value === "true" : one.number ? Number(value) : value; // null: the default
    await call("PATCH", "settings", { [one.key]: sent });
    again();
  };
  const common = { name: `setting.${one.key}`, label: one.label, value: one.value, save };
  if (one.flag) return <Field {...common} choices={[["true", o("yes")], ["false", o("no")]]} />;
  if (one.choices.length > 0) {
    const choices = one.choices.map((word) => [word, named("name_order", word)] as const);
    return <Field {...common} choices={one.choices.includes(one.value) ? choices : [[one.value, named("name_order", one.value)], ...choices]} />;
  }
  return <Field {...common} type={one.number ? "number" : "text"} max={500} />;
}
