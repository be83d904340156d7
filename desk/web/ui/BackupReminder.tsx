import { useEffect } from "preact/hooks";
import { addressOf } from "../route";
import { t } from "../i18n";
import { backups, watchBackups } from "./backups";
import { Icon } from "./icons";

/** A red line while the last copy of the firm's data is too old, for whoever can make one. */
export function BackupReminder() {
  useEffect(watchBackups, []);
  if (!backups.value?.overdue) return null;
  return (
    <p class="reminder" role="status">
      <Icon name="alert" />
      <span>{t("office.reminder.overdue")}</span>
      <a href={addressOf("manage", ["backups"])}>{t("office.reminder.open")}</a>
    </p>
  );
}
