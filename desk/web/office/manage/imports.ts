// An import as the server tells of it.

import { bag, list, moment, readAll, readNamed, text, whole } from "../../model/wire";

export const states = ["draft", "checking", "checked", "running", "done", "failed", "undoing", "undone"] as const;
export type ImportState = (typeof states)[number];
export const outcomes = ["added", "updated", "skipped", "wrong"] as const;
export type Outcome = (typeof outcomes)[number];

export interface ImportColumn {
  readonly index: number;
  readonly header: string;
  readonly sample: readonly string[];
  readonly target: string | null;
}

export const kinds = ["contacts", "visits"] as const;
export type ImportKind = (typeof kinds)[number];

export interface ImportOf {
  readonly id: number;
  readonly kind: ImportKind;
  readonly name: string;
  readonly state: ImportState;
  readonly columns: readonly ImportColumn[];
  readonly targets: readonly { readonly key: string; readonly label: string }[];
  readonly onDuplicate: string;
  /** Why it failed, where it did. */
  readonly message: string;
  readonly rows: number;
  readonly encoding: string;
  readonly separator: string;
  readonly done: number;
  readonly total: number;
  readonly added: number;
  readonly updated: number;
  readonly skipped: number;
  readonly wrong: number;
  /** Whether what it did can be taken back. */
  readonly undoable: boolean;
  readonly author: string;
  readonly createdAt: number | null;
}

function readColumn(value: unknown): ImportColumn | null {
  const raw = bag(value);
  const index = whole(raw["index"]);
  if (index === null) return null;
  return { index, header: text(raw["header"]) ?? "", sample: list(raw["sample"]).map((one) => String(one ?? "")), target: text(raw["target"]) };
}

function readTarget(value: unknown): { readonly key: string; readonly label: string } | null {
  const key = text(bag(value)["key"]);
  return key === null ? null : { key, label: text(bag(value)["label"]) ?? key };
}

export function readImport(value: unknown): ImportOf | null {
  const raw = bag(value);
  const id = whole(raw["id"]);
  if (id === null) return null;
  const count = (key: string) => whole(raw[key]) ?? 0;
  return {
    id,
    kind: kinds.find((kind) => kind === raw["kind"]) ?? "contacts",
    name: text(raw["name"]) ?? "",
    state: states.find((state) => state === raw["state"]) ?? "draft",
    columns: readAll(raw["columns"], readColumn),
    targets: readAll(raw["targets"], readTarget),
    onDuplicate: text(bag(raw["options"])["on_duplicate"]) ?? "fill",
    message: text(raw["message"]) ?? "",
    rows: count("rows"),
    encoding: text(raw["encoding"]) ?? "",
    separator: text(raw["separator"]) ?? "",
    done: count("done"),
    total: count("total"),
    added: count("added"),
    updated: count("updated"),
    skipped: count("skipped"),
    wrong: count("wrong"),
    undoable: raw["undoable"] === true,
    author: text(raw["author"]) ?? readNamed(raw["author"])?.name ?? "",
    createdAt: moment(raw["created_at"]),
  };
}

/** Whether the server is at it, and there is a progress to be asked for. */
export const isBusy = (one: ImportOf) => one.state === "checking" || one.state === "running" || one.state === "undoing";

export interface ImportRow {
  readonly row: number;
  readonly outcome: string;
  readonly contactId: number | null;
  readonly message: string;
}

export function readRow(value: unknown): ImportRow | null {
  const raw = bag(value);
  const row = whole(raw["row"]);
  return row === null ? null : { row, outcome: text(raw["outcome"]) ?? "", contactId: whole(raw["contact_id"]), message: text(raw["message"]) ?? "" };
}
