import { useState } from "preact/hooks";
import { bag, readAll, text, whole } from "../../model/wire";
import { call } from "../../net/rest";
import { textOf } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useLoad } from "../load";
import { Failed, Heading, Segments, Skeletons } from "../parts";
import { counted, o } from "../words";

const formats = ["xlsx", "csv", "jsonl"] as const;
type Format = (typeof formats)[number];

interface Kind {
  readonly kind: string;
  readonly label: string;
  readonly rows: number | null;
}

function readKind(value: unknown): Kind | null {
  const raw = bag(value);
  const kind = text(raw["kind"]);
  return kind === null ? null : { kind, label: text(raw["label"]) ?? textOf(`office.export_kind.${kind}`) ?? kind, rows: whole(raw["rows"]) };
}

/** Everything the firm has, as files. The browser fetches them itself, so that a large one never fills the page's memory. */
export function Export() {
  const loaded = useLoad(async () => readAll(bag(await call("GET", "exports/kinds"))["items"], readKind), []);
  const [format, setFormat] = useState<Format>("xlsx");
  return (
    <>
      <Heading text={o("manage.export")} />
      <div class="place-body">
        <p class="hint">{o("export.lead")}</p>
        <Segments label={o("export.format")} all={formats} chosen={format} words={(one) => o(`format.${one}`)} choose={setFormat} />
        {loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {loaded.now.is === "ready" && (
          <>
            <ul class="rowed">
              {loaded.now.value.map(({ kind, label, rows }) => (
                <li key={kind}>
                  <span class="rowed-body">
                    <b>{label}</b>
                    {rows !== null && <span class="hint">{counted("count.rows", rows)}</span>}
                  </span>
                  <a class="button" href={`/api/v1/exports/${encodeURIComponent(kind)}?format=${format}`} download aria-label={o("export.download_named", { name: label })}>
                    <Icon name="download" size={16} /> {o("export.download")}
                  </a>
                </li>
              ))}
            </ul>
            <a class="button primary" href={`/api/v1/exports/all?format=${format}`} download>
              <Icon name="download" /> {o("export.all")}
            </a>
          </>
        )}
      </div>
    </>
  );
}
