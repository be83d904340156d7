// The looks of what is fetched later, added where it is first shown.

import { dress } from "../host";
import css from "../styles/extras.css";

const dressed = new WeakSet<Node>();

export function dressOnce(place: HTMLElement): void {
  const root = place.getRootNode();
  if (!(root instanceof ShadowRoot) || dressed.has(root)) return;
  dressed.add(root);
  dress(root, css);
}
