// Texts of the places beside the dialogs.

import { language, t, textOf, type Fields } from "../i18n";
import type { TextKey } from "../generated/texts";
import { pluralOf } from "../model/plural";
import "../ui/moreIcons";

type Rest<K> = K extends `office.${infer R}` ? R : never;
type Counted<K> = K extends `${infer R}.other` ? R : never;
export type OfficeKey = Rest<TextKey>;
export type CountedKey = Counted<OfficeKey>;

export const o = (key: OfficeKey, fields?: Fields) => t(`office.${key}`, fields);

/** A text that counts, in the right plural form. */
export function counted(key: CountedKey, count: number, fields: Fields = {}): string {
  const all = { count, ...fields };
  const text = textOf(`office.${key}.${pluralOf(language.value, count)}`) ?? textOf(`office.${key}.other`) ?? "";
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => (name in all ? String(all[name as keyof typeof all]) : hole));
}

/** A word for what the server calls by a name; the name itself where this desk does not know it. */
export const named = (group: string, name: string) => textOf(`office.${group}.${name}`) ?? name;
