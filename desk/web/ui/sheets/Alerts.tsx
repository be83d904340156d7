import { t } from "../../i18n";
import { Icon } from "../icons";
import { allowed, askForNotices, noticesOn, playMelody, setNotices, setSound, setVolume, soundOn, volume } from "../side/alerts";

/** How the desk calls: the melody with its volume, the browser's notices. */
export function Alerts() {
  return (
    <>
      <label class="setting">
        <span>{t("office.alerts.sound")}</span>
        <input type="checkbox" checked={soundOn.value} onChange={(event) => setSound(event.currentTarget.checked)} />
      </label>
      {soundOn.value && (
        <div class="setting">
          <label for="alert-volume">{t("office.alerts.volume")}</label>
          <span class="setting-range">
            <input
              id="alert-volume"
              type="range"
              min="1"
              max="10"
              value={volume.value}
              onInput={(event) => setVolume(Number(event.currentTarget.value))}
              onChange={playMelody}
            />
            <button type="button" class="button" onClick={playMelody}>
              <Icon name="bell" /> {t("office.alerts.listen")}
            </button>
          </span>
        </div>
      )}
      <Notices />
    </>
  );
}

function Notices() {
  if (allowed.value === "unsupported") return null;
  if (allowed.value === "granted") {
    return (
      <label class="setting">
        <span>{t("office.alerts.notices")}</span>
        <input type="checkbox" checked={noticesOn.value} onChange={(event) => setNotices(event.currentTarget.checked)} />
      </label>
    );
  }
  return (
    <div class="setting">
      <span>
        {t("office.alerts.notices")}
        {allowed.value === "denied" && <small class="hint">{t("office.alerts.denied")}</small>}
      </span>
      {allowed.value === "default" && (
        <button type="button" class="button" onClick={() => void askForNotices()}>
          {t("office.alerts.allow")}
        </button>
      )}
    </div>
  );
}
