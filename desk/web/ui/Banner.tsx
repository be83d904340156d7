import { useEffect, useState } from "preact/hooks";
import { outgoing } from "../net/sender";
import { phase } from "../store";
import { t } from "../i18n";
import { Icon } from "./icons";

const hiccupMs = 900;

/** How the line is, where it is not well for longer than a hiccup. */
export function Banner() {
  const waiting = outgoing.value.filter(({ failed }) => failed === null).length;
  const state = phase.value;
  const trouble = state !== "live" || waiting > 0;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!trouble) return setShown(false);
    const timer = setTimeout(() => setShown(true), hiccupMs);
    return () => clearTimeout(timer);
  }, [trouble]);
  return (
    <div role="status">
      {shown && trouble && (
        <p class={`banner ${state}`}>
          {state === "offline" ? <Icon name="alert" /> : <span class="spinner" aria-hidden="true" />}
          {state !== "live" && <span>{t(`line.${state}`)}</span>}
          {waiting > 0 && <span>{t("line.waiting", { count: waiting })}</span>}
        </p>
      )}
    </div>
  );
}
