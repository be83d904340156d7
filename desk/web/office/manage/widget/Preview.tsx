// The real widget beside its settings, as a visitor would meet it: what is not saved yet included.

import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../../actions";
import type { Language } from "../../../i18n";
import { bag } from "../../../model/wire";
import { Failure } from "../../../net/errors";
import { call } from "../../../net/rest";
import { useRested } from "../../load";
import { Problem, Segments } from "../../parts";
import { named, o } from "../../words";
import type { Settings } from "./model";

type Scene = "now" | "later" | "blocked";

export function Preview({ id, settings, logo, language }: { id: number; settings: Settings; logo: string | null | undefined; language: Language }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [ready, setReady] = useState(false);
  const [scene, setScene] = useState<Scene>("now");
  const [scheme, setScheme] = useState<"light" | "dark">("light");
  const [open, setOpen] = useState(true);
  const [seen, setSeen] = useState<Readonly<Record<string, unknown>> | null>(null);
  const [problem, setProblem] = useState("");
  const rested = useRested(settings, 300);

  useEffect(() => {
    const hear = ({ source, origin, data }: MessageEvent) => {
      if (source === frame.current?.contentWindow && origin === location.origin && data === "ready") setReady(true);
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    let alive = true;
    call("POST", `inboxes/${id}/preview`, { language, settings: rested })
      .then((answer) => {
        if (!alive) return;
        setSeen(bag(answer));
        setProblem("");
      })
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (alive) setProblem(sentenceOf(error));
      });
    return () => void (alive = false);
  }, [id, language, rested]);
  useEffect(() => {
    if (!ready || !seen) return;
    const theme = { ...bag(bag(seen["hello"])["theme"]), ...(logo && settings.look.likeness === "logo" ? { logo } : {}) };
    const told = { config: { ...bag(seen["config"]), theme }, hello: { ...bag(seen["hello"]), theme }, scene, scheme, open };
    frame.current?.contentWindow?.postMessage(told, location.origin);
  }, [ready, seen, logo, scene, scheme, open]);

  return (
    <aside class="widget-preview" aria-label={o("widget.preview")}>
      <div class="widget-preview-acts">
        <Segments label={o("widget.preview_scene")} all={["now", "later", "blocked"]} chosen={scene} words={(one) => named("widget.scene", one)} choose={setScene} />
        <Segments label={o("widget.scheme")} all={["light", "dark"]} chosen={scheme} words={(one) => named("widget.scheme", one)} choose={setScheme} />
        <Segments label={o("widget.preview")} all={["open", "shut"]} chosen={open ? "open" : "shut"} words={(one) => named("widget.state", one)} choose={(one) => setOpen(one === "open")} />
      </div>
      <Problem text={problem} />
      <iframe ref={frame} src="/widget/preview.html" title={o("widget.preview")} />
    </aside>
  );
}
