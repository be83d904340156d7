// The few pictures of the desk, drawn in one hand: 20 by 20, strokes in the colour of the text around.

import type { MoreIcon } from "./moreIcons";

const paths = {
  assign: "M8 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 8c0-3 2.4-5 5.5-5 1.2 0 2.3.3 3.2.8M14 12v5m2.5-2.5h-5",
  alert: "M10 6v5m0 3v.1M10 2.5 18 17H2L10 2.5Z",
  attach: "m15.5 9.5-6.3 6.3a3.7 3.7 0 0 1-5.2-5.2l6.5-6.5a2.5 2.5 0 0 1 3.5 3.5l-6.3 6.3a1.2 1.2 0 0 1-1.8-1.8L11.5 6.5",
  back: "M12 4 6 10l6 6",
  book: "M3 4.5c2.5-.8 5-.5 7 1v11c-2-1.5-4.5-1.8-7-1v-11Zm14 0c-2.5-.8-5-.5-7 1v11c2-1.5 4.5-1.8 7-1v-11Z",
  bot: "M10 5V2.5M4 8.5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2V14a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8.5Zm3.5 2v1m5-1v1M2 10.5v2m16-2v2",
  calendar: "M3 5h14v12H3V5Zm0 4h14M7 3v3m6-3v3",
  card: "M3 5.5A1.5 1.5 0 0 1 4.5 4h11A1.5 1.5 0 0 1 17 5.5v9a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14.5v-9ZM12 4v12",
  check: "m4 10.5 4 4 8-9",
  checks: "m2 10.5 4 4 7-8.5M9.5 13.5l1 1L18 6",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm0-11v4l3 2",
  close: "m5 5 10 10M15 5 5 15",
  down: "M10 4v11m-5-5 5 5 5-5",
  edit: "M4 16v-3l8.5-8.5 3 3L7 16H4Z",
  email: "M3 5h14v10H3V5Zm0 1 7 5 7-5",
  escalate: "M4 16 16 4M8 4h8v8",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10Zm8 2.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
  gear: "M10 12.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Zm0-10.3v2m0 11v2m7.5-7.5h-2m-11 0h-2m12.8-5.3-1.4 1.4m-7.8 7.8-1.4 1.4m10.6 0-1.4-1.4M6.1 6.1 4.7 4.7",
  globe: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm-7-7h14M10 3c2 2 2.8 4.3 2.8 7s-.8 5-2.8 7c-2-2-2.8-4.3-2.8-7S8 5 10 3Z",
  help: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm-2-8.8A2 2 0 0 1 10 6.5c1.2 0 2 .8 2 1.8 0 1.5-2 1.7-2 3m0 2.3v.1",
  leave: "M15.5 12.5A6.5 6.5 0 0 1 7.5 4.5a6.5 6.5 0 1 0 8 8Z",
  lock: "M5 9h10v7.5H5V9Zm2 0V6.5a3 3 0 0 1 6 0V9",
  note: "M4 3h12v9l-4 5H4V3Zm8 14v-5h4M7 7h6M7 10h3",
  phone: "M4 3.5h3l1.5 4L6.5 9a9 9 0 0 0 4.5 4.5l1.5-2 4 1.5v3a1 1 0 0 1-1 1C9 17 3 11 3 4.5a1 1 0 0 1 1-1Z",
  quote: "M8 5 3 9.5 8 14v-3c4 0 7 1 9 4-.5-5-3.5-8-9-8V5Z",
  reopen: "M4 10a6 6 0 1 1 2 4.5M4 15v-4h4",
  retry: "M16 10a6 6 0 1 1-2-4.5M16 3.5v4h-4",
  send: "M3 10 17 3.5 13 17l-3.5-5L3 10Zm6.5 2L17 3.5",
  snooze: "M10 17.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 9h4l-4 4.5h4M3 5l2.5-2.5M17 5l-2.5-2.5",
  take: "M6.5 10V5a1.3 1.3 0 0 1 2.6 0v4-5.5a1.3 1.3 0 0 1 2.6 0V9 5a1.3 1.3 0 0 1 2.6 0v6.5c0 3.5-1.8 6-5 6-2.6 0-3.8-1.3-5.3-4.3L3 10.8c-.3-1.3 1.2-2 2-.9l1.5 2",
  team: "M7 9a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 7 9Zm-5 7c0-2.7 2.2-4.5 5-4.5s5 1.8 5 4.5m.5-7.3a2.5 2.5 0 1 0-.3-5M14 11.6c2.3.2 4 1.9 4 4.2",
  telegram: "M3 9.5 17 4l-2.5 12-5-3.5L7 15v-4l7-5",
  trash: "M4 6h12M8 6V3.5h4V6m-6.5 0 .8 11h7.4l.8-11",
  contacts: "M5 3h11v14H5V3Zm0 3.5H3.5M5 10H3.5M5 13.5H3.5M10.5 9.3a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM7.5 14c0-1.8 1.3-2.8 3-2.8s3 1 3 2.8",
  tasks: "M3 4.5 4.5 6 7 3.5M3 10.5 4.5 12 7 9.5M3 16.5 4.5 18 7 15.5M10 5h7M10 11h7M10 17h7",
  search: "M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Zm4-1.5L17 17",
  sliders: "M3 5h8m3 0h3M3 10h2m3 0h9M3 15h7m3 0h4M12.5 6.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Zm-6 5a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Zm5 5a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Z",
  unknown: "M4 4h12v9H9l-4 3.5V13H4V4Z",
  user: "M10 9.5a3.2 3.2 0 1 0 0-6.5 3.2 3.2 0 0 0 0 6.5ZM3.8 17c0-3.3 2.7-5.3 6.2-5.3s6.2 2 6.2 5.3",
} as const;

export type IconName = keyof typeof paths | MoreIcon;

/** Pictures that came with a later place. */
const added = new Map<string, string>();

export function addIcons(more: Readonly<Record<string, string>>): void {
  for (const [name, path] of Object.entries(more)) added.set(name, path);
}

const pathOf = (name: IconName) => (name in paths ? paths[name as keyof typeof paths] : added.get(name));

/** A picture that says nothing to a screen reader; the words stand beside it or in the button's name. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={pathOf(name)} />
    </svg>
  );
}

const channels: Readonly<Record<string, IconName>> = {
  web: "globe", telegram: "telegram", viber: "phone", voice: "phone", sms: "unknown", email: "email",
};

export const channelIcon = (channel: string): IconName => channels[channel] ?? "unknown";

export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="logo-back" d="M7 2h18a5 5 0 0 1 5 5v13a5 5 0 0 1-5 5H14l-7 6v-6a5 5 0 0 1-5-5V7a5 5 0 0 1 5-5Z" />
      <path class="logo-front" d="M9.5 11.5v.01M22.5 11.5v.01M9 16c1.5 3 4 4.5 7 4.5s5.5-1.5 7-4.5" />
    </svg>
  );
}
