import { signal } from "@preact/signals";
import type { Attachment } from "../model/types";
import { uuid } from "../model/outbox";
import { upload } from "../net/upload";
import { current } from "../store";
import { sentenceOf } from "../actions";
import { t } from "../i18n";
import { arriving, type TrayProps } from "./attach";
import { change, draft, keep, openDraft } from "./draft";
import { sizeText } from "./format";
import { IconButton } from "./parts";

interface Coming {
  readonly key: string;
  readonly conversationId: number;
  readonly file: File;
  readonly progress: number;
  readonly failed: string | null;
  readonly stop: AbortController;
}

const coming = signal<readonly Coming[]>([]);

function show(next: readonly Coming[]): void {
  coming.value = next;
  const counts = new Map<number, number>();
  for (const { conversationId } of next) counts.set(conversationId, (counts.get(conversationId) ?? 0) + 1);
  arriving.value = counts;
}

/** What is on its way goes with the page: the browser asks before it leaves. */
addEventListener("beforeunload", (event) => {
  if (coming.peek().some(({ failed }) => failed === null)) event.preventDefault();
});

const alter = (key: string, part: Partial<Coming>) => show(coming.value.map((one) => (one.key === key ? { ...one, ...part } : one)));
const remove = (key: string) => show(coming.value.filter((one) => one.key !== key));

/** A file has come to the server; the agent may have gone on to another dialog meanwhile. */
function addFile(conversationId: number, file: Attachment): void {
  if (conversationId === current.peek() && !draft.value.editing) return change({ files: [...draft.value.files, file] });
  const shown = draft.peek();
  openDraft(conversationId);
  keep(conversationId, { ...draft.peek(), files: [...draft.peek().files, file] });
  draft.value = shown;
}

export function bring(conversationId: number, files: readonly File[]): void {
  for (const file of files) {
    const one: Coming = { key: uuid(), conversationId, file, progress: 0, failed: null, stop: new AbortController() };
    show([...coming.value, one]);
    void begin(one);
  }
}

/** The same key on every try: however often it is sent, it is one file. */
async function begin({ key, conversationId, file, stop }: Coming): Promise<void> {
  alter(key, { failed: null });
  try {
    const brought = await upload(file, key, (progress) => alter(key, { progress }), stop.signal);
    remove(key);
    addFile(conversationId, brought);
  } catch (error) {
    if (!stop.signal.aborted) alter(key, { failed: sentenceOf(error) });
  }
}

/** The files of the draft: those that came, and those on their way. */
export function Tray({ id }: TrayProps) {
  const mine = coming.value.filter(({ conversationId }) => conversationId === id);
  const { files } = draft.value;
  if (mine.length + files.length === 0) return null;
  const without = (gone: Attachment) => change({ files: files.filter((file) => file !== gone) });
  return (
    <ul class="tray" aria-label={t("office.files.label")}>
      {files.map((file) => (
        <li key={file.id} class="file-chip">
          {file.mime.startsWith("image/") && <img src={file.url} alt="" />}
          <span class="file-name">{file.name}</span>
          <small>{sizeText(file.size)}</small>
          <IconButton icon="close" label={t("office.files.remove", { name: file.name })} onClick={() => without(file)} />
        </li>
      ))}
      {mine.map((one) => (
        <li key={one.key} class={`file-chip${one.failed === null ? "" : " failed"}`}>
          <span class="file-name">{one.file.name}</span>
          {one.failed === null ? (
            <progress max={1} value={one.progress} aria-label={one.file.name} />
          ) : (
            <>
              <small role="alert">{one.failed}</small>
              <IconButton icon="retry" label={t("office.files.retry", { name: one.file.name })} onClick={() => void begin(one)} />
            </>
          )}
          <IconButton
            icon="close"
            label={t("office.files.remove", { name: one.file.name })}
            onClick={() => {
              one.stop.abort();
              remove(one.key);
            }}
          />
        </li>
      ))}
    </ul>
  );
}
