// Which pages of a site are meant.

/** Whether a page's address fits a pattern: `*` is anything; without a host it is compared with path and query. */
export function fits(pattern: string, { href, pathname, search }: Pick<Location, "href" | "pathname" | "search">): boolean {
  if (pattern === "*") return true;
  const whole = /^https?:/i.test(pattern);
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const shape = new RegExp(`^${parts.join(".*")}$`, "i");
  return shape.test(whole ? href : pathname) || (!whole && shape.test(pathname + search));
}
