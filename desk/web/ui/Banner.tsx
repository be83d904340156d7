import { outgoing } from "../net/sender";
import { phase } from "../store";
import { t } from "../i18n";
import { Icon } from "./icons";

/** How the line is, where it is not well: short hiccups pass before it shows (the delay is in the style sheet). */
export function Banner() {
  const waiting = outgoing.value.filter(({ failed }) => failed === null).length;
  const state = phase.value;
  if (state === "live" && waiting === 0) return <div class="banner-place" role="status" />;
  return (
    <div class="banner-place" role="status">
      <p class={`banner ${state}`} key={state}>
        {state === "offline" ? <Icon name="alert" /> : <span class="spinner" aria-hidden="true" />}
        <span>{state !== "live" && t(`line.${state}`)}</span>
        {waiting > 0 && <span>{t("line.waiting", { count: waiting })}</span>}
      </p>
    </div>
  );
}
