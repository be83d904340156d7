// The files of a message: pictures as they are, all else as a name to be pressed.

import type { QueuedFile } from "../outbox";
import type { Attachment } from "../protocol";
import style from "../styles/attached.css";
import { el, icon } from "./dom";
import { sizeText } from "./size";

export { style };

/** `base`: the folder that widget.js lies in. What is still on its way is a name with its size. */
export function showFile(file: Attachment | QueuedFile, base: URL): HTMLElement {
  const { name, mime, size } = file;
  const label = el("span", { class: "file-name", dir: "auto" }, name);
  const weight = el("small", {}, sizeText(size));
  if (!("url" in file)) return el("span", { class: "file", "data-key": file.key }, icon("waiting"), label, weight);
  const href = new URL(file.url.replace(/^\//, ""), base).href;
  const way = { href, target: "_blank", rel: "noopener" };
  if (/^audio\//.test(mime)) return el("audio", { src: href, controls: true, preload: "none", "aria-label": name });
  if (!/^image\/(png|jpeg|gif|webp|avif)$/.test(mime)) return el("a", { class: "file", ...way }, icon("attach"), label, weight);
  const { width, height } = file;
  const picture = el("img", { src: href, alt: name, loading: "lazy", ...(width && height && { width, height }) });
  const shown = el("a", { class: "picture", ...way }, picture);
  picture.onerror = () => {
    shown.className = "file"; // the page forbids pictures from elsewhere
    shown.replaceChildren(icon("attach"), label, weight);
  };
  return shown;
}
