// Files that were chosen and are not with the server yet, kept by the browser over a reload; in memory where it keeps none.

const STORE = "files";
const OLD_MS = 7 * 86_400_000;

interface Kept {
  key: string;
  blob: Blob;
  at: number;
}

export class BlobShelf {
  readonly #memory = new Map<string, Blob>();
  readonly #database: Promise<IDBDatabase | null>;

  constructor(name: string) {
    this.#database = open(name).then(sweep, () => null);
  }

  async put(key: string, blob: Blob): Promise<void> {
    this.#memory.set(key, blob);
    const kept: Kept = { key, blob, at: Date.now() };
    await this.#do("readwrite", (store) => store.put(kept));
  }

  async get(key: string): Promise<Blob | null> {
    const known = this.#memory.get(key);
    if (known) return known;
    const kept = (await this.#do("readonly", (store) => store.get(key))) as Kept | null | undefined;
    return kept?.blob ?? null;
  }

  async remove(key: string): Promise<void> {
    this.#memory.delete(key);
    await this.#do("readwrite", (store) => store.delete(key));
  }

  async #do(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const database = await this.#database;
    if (!database) return null;
    return new Promise((resolve) => {
      try {
        const request = ask(database.transaction(STORE, mode).objectStore(STORE));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(null); // full, or forbidden: it lives as long as the page
      } catch {
        resolve(null);
      }
    });
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error("no database"));
  });
}

/** What a closed tab left behind goes after a while. */
function sweep(database: IDBDatabase): IDBDatabase {
  const all = database.transaction(STORE, "readwrite").objectStore(STORE).openCursor();
  all.onsuccess = () => {
    const cursor = all.result;
    if (!cursor) return;
    if (Date.now() - (cursor.value as Kept).at > OLD_MS) cursor.delete();
    cursor.continue();
  };
  return database;
}
