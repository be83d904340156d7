import type { Change } from "../model/card";
import { named, o } from "./words";

/** What a deed changed: each field with what it was and what it is. */
export function Changes({ of }: { readonly of: readonly Change[] }) {
  if (of.length === 0) return null;
  return (
    <dl class="changes">
      {of.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{named("field", field)}</dt>
          <dd>
            {before && <del>{before}</del>}
            {before && " → "}
            {after ? <ins>{after}</ins> : <span class="hint">{o("history.emptied")}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
