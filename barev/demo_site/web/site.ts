// The demo's frame: a shop with the widget at the left, the agents' desk at the right, messages to click, logins at hand.

import prompts from "../../demo/prompts.json";
import { heard, tell, type Shown } from "./bridge";
import { el } from "./dom";
import { languages, loadTexts, type Language, type TextKey, type Texts } from "./generated/texts";
import { logins } from "./logins";
import "./site.css";
import "./windows.css";

const names: Readonly<Record<Language, string>> = { hy: "Հայերեն", ka: "ქართული", kk: "Қазақша", ru: "Русский", en: "English" };
const places = { yerevan: "hy", tbilisi: "ka", almaty: "kk" } as const;
type Place = keyof typeof places;

const storeKey = "barev.demo.language";
const isLanguage = (word: unknown): word is Language => languages.some((known) => known === word);

function firstLanguage(): Language {
  try {
    const kept = localStorage.getItem(storeKey);
    if (isLanguage(kept)) return kept;
  } catch {
    // forbidden by the browser: nothing is remembered, then
  }
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

/** The branch whose own language it is; Russian and English are spoken at all of them. */
function homeOf(language: Language): Place | undefined {
  return (Object.keys(places) as Place[]).find((place) => places[place] === language);
}

class Site {
  private texts: Texts = {} as Texts;
  private language: Language = "en";
  private spoken = firstLanguage();
  private place = homeOf(this.spoken) ?? "yerevan";
  /** The language of the shop's page. */
  private read = this.spoken;
  private readonly shop = el("iframe", { src: this.address(this.place, this.spoken) });
  private readonly desk = el("iframe", { src: "/desk/" });
  private readonly waiting: string[] = [];
  private readonly bar = el("header", { class: "bar" });
  private readonly chips = el("div", { class: "chips" });
  private readonly tabs = el("div", { class: "tabs" });
  private readonly address_ = el("span", { class: "address" });
  private readonly alone = el("a", { class: "alone", href: "/desk/", target: "_blank", rel: "noopener" });

  async begin(root: HTMLElement): Promise<void> {
    await this.speak(firstLanguage());
    const shopFrame = el("section", { class: "window shop" }, this.chips, this.tabs, this.shop);
    const deskHead = el("div", { class: "tabs" }, el("span", { class: "lights" }), el("span", { class: "address" }, `${location.host}/desk/`), this.alone);
    const deskFrame = el("section", { class: "window desk" }, deskHead, this.desk);
    root.replaceChildren(this.bar, el("main", { class: "split" }, shopFrame, deskFrame));
    addEventListener("message", (event) => {
      const words = heard<Shown>(event, "shown", this.shop.contentWindow);
      if (words) this.shown(words);
    });
  }

  private say(key: TextKey, fields: Readonly<Record<string, string>> = {}): string {
    return this.texts[key].replace(/\{(\w+)\}/g, (hole, name: string) => fields[name] ?? hole);
  }

  private async speak(to: Language): Promise<void> {
    this.texts = await loadTexts[to]();
    this.language = to;
    document.documentElement.lang = to;
    document.title = this.say("title");
    this.shop.title = this.say("shop");
    this.desk.title = this.say("desk");
    this.alone.textContent = this.say("alone");
    this.drawBar();
    this.drawTabs();
    this.drawChips();
  }

  private drawBar(): void {
    const select = el("select", { "aria-label": this.say("language") }, ...languages.map((code) => {
      const option = el("option", { value: code, lang: code }, names[code]);
      option.selected = code === this.language;
      return option;
    }));
    select.addEventListener("change", () => {
      const to = select.value as Language;
      try {
        localStorage.setItem(storeKey, to);
      } catch {
        // not kept, then
      }
      void this.speak(to);
    });
    const brand = el("h1", {}, el("img", { src: "/demo/icon.svg", alt: "", width: "26", height: "26" }), "Barev", el("small", {}, this.say("demo")));
    this.bar.replaceChildren(brand, logins((key, fields) => this.say(key, fields), () => this.desk.contentWindow?.location.reload()), select);
  }

  private drawTabs(): void {
    const tabs = (Object.keys(places) as Place[]).map((place) => {
      const tab = el("button", { type: "button", "aria-pressed": String(place === this.place) }, this.say(`place.${place}`));
      tab.addEventListener("click", () => this.visit(place, places[place]));
      return tab;
    });
    this.tabs.replaceChildren(el("span", { class: "lights" }), ...tabs, this.address_);
  }

  private drawChips(): void {
    const switches = languages.map((code) => {
      const button = el("button", { type: "button", lang: code, "aria-pressed": String(code === this.spoken) }, names[code]);
      button.addEventListener("click", () => {
        this.spoken = code;
        this.drawChips();
        this.chips.querySelector<HTMLElement>(`[lang=${code}]`)?.focus();
      });
      return button;
    });
    const messages = prompts[this.spoken].map((text) => {
      const chip = el("button", { type: "button", class: "chip", lang: this.spoken }, text);
      chip.addEventListener("click", () => this.write(text));
      return chip;
    });
    this.chips.replaceChildren(
      el("div", { class: "chips-head" }, el("h2", {}, this.say("say")), el("div", { class: "speech" }, ...switches)),
      el("p", { class: "hint" }, this.say("say_hint")),
      el("div", { class: "chip-row" }, ...messages),
    );
  }

  private address(place: Place, language: Language): string {
    return `/demo/${place}/${language}.html`;
  }

  private visit(place: Place, language: Language): void {
    this.shop.contentWindow?.location.assign(this.address(place, language));
  }

  /** Has the message typed where it belongs: on the page of its language, at the branch where it is spoken. */
  private write(text: string): void {
    const home = homeOf(this.spoken) ?? this.place;
    if (home !== this.place || this.spoken !== this.read) {
      this.waiting.push(text);
      this.visit(home, this.spoken);
    } else if (this.shop.contentWindow) tell(this.shop.contentWindow, { barev: "say", text });
    if (matchMedia("(max-width: 56rem)").matches) this.shop.scrollIntoView({ block: "start" });
  }

  private shown({ path }: Shown): void {
    const place = (Object.keys(places) as Place[]).find((name) => path.includes(`/${name}/`));
    if (place) this.place = place;
    const language = /(\w\w)\.html$/.exec(path)?.[1];
    if (isLanguage(language)) this.read = language;
    this.address_.textContent = `karavan.example/${this.read}/${this.place}`;
    this.drawTabs();
    for (const text of this.waiting.splice(0)) if (this.shop.contentWindow) tell(this.shop.contentWindow, { barev: "say", text });
  }
}

const root = document.getElementById("site");
if (root) void new Site().begin(root);
