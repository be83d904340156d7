// Makes elements. Text always goes in as text: nothing here, or anywhere in the widget, parses HTML.

type Value = string | number | boolean | null | undefined;
export type Attributes = Readonly<Record<string, Value>>;
export type Child = Node | string | false | null | undefined;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const name of Object.keys(attributes)) setAttribute(element, name, attributes[name]);
  for (const child of children) if (child) element.append(child);
  return element;
}

/** A button with a text, or with a picture and `label` as its name. */
export function button(look: string, press: () => void, content: Child, label?: string): HTMLButtonElement {
  const made = el("button", { type: "button", class: look, "aria-label": label, title: label }, content);
  made.addEventListener("click", press);
  return made;
}

/** True leaves the attribute empty; false, null and undefined remove it. */
export function setAttribute(element: Element, name: string, value: Value): void {
  if (value === false || value == null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : String(value));
}

/** Sets a text only where it differs, so that a live region stays silent where nothing was said. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const SHAPES = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 19V5M6 11l6-6 6 6",
  down: "M6 9l6 6 6-6",
  waiting: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  delivered: "M5 13l4 4L19 7",
  read: "M2 13l4 4 9-10M11 16l1 1L22 7",
  refused: "M12 7v6M12 16.5v.5M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8L9.3 17.3a1.7 1.7 0 0 1-2.4-2.4L14.5 7.3",
  emoji: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9.5v.5M15 9.5v.5M8.5 14.5c1.8 2.4 5.2 2.4 7 0",
  more: "M6 12v.1M12 12v.1M18 12v.1",
  reply: "M10 6l-6 6 6 6M4 12h10c4 0 6 2.5 6 6",
};

/** One of the drawings that are there from the start. */
export function icon(shape: keyof typeof SHAPES): SVGElement {
  return drawing(SHAPES[shape]);
}

/** A line drawing, invisible to a screen reader. */
export function drawing(path: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "path");
  setAttribute(line, "d", path);
  setAttribute(picture, "viewBox", "0 0 24 24");
  setAttribute(picture, "aria-hidden", "true");
  setAttribute(picture, "class", "icon");
  picture.append(line);
  return picture;
}

/** A photo, or the initials where there is none or it does not load. */
export function avatar(name: string, photo: string | null): HTMLElement {
  const initials = name.trim().split(/\s+/, 2).map((word) => [...word][0] ?? "");
  const holder = el("span", { class: "avatar", "aria-hidden": "true" }, initials.join(""));
  if (photo) {
    const picture = el("img", { alt: "", referrerpolicy: "no-referrer" });
    picture.onload = () => holder.append(picture);
    picture.src = photo;
  }
  return holder;
}

/** Resolves when the picture is drawn that shows what was done so far. */
export function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
