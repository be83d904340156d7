import { useEffect } from "preact/hooks";
import { needLater, t } from "../../i18n";
import { shortcuts } from "../keys";
import { Sheet } from "../parts";

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
