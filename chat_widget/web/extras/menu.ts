// The menu: the sound, the conversation as a file, and the messengers in which it may go on.

import type { Way } from "../protocol";
import { button, el, setAttribute } from "../view/dom";
import type { Around } from "./popover";
import { play, soundOn, switchSound } from "./sound";
import { FORMS, save } from "./transcript";

export function makeMenu(around: Around, leave: () => void): HTMLElement {
  const { client, words, composer } = around;
  const sound = button("item", () => turn(!soundOn(client.shelf)), words.say("extra.sound"));
  const turn = (on: boolean): void => {
    switchSound(client.shelf, on);
    setAttribute(sound, "aria-checked", String(on));
    if (on) void play();
  };
  setAttribute(sound, "role", "switch");
  setAttribute(sound, "aria-checked", String(soundOn(client.shelf)));
  const files = FORMS.map((form) =>
    button("item", () => void save(form, client, words).then((saved) => (saved ? leave() : composer.alert(words.say("failed")))), words.say(`extra.transcript.${form}`)),
  );
  for (const one of files) one.disabled = client.talk.head === null;
  const items = el("div", { class: "items" }, sound, ...files);
  // each opens once only, so that the menu has new ones whenever it is opened
  const link = ({ url, name }: Way): HTMLElement =>
    el("a", { class: "item", href: url, target: "_blank", rel: "noopener noreferrer" }, words.say("extra.go_on", { name }));
  void client.ask<{ ways: Way[] }>("ways", {}).then((found) => items.append(...(found?.ways ?? []).map(link)));
  return items;
}
