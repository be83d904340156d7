// Whom a new conversation goes to by itself: how each team shares out, and what each colleague can take.

import { useId, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { languageNames } from "../../i18n";
import { bag, readAll, readNamed, text, whole } from "../../model/wire";
import type { Named } from "../../model/types";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { addressOf, numberIn, route } from "../../route";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { Field } from "../Field";
import { useLoad } from "../load";
import { Failed, Heading, Problem, Skeletons } from "../parts";
import { o, type OfficeKey } from "../words";

const load = async (path: string) => readAll(bag(await call("GET", `${path}?sort=name&limit=200`))["items"], readNamed);

export function Policy() {
  const [kind, id] = [route.value.rest[1], numberIn(route.value, 2)];
  if (id !== null && kind === "team") return <OneTeam key={id} id={id} />;
  if (id !== null && kind === "agent") return <OneAgent key={id} id={id} />;
  return <Everybody />;
}

function Everybody() {
  const loaded = useLoad(async () => ({ teams: may("teams.manage") ? await load("teams") : [], people: may("agents.manage") ? await load("agents") : [] }), []);
  const links = (kind: "team" | "agent", all: readonly Named[]) => (
    <ul class="sharing-links">
      {all.map((one) => (
        <li key={one.id}>
          <a href={addressOf("manage", ["assignment", kind, one.id])}>
            <Icon name={kind === "team" ? "team" : "user"} /> <span>{one.name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <Heading text={o("manage.assignment")} />
      <div class="place-body columns-body">
        <p class="hint sharing-lead">{o("sharing.lead")}</p>
        {loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {loaded.now.is === "ready" && (
          <>
            {loaded.now.value.teams.length > 0 && (
              <section class="panel">
                <h2>{o("sharing.teams")}</h2>
                {links("team", loaded.now.value.teams)}
              </section>
            )}
            {loaded.now.value.people.length > 0 && (
              <section class="panel">
                <h2>{o("sharing.people")}</h2>
                {links("agent", loaded.now.value.people)}
              </section>
            )}
          </>
        )}
      </div>
    </>
  );
}

interface Way {
  readonly name: string;
  readonly label: string;
  readonly about: string;
}

function readWay(value: unknown): Way | null {
  const name = text(bag(value)["name"]);
  return name === null ? null : { name, label: text(bag(value)["label"]) ?? name, about: text(bag(value)["about"]) ?? "" };
}

type Values = Readonly<Record<string, unknown>>;
const numbers: readonly (readonly [string, OfficeKey, OfficeKey | null])[] = [
  ["capacity", "sharing.capacity", "sharing.capacity_hint"],
  ["gap_s", "sharing.gap", null],
  ["answer_s", "sharing.answer", "sharing.answer_hint"],
  ["escalate_s", "sharing.escalate", "sharing.escalate_hint"],
  ["give_back_s", "sharing.give_back", "sharing.give_back_hint"],
];
const others: readonly (readonly [string, OfficeKey, OfficeKey, OfficeKey | null])[] = [
  ["escalate_team_id", "sharing.escalate_team", "sharing.same_team", null],
  ["fallback_team_id", "sharing.fallback", "sharing.none", "sharing.fallback_hint"],
];
const back = () => ({ href: addressOf("manage", ["assignment"]), text: o("manage.assignment") });
const shown = (value: unknown) => (value === null || value === undefined ? "" : String(value));

/** Changes what is given of one of them, and shows the answer. */
function useChange(path: string, put: (value: Values) => void) {
  return async (body: Values) => put(bag(await call("PATCH", path, body)));
}

function OneTeam({ id }: { readonly id: number }) {
  const path = `teams/${id}/assignment`;
  const loaded = useLoad(async () => {
    const [values, ways, teams] = await Promise.all([call("GET", path), call("GET", "policies"), load("teams")]);
    return { values: bag(values), ways: readAll(bag(ways)["items"], readWay), teams };
  }, [id]);
  const ready = loaded.now.is === "ready" ? loaded.now.value : null;
  const change = useChange(path, (values) => ready && loaded.put({ ...ready, values }));
  const [problem, setProblem] = useState("");
  const [chosen, setChosen] = useState<string | null>(null); // what was pressed last, until the server has it
  const before = useRef(Promise.resolve()); // one after another, so that the last one pressed holds
  const choose = async (policy: string) => {
    setProblem("");
    setChosen(policy);
    const saved = before.current.then(() => change({ policy }));
    before.current = saved.then(
      () => undefined,
      () => undefined,
    );
    try {
      await saved;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setChosen(null);
    }
  };
  const team = ready?.teams.find((one) => one.id === id);
  return (
    <>
      <Heading text={team?.name ?? o("sharing.teams")} back={back()}>
        <a class="button" href={addressOf("manage", ["hours", "team", id])}>
          <Icon name="clock" /> <span class="label">{o("sharing.hours")}</span>
        </a>
      </Heading>
      <div class="place-body columns-body">
        {loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {ready && (
          <>
            <fieldset class="panel sharing-ways">
              <legend>{o("sharing.how")}</legend>
              {ready.ways.map((way) => (
                <label key={way.name}>
                  <input type="radio" name="policy" value={way.name} checked={(chosen ?? ready.values["policy"]) === way.name} onChange={() => void choose(way.name)} />
                  <span>
                    <b>{way.label}</b>
                    <span class="hint">{way.about}</span>
                  </span>
                </label>
              ))}
              <Problem text={problem} />
            </fieldset>
            <section class="panel">
              <h2>{o("sharing.limits")}</h2>
              {numbers.map(([key, label, hint]) => (
                <Hinted key={key} hint={hint}>
                  <Field
                    name={`team.${id}.${key}`}
                    label={o(label)}
                    type="number"
                    value={shown(ready.values[key])}
                    save={(to) => change({ [key]: to === "" ? (key === "gap_s" ? 0 : null) : Number(to) })}
                  />
                </Hinted>
              ))}
              {others.map(([key, label, none, hint]) => (
                <Hinted key={key} hint={hint}>
                  <Field
                    name={`team.${id}.${key}`}
                    label={o(label)}
                    value={shown(ready.values[key])}
                    choices={[["", o(none)], ...ready.teams.filter((one) => one.id !== id).map((one) => [String(one.id), one.name] as const)]}
                    save={(to) => change({ [key]: to === "" ? null : Number(to) })}
                  />
                </Hinted>
              ))}
            </section>
          </>
        )}
      </div>
    </>
  );
}

function Hinted({ hint, children }: { readonly hint: OfficeKey | null; readonly children: preact.ComponentChildren }) {
  return (
    <div class="sharing-field">
      {children}
      {hint && <p class="hint">{o(hint)}</p>}
    </div>
  );
}

const levels = [1, 2, 3, 4, 5] as const;

function OneAgent({ id }: { readonly id: number }) {
  const path = `agents/${id}/assignment`;
  const loaded = useLoad(async () => {
    const [values, skills, agent] = await Promise.all([call("GET", path), call("GET", "skills"), call("GET", `agents/${id}`)]);
    return { values: bag(values), skills: readAll(bag(skills)["items"], (one) => text(bag(one)["name"])), name: text(bag(agent)["name"]) ?? "" };
  }, [id]);
  const ready = loaded.now.is === "ready" ? loaded.now.value : null;
  const change = useChange(path, (values) => ready && loaded.put({ ...ready, values }));
  return (
    <>
      <Heading text={ready?.name ?? o("sharing.people")} back={back()}>
        <a class="button" href={addressOf("manage", ["hours", "agent", id])}>
          <Icon name="clock" /> <span class="label">{o("manage.hours")}</span>
        </a>
      </Heading>
      <div class="place-body">
        {loaded.now.is === "loading" && <Skeletons />}
        {loaded.now.is === "failed" && <Failed failure={loaded.now.failure} again={loaded.again} />}
        {ready && <Abilities id={id} values={ready.values} skills={ready.skills} change={change} />}
      </div>
    </>
  );
}

function Abilities({ id, values, skills, change }: { readonly id: number; readonly values: Values; readonly skills: readonly string[]; readonly change: (body: Values) => Promise<void> }) {
  const [problem, setProblem] = useState("");
  const hintId = useId();
  const [ticked, setTicked] = useState<readonly string[] | null>(null);
  const speaks = ticked ?? readAll(values["languages"], text);
  const knows = readAll(values["skills"], text);
  const unknown = skills.filter((one) => !knows.includes(one));
  const attempt = async (body: Values) => {
    setProblem("");
    try {
      await change(body);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    }
  };
  /** What is ticked stands at once, so that a second tick does not forget the first. */
  const speak = async (to: readonly string[]) => {
    setTicked(to);
    await attempt({ languages: to });
    setTicked((now) => (now === to ? null : now));
  };
  const field = (key: string) => ({ name: `agent.${id}.${key}`, value: shown(whole(values[key])) });
  return (
    <section class="panel">
      <Field {...field("capacity")} label={o("people.capacity")} type="number" save={(to) => change({ capacity: Number(to) })} />
      <Field {...field("level")} label={o("sharing.level")} choices={levels.map((one) => [String(one), o(`sharing.level.${one}`)] as const)} save={(to) => change({ level: Number(to) })} />
      <Hinted hint="sharing.weight_hint">
        <Field {...field("weight")} label={o("sharing.weight")} type="number" save={(to) => change({ weight: Number(to) })} />
      </Hinted>
      <fieldset class="sharing-languages" aria-describedby={hintId}>
        <legend>{o("sharing.languages")}</legend>
        {Object.entries(languageNames).map(([key, words]) => (
          <label key={key}>
            <input
              type="checkbox"
              checked={speaks.includes(key)}
              onChange={(event) => void speak(event.currentTarget.checked ? [...speaks, key] : speaks.filter((one) => one !== key))}
            />{" "}
            {words}
          </label>
        ))}
        <p class="hint" id={hintId}>
          {o("sharing.languages_hint")}
        </p>
      </fieldset>
      <Problem text={problem} />
      <Hinted hint="sharing.skills_hint">
        <Field
          name={`agent.${id}.skills`}
          label={o("sharing.skills")}
          value={knows.join(", ")}
          max={1000}
          save={(to) => change({ skills: [...new Set(to.split(",").map((one) => one.trim()).filter(Boolean))] })}
        />
      </Hinted>
      {unknown.length > 0 && (
        <ul class="sharing-known">
          {unknown.map((one) => (
            <li key={one}>
              <button type="button" class="button small" onClick={() => void attempt({ skills: [...knows, one] })}>
                <Icon name="plus" size={14} /> {one}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
