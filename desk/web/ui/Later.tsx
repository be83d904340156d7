// A part of the desk that is fetched when it is first shown: its script, its texts, its style.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../actions";
import { needLater, t } from "../i18n";
import { offline } from "../net/errors";
import { Icon } from "./icons";

let styled: Promise<void> | null = null;

/** The style of the later places, once. */
export function needStyle(): Promise<void> {
  return (styled ??= new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = document.querySelector<HTMLMetaElement>("meta[name=office-style]")?.content ?? "";
    link.onload = () => resolve();
    link.onerror = () => {
      styled = null;
      link.remove();
      reject(new TypeError("no style"));
    };
    document.head.append(link);
  }));
}

/** Texts and style of everything that is shown later. */
export const needDress = () => Promise.all([needLater(), needStyle()]);

function Quiet() {
  return <div class="later" aria-busy="true" />;
}

/** Makes a part out of a module that is fetched with its first use. While it comes, `Held` stands in its place; nothing does
 * for what lies over the page (false). */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, Held: ComponentType | false = Quiet): ComponentType<P> {
  let ready: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [, draw] = useState(0);
    const [failed, setFailed] = useState(false);
    const fetchIt = () => {
      setFailed(false);
      Promise.all([load(), needDress()])
        .then(([part]) => {
          ready = part;
          draw((times) => times + 1);
        })
        .catch(() => setFailed(true)); // the network, or a new version: trying again is all one can do
    };
    useEffect(() => {
      if (!ready) fetchIt();
    }, []);
    if (ready) {
      const Ready = ready;
      return <Ready {...props} />;
    }
    if (!failed) return Held ? <Held /> : null;
    return (
      <div class="later" role="alert">
        <p>
          <Icon name="alert" /> {sentenceOf(offline())}
        </p>
        <button type="button" class="button" onClick={fetchIt}>
          <Icon name="retry" /> {t("pending.retry")}
        </button>
      </div>
    );
  };
}
