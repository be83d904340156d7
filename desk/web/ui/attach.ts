// Bringing files. What shows them on their way is fetched with the first of them.

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { toast } from "../store";
import { needLater, t } from "../i18n";
import { needStyle } from "./Later";

export interface TrayProps {
  readonly id: number;
}

/** What stands above the field, once there was a file. */
export const tray = signal<ComponentType<TrayProps> | null>(null);
/** How many files of each dialog are on their way, or were refused and not taken away. */
export const arriving = signal<ReadonlyMap<number, number>>(new Map());

/** Brings files to a dialog; with none, only shows those that its draft has. */
export async function attach(conversationId: number, files: readonly File[]): Promise<void> {
  try {
    const [{ Tray, bring }] = await Promise.all([import("./Tray"), needLater(), needStyle()]);
    tray.value = Tray;
    bring(conversationId, files);
  } catch {
    toast(t("error.offline"), "error");
  }
}
