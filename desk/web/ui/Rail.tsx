import { agent, counts, current, sheet } from "../store";
import { addressOf, route, type Place } from "../route";
import { t } from "../i18n";
import { Icon, Logo, type IconName } from "./icons";
import { Face } from "./parts";
import { mayManage } from "./may";

const icons: Readonly<Record<Place, IconName>> = {
  dialogs: "unknown", journal: "calendar", contacts: "contacts", tasks: "tasks", knowledge: "book", search: "search", manage: "sliders",
};

function Link({ place }: { readonly place: Place }) {
  const here = route.value.place === place;
  const waiting = place === "dialogs" ? counts.value.mineWaiting + counts.value.free : 0;
  const open = place === "dialogs" && current.value !== null ? [current.value] : [];
  return (
    <a
      href={addressOf(place, open)}
      class="rail-link"
      aria-current={here ? "page" : undefined}
      aria-keyshortcuts={place === "search" ? "/ Control+K" : undefined}
      title={t(`nav.${place}`)}
    >
      <span class="rail-icon">
        <Icon name={icons[place]} size={20} />
        {waiting > 0 && <span class="rail-count">{waiting}</span>}
      </span>
      <span class="rail-word">{t(`nav.${place}`)}</span>
    </a>
  );
}

/** The places of the desk. On a phone it lies at the bottom, and makes room where a dialog is open. */
export function Rail() {
  const who = agent.value;
  return (
    <nav class="rail" aria-label={t("nav.label")}>
      <span class="rail-logo">
        <Logo size={30} />
      </span>
      {(["dialogs", "journal", "contacts", "tasks", "knowledge", "search"] as const).map((place) => (
        <Link key={place} place={place} />
      ))}
      {mayManage() && <Link place="manage" />}
      {who !== null && who !== "unknown" && (
        <button type="button" class="rail-self" title={t("settings.own", { name: who.name })} onClick={() => (sheet.value = "settings")}>
          <Face id={who.id} name={who.name} small />
          <span class="hidden">{t("settings.own", { name: who.name })}</span>
        </button>
      )}
    </nav>
  );
}
