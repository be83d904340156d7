import { switchLanguage } from "../actions";
import { language, languageNames, languages, t } from "../i18n";
import { toast } from "../store";
import { Icon } from "./icons";

/** The five languages, each in its own name. */
export function LanguageSelect() {
  const change = (to: string) => switchLanguage(to).catch(() => toast(t("error.offline"), "error"));
  return (
    <label class="language">
      <Icon name="globe" />
      <span class="hidden">{t("settings.language")}</span>
      <select value={language.value} onChange={(event) => void change(event.currentTarget.value)}>
        {languages.map((code) => (
          <option key={code} value={code} lang={code}>
            {languageNames[code]}
          </option>
        ))}
      </select>
    </label>
  );
}
