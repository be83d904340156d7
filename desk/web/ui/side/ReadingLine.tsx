// What the bot took a customer's message for, below it.

import { computed } from "@preact/signals";
import { bag, readAll, text, whole } from "../../model/wire";
import { named, o } from "../../office/words";
import { thread } from "../../store";
import { Icon } from "../icons";

/** What the bot took a customer's message (`messageId`) for, and where the talk stands after its answer. */
export interface Reading {
  readonly messageId: number;
  readonly intent: string | null;
  readonly confidence: number;
  readonly entities: readonly string[];
  readonly flow: string | null;
  readonly step: string | null;
}

function readReading(value: unknown): Reading | null {
  const raw = bag(value);
  const messageId = whole(raw["message_id"]);
  if (messageId === null) return null;
  const confidence = typeof raw["confidence"] === "number" ? raw["confidence"] : 0;
  const entities = readAll(raw["entities"], (one) => text(bag(one)["text"]));
  return { messageId, intent: text(raw["intent"]), confidence, entities, flow: text(raw["flow"]), step: text(raw["step"]) };
}

/** Of the open dialog, by the number of the customer's message. */
const readings = computed(() => {
  const found = (thread.value?.messages ?? []).map(({ reading }) => readReading(reading));
  return new Map(found.flatMap((reading) => (reading ? [[reading.messageId, reading]] : [])));
});

/** A flow by the name of its intent, or its own. */
export const flowName = (name: string) => {
  const own = named("flow", name);
  return own === name ? named("intent", name) : own;
};
export const stepName = (name: string) => named("bot.step", name);

export function ReadingLine({ id }: { readonly id: number }) {
  const reading = readings.value.get(id);
  if (!reading) return null;
  const { intent, confidence, entities, flow, step } = reading;
  const place = flow && [flowName(flow), step ? stepName(step) : ""].filter((word) => word).join(" → ");
  return (
    <ul class="reading" aria-label={o("reading.label")}>
      <li class="reading-intent">
        <Icon name="bot" size={14} />
        {intent ? named("intent", intent) : o("reading.nothing")}
      </li>
      {intent && <li>{o("reading.sure", { percent: Math.round(confidence * 100) })}</li>}
      {entities.map((said, index) => (
        <li key={index} class="reading-entity" dir="auto">
          {said}
        </li>
      ))}
      {place && <li>{o("reading.stands", { place })}</li>}
    </ul>
  );
}
