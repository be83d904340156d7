// A flow as a drawing, and the same as a list for whoever hears it.

import { flowName, stepName } from "../../../ui/side/ReadingLine";
import { named, o } from "../../words";
import type { Flow, Step } from "./model";

const wide = 190;
const high = 46;
const gap = 22;
const left = 6;
const bend = 26;

interface Arrow {
  readonly from: number;
  readonly to: number;
}

/** From each step to those that may follow, by their places. */
export function arrowsOf(steps: readonly Step[]): Arrow[] {
  const place = new Map(steps.map(({ name }, index) => [name, index]));
  return steps.flatMap(({ then }, from) => then.flatMap((name) => (place.has(name) ? [{ from, to: place.get(name) as number }] : [])));
}

const topOf = (place: number) => 4 + place * (high + gap);
const middleOf = (place: number) => topOf(place) + high / 2;

/** To the next step straight down; to any other in a bend at the right, each a little further out than the one before. */
function pathOf({ from, to }: Arrow, out: number): string {
  const centre = left + wide / 2;
  if (to === from + 1) return `M${centre} ${topOf(from) + high}V${topOf(to) - 3}`;
  const edge = left + wide;
  return `M${edge} ${middleOf(from)}h${out}V${middleOf(to)}H${edge + 4}`;
}

interface DrawingProps {
  readonly flow: Flow;
  /** The step that the trial talk stands at. */
  readonly at: string | null;
}

export function Drawing({ flow, at }: DrawingProps) {
  const { steps } = flow;
  const arrows = arrowsOf(steps);
  const bent = arrows.filter(({ from, to }) => to !== from + 1);
  const width = left + wide + 8 + bend * Math.max(bent.length, 1);
  const height = topOf(steps.length);
  return (
    <figure class="bot-drawing">
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={o("bot.drawing", { name: flowName(flow.name) })}>
        <defs>
          <marker id="bot-arrow" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto">
            <path d="M0 0 6 3 0 6Z" />
          </marker>
        </defs>
        {arrows.map((arrow) => (
          <path key={`${arrow.from}-${arrow.to}`} class="bot-arrow" d={pathOf(arrow, bend * (bent.indexOf(arrow) + 1) - 8)} marker-end="url(#bot-arrow)" />
        ))}
        {steps.map((step, index) => (
          <g key={step.name} class={`bot-step ${step.kind}${step.name === at ? " here" : ""}`}>
            <rect x={left} y={topOf(index)} width={wide} height={high} rx={step.kind === "end" || step.kind === "hand_over" ? high / 2 : 8} stroke-dasharray={step.kind === "branch" ? "5 4" : undefined} />
            <text x={left + wide / 2} y={topOf(index) + 19}>
              {stepName(step.name)}
            </text>
            <text class="bot-kind" x={left + wide / 2} y={topOf(index) + 36}>
              {named("bot.kind", step.kind)}
            </text>
          </g>
        ))}
      </svg>
      <details>
        <summary>{o("bot.as_list")}</summary>
        <ol>
          {steps.map((step, index) => {
            const then = step.then.filter((name) => name !== steps[index + 1]?.name || step.kind === "branch").map(stepName);
            const said = [named("bot.kind", step.kind), step.optional ? o("bot.optional") : "", then.length ? o("bot.then", { steps: then.join(", ") }) : "", step.name === at ? o("bot.here") : ""];
            return (
              <li key={step.name} aria-current={step.name === at ? "step" : undefined}>
                <b>{stepName(step.name)}</b>: {said.filter((word) => word).join(", ")}
              </li>
            );
          })}
        </ol>
      </details>
    </figure>
  );
}
