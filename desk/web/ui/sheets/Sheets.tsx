import { sheet } from "../../store";
import { AssignSheet } from "./AssignSheet";
import { DecisionsSheet } from "./DecisionsSheet";
import { DemoSheet } from "./DemoSheet";
import { EscalateSheet } from "./EscalateSheet";
import { HandoverSheet } from "./HandoverSheet";
import { SettingsSheet } from "./SettingsSheet";
import { ShortcutsSheet } from "./ShortcutsSheet";
import { SnoozeSheet } from "./SnoozeSheet";

const sheets = {
  assign: AssignSheet,
  decisions: DecisionsSheet,
  demo: DemoSheet,
  escalate: EscalateSheet,
  handover: HandoverSheet,
  settings: SettingsSheet,
  shortcuts: ShortcutsSheet,
  snooze: SnoozeSheet,
} as const;

/** The sheet that is open, if any. */
export function Sheets() {
  const Open = sheet.value ? sheets[sheet.value] : null;
  return Open && <Open key={sheet.value ?? ""} />;
}
