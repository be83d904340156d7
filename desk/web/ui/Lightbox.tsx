import { signal } from "@preact/signals";
import { render } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Attachment } from "../model/types";
import { t } from "../i18n";
import { IconButton } from "./parts";

const shown = signal<{ readonly of: readonly Attachment[]; readonly at: number } | null>(null);
let root: HTMLElement | null = null;

/** Shows a picture as large as the window; arrows go to its neighbours, Escape ends it and gives the focus back. */
export function enlarge(of: readonly Attachment[], at: Attachment): void {
  shown.value = { of, at: Math.max(0, of.indexOf(at)) };
  if (root) return;
  root = document.body.appendChild(document.createElement("div"));
  render(<Lightbox />, root);
}

function Lightbox() {
  const box = useRef<HTMLDialogElement>(null);
  const now = shown.value;
  useLayoutEffect(() => {
    if (now && box.current && !box.current.open) box.current.showModal();
  }, [now]);
  const file = now?.of[now.at];
  if (!now || !file) return null;
  const step = (by: number) => {
    const at = now.at + by;
    if (now.of[at]) shown.value = { ...now, at };
  };
  const keys = (event: KeyboardEvent) => {
    if (event.code === "ArrowLeft") step(-1);
    if (event.code === "ArrowRight") step(1);
  };
  return (
    <dialog
      ref={box}
      class="lightbox"
      aria-label={file.name}
      onClose={() => (shown.value = null)}
      onKeyDown={keys}
      onClick={(event) => event.target === box.current && box.current?.close()}
    >
      <header>
        <span class="file-name" role="status">{file.name}{now.of.length > 1 && ` · ${now.at + 1}/${now.of.length}`}</span>
        {now.of.length > 1 && <IconButton icon="back" label={t("office.files.previous")} disabled={now.at === 0} onClick={() => step(-1)} />}
        {now.of.length > 1 && <IconButton icon="back" class="next" label={t("office.files.next")} disabled={now.at === now.of.length - 1} onClick={() => step(1)} />}
        <a class="button" href={`${file.url}?save`} download={file.name}>{t("office.files.save")}</a>
        <IconButton icon="close" label={t("close")} onClick={() => box.current?.close()} />
      </header>
      <img src={file.url} alt={file.name} />
    </dialog>
  );
}
