// Small things used everywhere: a face, an icon button, a running wait, a sheet.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { now } from "../net/clock";
import { sheet } from "../store";
import { t } from "../i18n";
import { exactMoment, hueOf, initials, iso, waitTime } from "./format";
import { Icon, type IconName } from "./icons";

export function Face({ id, name, online, small }: { id: number; name: string; online?: boolean; small?: boolean }) {
  return (
    <span class={`face hue-${hueOf(id)}${small ? " small" : ""}`} aria-hidden="true">
      {initials(name) || <Icon name="user" />}
      {online && <span class="online-dot" />}
    </span>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  /** The pointer or the key goes down on it; the click comes when it is let go. */
  readonly onPress?: () => void;
  readonly keys?: string;
  readonly class?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly showLabel?: boolean;
}

export function IconButton({ icon, label, onClick, onPress, keys, pressed, disabled, showLabel, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`button ${showLabel ? "" : "icon-only"} ${rest.class ?? ""}`}
      aria-label={showLabel ? undefined : label}
      aria-pressed={pressed}
      aria-keyshortcuts={keys}
      title={keys ? `${label} (${keys})` : label}
      disabled={disabled}
      onPointerDown={onPress}
      onKeyDown={onPress}
      onClick={onClick}
    >
      <Icon name={icon} />
      {showLabel && <span class="label">{label}</span>}
    </button>
  );
}

/** The digits of a wait; only they are redrawn each second. */
export function Wait({ since }: { readonly since: number }) {
  return <time dateTime={iso(since)}>{waitTime(now.value - since)}</time>;
}

export function Moment({ at, text }: { readonly at: number; readonly text: string }) {
  return (
    <time dateTime={iso(at)} title={exactMoment(at)}>
      {text}
    </time>
  );
}

/** A modal sheet on the browser's own dialog: it traps the focus, closes by Escape and gives the focus back. */
export function Sheet({ title, children, wide }: { title: string; children: ComponentChildren; wide?: boolean }) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = box.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  const close = () => (sheet.value = null);
  return (
    <dialog
      ref={box}
      class={`sheet${wide ? " wide" : ""}`}
      aria-labelledby="sheet-title"
      onClose={close}
      onMouseDown={(event) => event.target === box.current && close()}
    >
      <div class="sheet-body">
        <header>
          <h2 id="sheet-title">{title}</h2>
          <IconButton icon="close" label={t("close")} onClick={close} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
