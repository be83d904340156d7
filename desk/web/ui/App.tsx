import { useEffect } from "preact/hooks";
import { agent, counts, current, pane, sheet } from "../store";
import { Banner } from "./Banner";
import { CardPane } from "./CardPane";
import { DialogPane } from "./DialogPane";
import { Login } from "./Login";
import { ListPane } from "./ListPane";
import { Logo } from "./icons";
import { listenKeys } from "./keys";
import { AssignSheet } from "./sheets/AssignSheet";
import { DemoSheet } from "./sheets/DemoSheet";
import { EscalateSheet } from "./sheets/EscalateSheet";
import { SettingsSheet } from "./sheets/SettingsSheet";
import { ShortcutsSheet } from "./sheets/ShortcutsSheet";
import { SnoozeSheet } from "./sheets/SnoozeSheet";
import { Toasts } from "./Toasts";

const sheets = {
  assign: AssignSheet,
  demo: DemoSheet,
  escalate: EscalateSheet,
  settings: SettingsSheet,
  shortcuts: ShortcutsSheet,
  snooze: SnoozeSheet,
} as const;

function Desk() {
  const Open = sheet.value ? sheets[sheet.value] : null;
  const { mineWaiting, free } = counts.value;
  useEffect(listenKeys, []);
  useEffect(() => {
    const waiting = mineWaiting + free;
    document.title = waiting > 0 ? `(${waiting}) Barev` : "Barev";
  }, [mineWaiting + free]);
  return (
    <div class="frame">
      <Banner />
      <main class="desk" data-pane={current.value === null ? "list" : pane.value}>
        <h1 class="hidden">Barev</h1>
        <ListPane />
        <DialogPane />
        <CardPane />
      </main>
      {Open && <Open key={sheet.value ?? ""} />}
    </div>
  );
}

export function App() {
  const who = agent.value;
  return (
    <>
      {who === "unknown" ? (
        <div class="splash" aria-busy="true">
          <Logo size={48} />
        </div>
      ) : who === null ? (
        <Login />
      ) : (
        <Desk />
      )}
      <Toasts />
    </>
  );
}
