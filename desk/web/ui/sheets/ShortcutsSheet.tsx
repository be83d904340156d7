import { useEffect } from "preact/hooks";
import { needLater, t } from "../../i18n";
import { Sheet } from "../parts";

interface Shortcut {
  readonly keys: readonly string[];
  readonly text:
    | "move" | "open" | "next_red" | "tabs" | "reply" | "write_note" | "take" | "assign" | "escalate" | "snooze" | "resolve"
    | "presence" | "request" | "why" | "canned" | "give_back" | "suggest" | "quote" | "messages" | "card" | "leave" | "switch" | "search" | "help" | "journal";
}

/** What the `?` sheet lists, in its order. */
const shortcuts: readonly Shortcut[] = [
  { keys: ["J", "K", "↓", "↑"], text: "move" },
  { keys: ["Enter"], text: "open" },
  { keys: ["U"], text: "next_red" },
  { keys: ["Alt ↓", "Alt ↑"], text: "switch" },
  { keys: ["1", "2", "3", "4", "5"], text: "tabs" },
  { keys: ["G"], text: "request" },
  { keys: ["R"], text: "reply" },
  { keys: ["N"], text: "write_note" },
  { keys: ["/"], text: "canned" },
  { keys: ["Alt 1", "Alt 2", "Alt 3"], text: "suggest" },
  { keys: ["T"], text: "take" },
  { keys: ["B"], text: "give_back" },
  { keys: ["A"], text: "assign" },
  { keys: ["X"], text: "escalate" },
  { keys: ["S"], text: "snooze" },
  { keys: ["E"], text: "resolve" },
  { keys: ["↑", "↓"], text: "messages" },
  { keys: ["Q"], text: "quote" },
  { keys: ["D"], text: "why" },
  { keys: ["I"], text: "card" },
  { keys: ["P"], text: "presence" },
  { keys: ["Esc"], text: "leave" },
  { keys: ["C"], text: "journal" },
  { keys: ["/", "Ctrl K"], text: "search" },
  { keys: ["?"], text: "help" },
];

export function ShortcutsSheet() {
  useEffect(() => void needLater(), []); // its texts stand in a moment later
  return (
    <Sheet title={t("shortcuts.title")} wide>
      <dl class="shortcuts">
        {shortcuts.map(({ keys, text }) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(`office.shortcuts.${text}`)}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{t("office.shortcuts.note")}</p>
    </Sheet>
  );
}
