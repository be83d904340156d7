import { t } from "../../i18n";

interface NoteProps {
  readonly value: string;
  readonly write: (words: string) => void;
}

/** What the one who takes over should know: it becomes a note of the dialog. */
export function ForColleague({ value, write }: NoteProps) {
  return (
    <label class="for-colleague">
      {t("office.assign.note")}
      <textarea rows={2} maxLength={4000} value={value} onInput={(event) => write(event.currentTarget.value)} />
    </label>
  );
}
