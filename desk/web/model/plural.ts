// The plural categories of CLDR for the five languages; browsers do not know all of them.

export type Plural = "one" | "few" | "many" | "other";

export function pluralOf(language: string, count: number): Plural {
  const size = Math.abs(count);
  if (language === "ru") return russian(size);
  if (language === "hy") return size < 2 ? "one" : "other";
  return size === 1 ? "one" : "other";
}

function russian(size: number): Plural {
  if (size % 1 !== 0) return "other";
  const [last, lastTwo] = [size % 10, size % 100];
  if (last === 1 && lastTwo !== 11) return "one";
  return last >= 2 && last <= 4 && !(lastTwo >= 12 && lastTwo <= 14) ? "few" : "many";
}
