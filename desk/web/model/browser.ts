// Which browser on which system a User-Agent speaks of, as people call them. Browsers name their forerunners too, so that the
// order of the questions matters; a program gives its own first word.

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\/(\d+)/, "Edge"],
  [/\bOPR\/(\d+)/, "Opera"],
  [/\bYaBrowser\/(\d+)/, "Yandex"],
  [/\bSamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+)[\d.]*.*\bSafari\//, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, "Android"],
  [/iPhone|iPad|iPod/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

export function browserOf(agent: string): { readonly browser: string; readonly system: string } {
  const system = systems.find(([sign]) => sign.test(agent))?.[1] ?? "";
  for (const [sign, name] of browsers) {
    const found = sign.exec(agent);
    if (found) return { browser: `${name} ${found[1]}`, system };
  }
  return { browser: agent.split(/[\s;(]/, 1)[0] || agent, system };
}
