import { useRef } from "preact/hooks";
import { setPresence } from "../actions";
import { agent, counts, me, sheet, state, tab } from "../store";
import { tabs, type Tab } from "../model/select";
import { t } from "../i18n";
import type { PresenceStatus } from "../model/types";
import { ConversationList } from "./ConversationList";
import { Icon, Logo } from "./icons";
import { IconButton } from "./parts";

const presences: readonly PresenceStatus[] = ["online", "away", "offline"];

function PresenceSelect() {
  const own = state.value.agents.find(({ id }) => id === me.value?.id);
  const status = own?.status ?? "offline";
  return (
    <label class={`presence ${status}`}>
      <span class="presence-dot" aria-hidden="true" />
      <span class="hidden">{t("presence.label")}</span>
      <select
        value={status}
        disabled={!me.value}
        onChange={(event) => void setPresence(event.currentTarget.value as PresenceStatus)}
      >
        {presences.map((word) => (
          <option key={word} value={word}>
            {t(`presence.${word}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

const tabCount: Readonly<Record<Tab, () => number | null>> = {
  mine: () => counts.value.mine,
  waiting: () => counts.value.waiting,
  all: () => counts.value.all,
  resolved: () => null,
  bot: () => counts.value.bot,
};

function Tabs() {
  const box = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = event.code === "ArrowRight" ? 1 : event.code === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(tab.value) + step + tabs.length) % tabs.length] as Tab;
    tab.value = next;
    box.current?.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t("tabs.label")} ref={box} onKeyDown={move}>
      {tabs.map((name, index) => {
        const count = tabCount[name]();
        const chosen = tab.value === name;
        const red = name === "waiting" ? counts.value.waiting > 0 : name === "mine" && counts.value.mineWaiting > 0;
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            data-tab={name}
            aria-selected={chosen}
            aria-controls="conversation-list"
            aria-keyshortcuts={String(index + 1)}
            tabIndex={chosen ? 0 : -1}
            title={name === "bot" ? t("tabs.bot") : undefined}
            class={red ? "red" : ""}
            onClick={() => (tab.value = name)}
          >
            {name === "bot" ? <Icon name="bot" size={16} /> : null}
            <span class={name === "bot" ? "hidden" : ""}>{t(`tabs.${name}`)}</span>
            {count !== null && <span class="count">{count}</span>}
          </button>
        );
      })}
    </div>
  );
}

export function ListPane() {
  const who = agent.value;
  return (
    <section class="list-pane" aria-label={t("list.label")}>
      <header class="list-head">
        <div class="brand" title={who !== null && who !== "unknown" ? who.name : ""}>
          <Logo />
          <div class="brand-words">
            <p class="brand-name">Barev</p>
            <span class="who">{who !== null && who !== "unknown" ? who.name : ""}</span>
          </div>
        </div>
        <PresenceSelect />
        <IconButton icon="leave" label={t("shift.end")} onClick={() => (sheet.value = "handover")} />
        <IconButton icon="help" label={t("shortcuts.title")} keys="?" onClick={() => (sheet.value = "shortcuts")} />
        <IconButton icon="gear" label={t("settings.title")} onClick={() => (sheet.value = "settings")} />
      </header>
      <Tabs />
      <ConversationList />
    </section>
  );
}
