// The business chooses one colour; what is written on it must stay readable (WCAG 2.2, 1.4.3).

/** `#rgb` or `#rrggbb` as three numbers 0-255, null for anything else. */
export function readColour(text: string | null | undefined): [number, number, number] | null {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text?.trim() ?? "")?.[1];
  if (!digits) return null;
  const long = digits.length === 6 ? digits : digits.replace(/./g, "$&$&");
  const value = Number.parseInt(long, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** White or near black, whichever stands out more on the colour: one of them always reaches 4.5 to 1. */
export function inkOn(colour: readonly number[]): string {
  const light = luminance(colour);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? "#fff" : "#000";
}
