// How the chat looks: colour, corner, light or dark, whose face; and its words.

import { useState } from "preact/hooks";
import type { Language } from "../../../i18n";
import type { Colleague } from "../../../model/types";
import { o, named } from "../../words";
import { contrast, type Inbox, type Settings } from "./model";
import { Check, Choice, Row, Said } from "./parts";

export interface PartProps {
  readonly settings: Settings;
  readonly language: Language;
  readonly change: (to: Partial<Settings>) => void;
}

const SIDE = 128;
const PLENTY = 4.5;
const ENOUGH = 3;
const PREFIX = "--barev-".length;
const sizes = [["--barev-radius", 0, 32, 22], ["--barev-size", 44, 80, 60], ["--barev-space", 0, 120, 20]] as const;

interface LookProps extends PartProps {
  readonly inbox: Inbox;
  readonly logo: string | null | undefined;
  readonly setLogo: (to: string | null) => void;
  readonly agents: readonly Pick<Colleague, "id" | "name">[];
}

export function Look({ settings, change, inbox, logo, setLogo, agents }: LookProps) {
  const { look } = settings;
  const [problem, setProblem] = useState("");
  const set = (to: Partial<Settings["look"]>) => change({ look: { ...look, ...to } });
  const variable = (name: string, value: string) => {
    const { [name]: _old, ...rest } = look.variables;
    set({ variables: value ? { ...rest, [name]: value } : rest });
  };
  const shownLogo = logo === undefined ? inbox.logo && `/${inbox.logo}` : logo;
  const pick = async (file: File | undefined) => {
    if (!file) return;
    try {
      setLogo(await shrink(file));
      setProblem("");
      set({ likeness: "logo" });
    } catch {
      setProblem(o("widget.logo_failed"));
    }
  };
  return (
    <section class="panel">
      <h2>{o("widget.look")}</h2>
      <Row label={o("widget.accent")}>
        <span class="draft-colour">
          <input type="color" value={look.accent} onInput={(event) => set({ accent: event.currentTarget.value })} />
          <code>{look.accent}</code>
        </span>
      </Row>
      <Contrast accent={look.accent} />
      <Choice label={o("widget.side")} value={look.side} all={["right", "left"]} words={(one) => named("widget.side", one)} change={(side) => set({ side })} />
      <Choice label={o("widget.scheme")} value={look.scheme} all={["auto", "light", "dark"]} words={(one) => named("widget.scheme", one)} change={(scheme) => set({ scheme })} />
      <Choice label={o("widget.likeness")} value={look.likeness} all={["initials", "logo", "agent"]} words={(one) => named("widget.likeness", one)} change={(likeness) => set({ likeness })} />
      {look.likeness === "logo" && (
        <Row label={o("widget.logo")} hint={problem || o("widget.logo_hint")}>
          <span class="draft-logo">
            {shownLogo && <img src={shownLogo} alt={o("widget.logo")} width={48} height={48} />}
            <input type="file" accept="image/png,image/jpeg,image/webp" onChange={(event) => void pick(event.currentTarget.files?.[0])} />
          </span>
        </Row>
      )}
      {look.likeness === "agent" && (
        <Row label={o("widget.agent")}>
          <select value={String(look.agent_id ?? "")} onChange={(event) => set({ agent_id: Number(event.currentTarget.value) || null })}>
            <option value="">—</option>
            {agents.map(({ id, name }) => (
              <option key={id} value={String(id)}>
                {name}
              </option>
            ))}
          </select>
        </Row>
      )}
      <details>
        <summary>{o("widget.more_look")}</summary>
        {sizes.map(([name, least, most, usual]) => (
          <Row key={name} label={named("widget.variable", name.slice(PREFIX))}>
            <span class="draft-colour">
              <input
                type="range"
                min={least}
                max={most}
                value={Number.parseInt(look.variables[name] ?? "", 10) || usual}
                onInput={(event) => variable(name, event.currentTarget.value === String(usual) ? "" : `${event.currentTarget.value}px`)}
              />
              <code>{look.variables[name] ?? `${usual}px`}</code>
            </span>
          </Row>
        ))}
        <Row label={o("widget.variable.font")} hint={o("widget.font_hint")}>
          <input value={look.variables["--barev-font"] ?? ""} maxLength={120} pattern={'[A-Za-z0-9 ,"\\x27\\-]*'} onInput={(event) => event.currentTarget.validity.valid && variable("--barev-font", event.currentTarget.value)} />
        </Row>
      </details>
    </section>
  );
}

/** What is written on the colour always stands out; whether the launcher stands out of a page depends on the choice. */
function Contrast({ accent }: { readonly accent: string }) {
  const ink = Math.max(contrast(accent, "#ffffff"), contrast(accent, "#000000"));
  const [light, dark] = [contrast(accent, "#ffffff"), contrast(accent, "#181c21")];
  const weak = [light < ENOUGH && o("widget.on_light"), dark < ENOUGH && o("widget.on_dark")].filter(Boolean);
  return (
    <p class={`hint${weak.length > 0 ? " warned" : ""}`} role="status">
      {o("widget.contrast", { text: ink.toFixed(1), least: PLENTY })} {weak.length > 0 && o("widget.contrast_weak", { where: weak.join(", ") })}
    </p>
  );
}

/** A small square picture as a data URL: whatever was chosen, few bytes travel to every visitor. */
async function shrink(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const scale = Math.min(SIDE / picture.width, SIDE / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d")?.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
  return canvas.toDataURL("image/png");
}

export function TextsPart({ settings, language, change }: PartProps) {
  const { texts, switches } = settings;
  const set = (to: Partial<Settings["texts"]>) => change({ texts: { ...texts, ...to } });
  const turn = (to: Partial<Settings["switches"]>) => change({ switches: { ...switches, ...to } });
  return (
    <section class="panel">
      <h2>{o("widget.texts")}</h2>
      <Said label={o("widget.title")} words={texts.title} language={language} max={120} change={(title) => set({ title })} />
      <Said label={o("widget.greeting")} words={texts.greeting} language={language} max={500} lines={2} change={(greeting) => set({ greeting })} />
      <Said label={o("widget.away")} words={texts.away} language={language} max={500} lines={2} change={(away) => set({ away })} />
      <Check label={o("widget.bot")} on={switches.bot} change={(bot) => turn({ bot })} />
      <Check label={o("widget.rating")} on={switches.rating} change={(rating) => turn({ rating })} />
      <Check label={o("widget.transcript")} on={switches.transcript} change={(transcript) => turn({ transcript })} />
      <Check label={o("widget.sound")} on={switches.sound} change={(sound) => turn({ sound })} />
    </section>
  );
}
