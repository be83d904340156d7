// A talk with the bot on texts as they stand in the form, kept or not. It begins anew with every word: nothing is stored.

import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../../actions";
import type { Language } from "../../../i18n";
import { Failure } from "../../../net/errors";
import { call } from "../../../net/rest";
import { Icon } from "../../../ui/icons";
import { useRested } from "../../load";
import { Problem } from "../../parts";
import { named, o } from "../../words";
import { readAnswers, type Answer, type Words } from "./model";

interface Said {
  readonly text: string;
  readonly choice?: string;
}

const most = 30;

interface TrialProps {
  readonly inboxId: number | null;
  readonly language: Language;
  readonly texts: Words;
  readonly stand: (flow: string | null, step: string | null) => void;
}

export function Trial({ inboxId, language, texts, stand }: TrialProps) {
  const [said, setSaid] = useState<readonly Said[]>([]);
  const [answers, setAnswers] = useState<readonly Answer[]>([]);
  const [problem, setProblem] = useState("");
  const [words, setWords] = useState("");
  const box = useRef<HTMLOListElement>(null);
  const told = useRested(JSON.stringify(texts), 400);
  useEffect(() => {
    let current = true;
    if (said.length === 0) {
      setAnswers([]);
      stand(null, null);
      return;
    }
    call("POST", "bot/preview", { language, texts: JSON.parse(told), said: said.map(({ text, choice }) => (choice === undefined ? { text } : { text: "", choice })), ...(inboxId === null ? {} : { inbox_id: inboxId }) }, 30_000)
      .then((answer) => {
        if (!current) return;
        const all = readAnswers(answer);
        setAnswers(all);
        setProblem("");
        const last = all[all.length - 1];
        stand(last?.flow ?? null, last?.step ?? null);
      })
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (current) setProblem(sentenceOf(error));
      });
    return () => void (current = false);
  }, [said, told, language, inboxId]);
  useEffect(() => box.current?.scrollTo({ top: box.current.scrollHeight }), [answers, said]);
  const speak = (one: Said) => said.length < most && setSaid([...said, one]);
  return (
    <section class="panel bot-trial" aria-label={o("bot.preview")}>
      <h2>{o("bot.preview")}</h2>
      <p class="hint">{o("bot.preview_hint")}</p>
      <ol ref={box} class="bot-talk" tabIndex={0} aria-label={o("bot.talk")} aria-live="polite">
        {said.map((one, index) => {
          const answer = answers[index];
          return (
            <li key={index}>
              <p class="bot-said" dir="auto">
                {one.text}
              </p>
              {answer && <Answered answer={answer} pressed={one.choice !== undefined} last={index === said.length - 1} press={speak} language={language} />}
            </li>
          );
        })}
      </ol>
      <Problem text={said.length >= most ? o("bot.too_long") : problem} />
      <form
        class="bot-say"
        onSubmit={(event) => {
          event.preventDefault();
          if (!words.trim()) return;
          speak({ text: words.trim() });
          setWords("");
        }}
      >
        <input aria-label={o("bot.say")} placeholder={o("bot.say")} lang={language} dir="auto" maxLength={2000} autoComplete="off" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        <button type="submit" class="button primary" disabled={!words.trim() || said.length >= most}>
          {o("bot.send")}
        </button>
      </form>
      <button type="button" class="button" disabled={said.length === 0} onClick={() => setSaid([])}>
        <Icon name="retry" /> {o("bot.again")}
      </button>
    </section>
  );
}

interface AnsweredProps {
  readonly answer: Answer;
  readonly pressed: boolean;
  readonly last: boolean;
  readonly language: Language;
  readonly press: (one: Said) => void;
}

function Answered({ answer, pressed, last, language, press }: AnsweredProps) {
  const { intent, confidence, entities } = answer;
  return (
    <>
      {!pressed && (
        <ul class="reading" aria-label={o("reading.label")}>
          <li class="reading-intent">
            <Icon name="bot" size={14} />
            {intent ? named("intent", intent) : o("reading.nothing")}
          </li>
          {intent && <li>{o("reading.sure", { percent: Math.round(confidence * 100) })}</li>}
          {entities.map((one, index) => (
            <li key={index} class="reading-entity">
              {one}
            </li>
          ))}
        </ul>
      )}
      <p class="bot-answer" lang={language} dir="auto">
        {answer.text}
      </p>
      {answer.buttons.length > 0 && (
        <p class="bot-buttons" lang={language}>
          {answer.buttons.map(({ value, label }) => (
            <button key={value} type="button" class="button" disabled={!last} onClick={() => press({ text: label, choice: value })}>
              {label}
            </button>
          ))}
        </p>
      )}
      {answer.deeds.map((deed) => (
        <p key={deed} class="bot-deed">
          {named("bot.deed", deed)}
          {deed === "handed_over" && answer.note && <span>{answer.note}</span>}
        </p>
      ))}
    </>
  );
}
