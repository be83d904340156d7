import { useEffect, useLayoutEffect } from "preact/hooks";
import { agent, counts, current, head, pane, sheet } from "../store";
import { Banner } from "./Banner";
import { DialogPane } from "./DialogPane";
import { ListPane } from "./ListPane";
import { Logo } from "./icons";
import { t } from "../i18n";
import { route } from "../route";
import { later, needDress } from "./Later";
import { Rail } from "./Rail";
import { listenKeys } from "./keys";
import { may } from "./may";
import { Toasts } from "./Toasts";

/** A page like any other, to who does not see it too: it may stand a while. */
function Splash() {
  return (
    <main class="splash" aria-busy="true">
      <h1 class="hidden">Barev</h1>
      <Logo size={48} />
    </main>
  );
}

const Login = later<object>(() => import("./Login").then((module) => module.Login), Splash);
const Place = later<{ readonly place: "journal" | "contacts" | "tasks" | "knowledge" | "search" | "manage" }>(() => import("../office/Office").then((module) => module.Office));

const Side = later<object>(() => import("./side/Side").then((module) => module.Side), false);

const BackupReminder = later<object>(() => import("./BackupReminder").then((module) => module.BackupReminder), false);

const CardPane = later<object>(() => import("./CardPane").then((module) => module.CardPane), false);

const loadSheets = () => import("./sheets/Sheets").then((module) => module.Sheets);
const Sheets = later<object>(loadSheets, false);

/** The sheets are fetched when there is time, so that they open at once, also while the line is dead. */
function fetchSheets(): () => void {
  const timer = setTimeout(() => void Promise.all([loadSheets(), needDress()]).catch(() => undefined), 1500); // fetched when opened, then
  return () => clearTimeout(timer);
}

function Dialogs() {
  return (
    <main class="desk" data-pane={current.value === null ? "list" : pane.value}>
      <h1 class="hidden">{t("nav.dialogs")}</h1>
      <ListPane />
      <DialogPane />
      {head.value && <CardPane />}
    </main>
  );
}

function Desk() {
  const { mineWaiting, free } = counts.value;
  useLayoutEffect(listenKeys, []);
  useEffect(fetchSheets, []);
  const { place } = route.value;
  const name = t(`nav.${place}`);
  useEffect(() => {
    const waiting = mineWaiting + free;
    const title = place === "dialogs" ? "Barev" : `${name} · Barev`;
    document.title = waiting > 0 ? `(${waiting}) ${title}` : title;
  }, [mineWaiting + free, place, name]);
  return (
    <div class="frame">
      <Banner />
      {may("backup.run") && <BackupReminder />}
      <div class={`places at-${place}${place === "dialogs" && current.value !== null ? " in-dialog" : ""}`}>
        <Rail />
        {place === "dialogs" ? <Dialogs /> : <Place place={place} />}
      </div>
      <Side />
      {sheet.value && <Sheets />}
    </div>
  );
}

export function App() {
  const who = agent.value;
  return (
    <>
      {who === "unknown" ? (
        <Splash />
      ) : who === null ? (
        <Login />
      ) : (
        <Desk />
      )}
      <Toasts />
    </>
  );
}
