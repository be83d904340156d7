// Loading for a part of the screen: what it waits for, what went wrong, and lists that go on by a cursor.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../actions";
import { bag, readAll, text } from "../model/wire";
import { Failure } from "../net/errors";
import { call } from "../net/rest";
import { toast, type ToastAction } from "../store";

export type Loaded<T> =
  | { readonly is: "loading" }
  | { readonly is: "ready"; readonly value: T }
  | { readonly is: "failed"; readonly failure: Failure };

const loading = { is: "loading" } as const;

/** Loads whenever `deps` change; an answer that was overtaken is dropped. */
export function useLoad<T>(load: () => Promise<T>, deps: readonly unknown[]): { readonly now: Loaded<T>; readonly again: () => void; readonly put: (value: T) => void } {
  const [now, setNow] = useState<Loaded<T>>(loading);
  const turn = useRef(0);
  const run = (anew: boolean) => {
    const mine = ++turn.current;
    if (anew) setNow(loading);
    load()
      .then((value) => mine === turn.current && setNow({ is: "ready", value }))
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (mine === turn.current) setNow({ is: "failed", failure: error });
      });
  };
  useEffect(() => {
    run(true);
    return () => void (turn.current += 1);
  }, deps);
  const put = (value: T) => {
    turn.current += 1; // what is still loading was asked for before it
    setNow({ is: "ready", value });
  };
  return { now, again: () => run(false), put };
}

export interface Paged<T> {
  readonly items: readonly T[];
  /** Null: all is loaded. Undefined: nothing was loaded yet. */
  readonly next: string | null | undefined;
  readonly busy: boolean;
  readonly failure: Failure | null;
}

export interface Pages<T> extends Paged<T> {
  readonly more: () => void;
  readonly again: () => void;
  readonly change: (turn: (items: readonly T[]) => readonly T[]) => void;
}

type Query = Readonly<Record<string, string | number | null | undefined>>;

export function withQuery(path: string, query: Query): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== null && value !== undefined && value !== "") words.set(key, String(value));
  const asked = words.toString();
  return asked ? `${path}${path.includes("?") ? "&" : "?"}${asked}` : path;
}

/** A list by pages: the first comes with every change of `path`, the next ones by `more`. Items that are shown stay while
 * another order or filter is fetched, so that nothing jumps. Another `turnOf` loads anew. */
export function usePages<T>(path: string | null, read: (item: unknown) => T | null, limit = 100, turnOf = 0): Pages<T> {
  const [held, setHeld] = useState<Paged<T>>({ items: [], next: undefined, busy: path !== null, failure: null });
  const turn = useRef(0);
  const fetching = useRef(false);
  const load = async (after: string | null) => {
    if (path === null) return;
    const mine = ++turn.current;
    fetching.current = true;
    setHeld((old) => ({ ...old, busy: true, failure: null }));
    try {
      const answer = bag(await call("GET", withQuery(path, { limit, after })));
      if (mine !== turn.current) return;
      const fresh = readAll(answer["items"], read);
      const next = text(answer["next"]);
      setHeld((old) => ({ items: after === null ? fresh : [...old.items, ...fresh], next, busy: false, failure: null }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (mine === turn.current) setHeld((old) => ({ ...old, busy: false, failure: error }));
    } finally {
      if (mine === turn.current) fetching.current = false;
    }
  };
  useEffect(() => {
    void load(null);
    return () => void (turn.current += 1);
  }, [path, turnOf]);
  const more = () => {
    if (!fetching.current && typeof held.next === "string" && !held.failure) void load(held.next);
  };
  const change = useCallback((by: (items: readonly T[]) => readonly T[]) => setHeld((old) => ({ ...old, items: by(old.items) })), []);
  return { ...held, more, again: () => void load(null), change };
}

/** Does what the server may refuse; says so where it does. Null where it went wrong. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    toast(sentenceOf(error), "error");
    return null;
  }
}

export const say = (text: string, action?: ToastAction) => toast(text, "info", action);

/** A value that follows another when it has rested for a while: for typing. */
export function useRested<T>(value: T, ms = 200): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(() => value), ms);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
