import "../moreIcons";
import { useEffect, useState } from "preact/hooks";
import { logout } from "../../actions";
import { agent, sheet } from "../../store";
import { demoPresent } from "../../net/rest";
import { addressOf, startPlace, startWith, type Place } from "../../route";
import { t } from "../../i18n";
import { Icon } from "../icons";
import { lettersOn, setLetters } from "../keys";
import { later } from "../Later";
import { LanguageSelect } from "../LanguageSelect";
import { Alerts } from "./Alerts";
import { Face, Sheet } from "../parts";
import { setTheme, theme, themes, type Theme } from "../theme";

const Password = later<{ readonly login: string }>(() => import("../../office/Password").then((module) => module.Password));
const Notices = later(() => import("../../office/Notices").then((module) => module.Notices));

/** Whether this agent may remove a demo, and there is one. */
function useDemo(allowed: boolean): boolean {
  const [present, setPresent] = useState(false);
  useEffect(() => {
    if (allowed) void demoPresent().then(setPresent, () => undefined); // unreachable: then nothing is offered
  }, [allowed]);
  return present;
}

export function SettingsSheet() {
  const who = agent.value;
  const [start, setStart] = useState(startPlace());
  const begin = (place: Place) => {
    startWith(place);
    setStart(place);
  };
  const demo = useDemo(who !== null && who !== "unknown" && who.permissions.includes("demo.remove"));
  if (who === null || who === "unknown") return null;
  const role = (["owner", "manager", "agent"] as const).find((name) => name === who.role);
  return (
    <Sheet title={t("settings.title")}>
      <div class="self">
        <Face id={who.id} name={who.name} />
        <p>
          <b>{who.name}</b>
          <span class="hint">
            {who.login}
            {role && ` · ${t(`office.role.${role}`)}`}
          </span>
        </p>
        <button type="button" class="button" onClick={() => void logout()}>
          <Icon name="logout" /> {t("office.settings.logout")}
        </button>
      </div>
      <div class="setting">
        <span id="setting-language">{t("settings.language")}</span>
        <LanguageSelect />
      </div>
      <label class="setting">
        <span>{t("office.settings.theme")}</span>
        <select value={theme.value} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
          {themes.map((name) => (
            <option key={name} value={name}>
              {t(`office.theme.${name}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="setting">
        <span>{t("office.journal.start")}</span>
        <select value={start} onChange={(event) => begin(event.currentTarget.value as Place)}>
          {(["dialogs", "journal"] as const).map((name) => (
            <option key={name} value={name}>
              {t(`nav.${name}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="setting">
        <span>
          {t("office.settings.letters")}
          <small class="hint">{t("office.settings.letters_hint")}</small>
        </span>
        <input type="checkbox" checked={lettersOn.value} onChange={(event) => setLetters(event.currentTarget.checked)} />
      </label>
      <Alerts />
      <Notices />
      <a class="button wide-button" href={addressOf("manage", ["canned"])} onClick={() => (sheet.value = null)}>
        <Icon name="note" /> {t("office.canned.title")}
      </a>
      <Password login={who.login} />
      {demo && (
        <button type="button" class="button danger wide-button" onClick={() => (sheet.value = "demo")}>
          <Icon name="trash" /> {t("office.demo.remove")}
        </button>
      )}
    </Sheet>
  );
}
