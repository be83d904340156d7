// What a stranger is asked, and what he is offered: the form, the consent, quick buttons, words of our own accord.

import { o, named } from "../../words";
import type { PartProps } from "./Look";
import { freshKey, kinds, type Question, type QuickButton, type Rule } from "./model";
import { Add, Check, Choice, Item, Line, moved, replaced, Said, without } from "./parts";

const LABEL = 120;

export function FormPart({ settings, language, change }: PartProps) {
  const { form, consent } = settings;
  const set = (next: readonly Question[]) => change({ form: next });
  const put = (index: number, one: Question) => set(replaced(form, index, one));
  const add = (kind: Question["kind"]) => {
    const key = kind === "choice" || kind === "text" ? freshKey(form.map((one) => one.key), kind) : kind;
    set([...form, { key, kind, label: {}, required: false, choices: kind === "choice" ? [{}, {}] : [] }]);
  };
  const free = kinds.filter((kind) => kind === "choice" || kind === "text" || !form.some((one) => one.kind === kind));
  return (
    <section class="panel">
      <h2>{o("widget.form")}</h2>
      <p class="hint">{o("widget.form_lead")}</p>
      <ol class="draft-list">
        {form.map((one, index) => (
          <Item key={one.key} title={one.label[language] ?? named("widget.kind", one.kind)} index={index} count={form.length} move={(by) => set(moved(form, index, by))} remove={() => set(without(form, index))}>
            <Said label={o("widget.label")} words={one.label} language={language} max={LABEL} change={(label) => put(index, { ...one, label })} />
            {one.kind === "choice" && <Choices of={one} language={language} change={(choices) => put(index, { ...one, choices })} />}
            <Check label={o("widget.required")} on={one.required} change={(required) => put(index, { ...one, required })} />
          </Item>
        ))}
      </ol>
      <div class="draft-adds">
        {free.map((kind) => (
          <Add key={kind} text={named("widget.kind", kind)} add={() => add(kind)} />
        ))}
      </div>
      <h3>{o("widget.consent")}</h3>
      <Said label={o("widget.consent_text")} words={consent.texts} language={language} max={4_000} lines={3} hint={o("widget.consent_hint", { version: consent.version })} change={(texts) => change({ consent: { ...consent, texts } })} />
    </section>
  );
}

function Choices({ of, language, change }: { of: Question; language: PartProps["language"]; change: (to: Question["choices"]) => void }) {
  return (
    <div class="draft-choices">
      {of.choices.map((words, index) => (
        <Said key={index} label={o("widget.choice", { number: index + 1 })} words={words} language={language} max={LABEL} change={(to) => change(replaced(of.choices, index, to))} />
      ))}
      <div class="draft-adds">
        <Add text={o("widget.choice_add")} add={() => change([...of.choices, {}])} />
        {of.choices.length > 2 && (
          <button type="button" class="button" onClick={() => change(of.choices.slice(0, -1))}>
            {o("widget.choice_remove")}
          </button>
        )}
      </div>
    </div>
  );
}

export function ButtonsPart({ settings, language, change }: PartProps) {
  const { buttons } = settings;
  const set = (next: readonly QuickButton[]) => change({ buttons: next });
  return (
    <section class="panel">
      <h2>{o("widget.buttons")}</h2>
      <p class="hint">{o("widget.buttons_lead")}</p>
      <ol class="draft-list">
        {buttons.map((one, index) => (
          <Item key={index} title={one.label[language] ?? o("widget.button")} index={index} count={buttons.length} move={(by) => set(moved(buttons, index, by))} remove={() => set(without(buttons, index))}>
            <Said label={o("widget.button_label")} words={one.label} language={language} max={LABEL} change={(label) => set(replaced(buttons, index, { ...one, label }))} />
            <Said label={o("widget.button_text")} words={one.text} language={language} max={500} change={(text) => set(replaced(buttons, index, { ...one, text }))} />
          </Item>
        ))}
      </ol>
      {buttons.length < 8 && <Add text={o("widget.button")} add={() => set([...buttons, { label: {}, text: {} }])} />}
    </section>
  );
}

export function ProactivePart({ settings, language, change }: PartProps) {
  const { proactive } = settings;
  const set = (next: readonly Rule[]) => change({ proactive: next });
  const add = () => set([...proactive, { key: freshKey(proactive.map((one) => one.key), "word"), pages: "*", after_s: 20, often: "visitor", text: {} }]);
  return (
    <section class="panel">
      <h2>{o("widget.proactive")}</h2>
      <p class="hint">{o("widget.proactive_lead")}</p>
      <ol class="draft-list">
        {proactive.map((one, index) => {
          const put = (to: Partial<Rule>) => set(replaced(proactive, index, { ...one, ...to }));
          return (
            <Item key={one.key} title={one.text[language] ?? one.pages} index={index} count={proactive.length} move={(by) => set(moved(proactive, index, by))} remove={() => set(without(proactive, index))}>
              <Said label={o("widget.proactive_text")} words={one.text} language={language} max={500} lines={2} change={(text) => put({ text })} />
              <Line label={o("widget.pages")} value={one.pages} max={200} hint={o("widget.pages_hint", { example: "/prices*" })} change={(pages) => put({ pages })} />
              <Line label={o("widget.after")} type="number" value={String(one.after_s)} max={4} change={(after) => put({ after_s: Math.min(Math.max(Math.round(Number(after)) || 0, 0), 3_600) })} />
              <Choice label={o("widget.often")} value={one.often} all={["visitor", "day", "page"]} words={(word) => named("widget.often", word)} change={(often) => put({ often })} />
            </Item>
          );
        })}
      </ol>
      {proactive.length < 10 && <Add text={o("widget.proactive_add")} add={add} />}
    </section>
  );
}
