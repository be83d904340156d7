// Articles as Markdown files: out as a ZIP, in as files or a ZIP of them.

import { useRef, useState } from "preact/hooks";
import { language } from "../../i18n";
import { call } from "../../net/rest";
import { Icon } from "../../ui/icons";
import { attempt } from "../load";
import { o } from "../words";
import { readImported, type Imported } from "./wire";

export function Files({ changed }: { readonly changed: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [done, setDone] = useState<Imported | null>(null);
  const [busy, setBusy] = useState(false);
  const bring = async (files: FileList | null) => {
    if (!files?.length) return;
    const form = new FormData();
    for (const file of files) form.append("file", file, file.name);
    setBusy(true);
    setDone(await attempt(() => call("POST", "knowledge/import", form, 60_000).then(readImported)));
    setBusy(false);
    if (input.current) input.current.value = "";
    changed();
  };
  return (
    <section class="knowledge-files" aria-label={o("knowledge.files")}>
      <p class="hint">{o("knowledge.files_lead", { example: `how-to-pay.${language.value}.md` })}</p>
      <a class="button" href="/api/v1/knowledge/export" download>
        <Icon name="download" size={16} /> {o("knowledge.export")}
      </a>
      <button type="button" class="button" disabled={busy} onClick={() => input.current?.click()}>
        <Icon name="upload" size={16} /> {o("knowledge.import")}
      </button>
      <input ref={input} type="file" multiple accept=".md,.zip" hidden aria-label={o("knowledge.import")} onChange={(event) => void bring(event.currentTarget.files)} />
      <div role="status">
        {done && (
          <>
            <p>{o("knowledge.imported", { added: done.added, changed: done.changed })}</p>
            {done.faults.length > 0 && (
              <ul>
                {done.faults.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            )}
          </>
        )}
      </div>
    </section>
  );
}
