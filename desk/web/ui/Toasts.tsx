import { dismiss, toasts, type Toast } from "../store";
import { t } from "../i18n";
import { Icon } from "./icons";
import { IconButton } from "./parts";

function One({ toast }: { readonly toast: Toast }) {
  return (
    <div class={`toast ${toast.level}`}>
      <Icon name={toast.level === "info" ? "check" : "alert"} />
      <p>{toast.text}</p>
      {toast.action && (
        <button
          type="button"
          class="button"
          onClick={() => {
            dismiss(toast.id);
            toast.action?.run();
          }}
        >
          {toast.action.label}
        </button>
      )}
      <IconButton icon="close" label={t("close")} onClick={() => dismiss(toast.id)} />
    </div>
  );
}

/** Short news. Two regions, since what went wrong is said at once and the rest when there is a pause. */
export function Toasts() {
  const urgent = toasts.value.filter(({ level }) => level !== "info");
  const calm = toasts.value.filter(({ level }) => level === "info");
  return (
    <div class="toasts">
      <div role="alert">{urgent.map((toast) => <One key={toast.id} toast={toast} />)}</div>
      <div role="status">{calm.map((toast) => <One key={toast.id} toast={toast} />)}</div>
    </div>
  );
}
