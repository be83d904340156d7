// The list of dialogs: rows of one height, only those near the eye in the document, so that thousands cost as little as ten.

import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { hasMore, loadMore } from "../actions";
import { current, list, phase, state, tab } from "../store";
import { t } from "../i18n";
import { cursor, moveCursor, openCursor, revealed } from "./cursor";
import { Row, rowId } from "./Row";

const rowRem = 5.5;
const spare = 6;

const rowPx = () => rowRem * parseFloat(getComputedStyle(document.documentElement).fontSize);

const view = signal({ top: 0, height: 900 });

export function ConversationList() {
  const box = useRef<HTMLDivElement>(null);
  const heads = list.value;
  const height = rowPx();
  const first = Math.max(0, Math.floor(view.value.top / height) - spare);
  const last = Math.min(heads.length, Math.ceil((view.value.top + view.value.height) / height) + spare);
  const look = () => {
    const pane = box.current;
    if (!pane) return;
    view.value = { top: pane.scrollTop, height: pane.clientHeight };
    if (pane.scrollTop + pane.clientHeight > pane.scrollHeight - 600) void loadMore(tab.value);
  };
  useLayoutEffect(() => {
    box.current?.scrollTo(0, 0);
    look();
  }, [tab.value]);
  useEffect(() => {
    if (phase.value === "live" && heads.length * height < view.value.height) void loadMore(tab.value);
  }, [tab.value, phase.value, heads.length]);
  useEffect(() => {
    const watch = new ResizeObserver(look);
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const active = cursor.value ?? current.value;
  useLayoutEffect(() => showRow(box.current, heads.findIndex(({ id }) => id === active), height), [revealed.value]);
  return (
    <div
      ref={box}
      id="conversation-list"
      class="rows"
      role="tabpanel"
      aria-labelledby={`tab-${tab.value}`}
      onScroll={look}
    >
      {heads.length === 0 && <EmptyList />}
      {heads.length > 0 && (
        <div
          role="listbox"
          class="rows-inner"
          aria-label={t(`tabs.${tab.value}`)}
          tabIndex={0}
          aria-activedescendant={active !== null && heads.slice(first, last).some(({ id }) => id === active) ? rowId(active) : undefined}
          style={{ height: `${heads.length * height}px` }}
          onFocus={() => (cursor.value ??= current.value ?? heads[0]?.id ?? null)}
          onKeyDown={listKeys}
        >
          {heads.slice(first, last).map((head, index) => (
            <Row
              key={head.id}
              head={head}
              top={(first + index) * height}
              place={first + index + 1}
              of={hasMore(tab.value) ? -1 : heads.length}
              chosen={head.id === current.value}
              active={head.id === active}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function showRow(pane: HTMLElement | null, place: number, height: number): void {
  if (!pane || place < 0) return;
  const top = place * height;
  if (top < pane.scrollTop) pane.scrollTop = top;
  else if (top + height > pane.scrollTop + pane.clientHeight) pane.scrollTop = top + height - pane.clientHeight;
}

function listKeys(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const far = list.value.length;
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -far, End: far };
  const step = steps[event.code];
  if (step !== undefined) {
    event.preventDefault();
    moveCursor(step);
  } else if (event.code === "Enter" || event.code === "Space" || event.code === "NumpadEnter") {
    event.preventDefault();
    openCursor();
  }
}

function EmptyList() {
  if (!state.value.me) {
    return (
      <div class="skeletons" aria-busy="true">
        {[1, 2, 3, 4, 5].map((n) => (
          <span key={n} class="skeleton" />
        ))}
      </div>
    );
  }
  return (
    <div class="empty">
      <span class="empty-art" aria-hidden="true" />
      <p>{t(`empty.${tab.value}`)}</p>
    </div>
  );
}
