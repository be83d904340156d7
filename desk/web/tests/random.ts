// Chance that can be repeated: the same seed, the same run.

export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed * 2654435761 + 1;
  }

  /** A number from 0 to below 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  maybe(part: number): boolean {
    return this.next() < part;
  }

  /** The same items, each moved by at most `distance` places. */
  shuffled<T>(items: readonly T[], distance: number): T[] {
    const placed = items.map((item, place) => [place + this.next() * distance, item] as const);
    return placed.sort(([left], [right]) => left - right).map(([, item]) => item);
  }
}
