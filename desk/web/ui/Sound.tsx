// A voice message, or other sound: played in its place, as fast as one likes to listen.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { language, t } from "../i18n";
import type { Attachment } from "../model/types";

const speeds = [1, 1.5, 2] as const;
/** One for all: who listens quickly listens quickly to the next one too. */
const speed = signal<number>(1);

export function Sound({ file }: { readonly file: Attachment }) {
  const box = useRef<HTMLAudioElement>(null);
  const chosen = speed.value;
  const hurry = () => {
    if (box.current) box.current.playbackRate = chosen;
  };
  useEffect(hurry, [chosen]);
  return (
    <span class="sound">
      <audio ref={box} controls preload="none" src={file.url} aria-label={file.name} onLoadedMetadata={hurry} onPlay={hurry} />
      <span role="group" aria-label={t("office.files.speed")}>
        {speeds.map((one) => (
          <button key={one} type="button" class="button" aria-pressed={one === chosen} onClick={() => (speed.value = one)}>
            {one.toLocaleString(language.value)}×
          </button>
        ))}
      </span>
    </span>
  );
}
