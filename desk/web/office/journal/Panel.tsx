import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "../../ui/parts";
import { t } from "../../i18n";
import { gate, go } from "../../route";
import { Modal } from "../parts";
import { o } from "../words";
import { leaveFor, leaving, show, side, unsaved } from "./state";

/** The panel at the side: it takes the focus when it is opened, Escape closes it and gives the focus back. */
export function Panel({ title, of, children }: { readonly title: string; readonly of: string; readonly children: ComponentChildren }) {
  const head = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const from = document.activeElement;
    head.current?.focus();
    return () => {
      unsaved.value = false;
      if (from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true });
    };
  }, [of]);
  useLayoutEffect(() => {
    if (document.activeElement === document.body) head.current?.focus(); // what had the focus is there no more
  });
  return (
    <aside
      class="journal-panel"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        event.preventDefault(); // the browser would close by it what asks first
        show(null);
      }}
    >
      <header>
        <h2 ref={head} tabIndex={-1}>
          {title}
        </h2>
        <IconButton icon="close" label={t("close")} onClick={() => show(null)} />
      </header>
      {children}
    </aside>
  );
}

/** Words that nobody saved would be lost: the agent says whether they may. */
export function Leaving() {
  const work = leaving.value;
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (unsaved.value) event.preventDefault();
    };
    const follow = (event: MouseEvent) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#/"]');
      if (!link || !unsaved.value || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(link.hash);
    };
    gate.ask = leaveFor;
    window.addEventListener("beforeunload", ask);
    document.addEventListener("click", follow, { capture: true });
    return () => {
      gate.ask = null;
      window.removeEventListener("beforeunload", ask);
      document.removeEventListener("click", follow, { capture: true });
    };
  }, []);
  if (!work) return null;
  const stay = () => (leaving.value = null);
  return (
    <Modal title={o("journal.unsaved")} close={stay}>
      <p>{o("journal.unsaved_about")}</p>
      <div class="sheet-buttons">
        <button type="button" class="button" onClick={stay}>
          {o("journal.unsaved_stay")}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            stay();
            unsaved.value = false;
            work();
          }}
        >
          {o("journal.unsaved_leave")}
        </button>
      </div>
    </Modal>
  );
}

/** What was shown is there no more. */
export function useGone(there: boolean): void {
  useEffect(() => {
    if (there) return;
    unsaved.value = false;
    side.value = null;
  }, [there]);
}
