// The menu: the sound, and the conversation as a file.

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
  const ways = FORMS.map((form) =>
    button("item", () => void save(form, client, words).then((saved) => (saved ? leave() : composer.alert(words.say("failed")))), words.say(`extra.transcript.${form}`)),
  );
  for (const way of ways) way.disabled = client.talk.head === null;
  return el("div", { class: "items" }, sound, ...ways);
}
