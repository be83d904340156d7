import { useState } from "preact/hooks";
import { languageNames, languages, language as deskLanguage, type Language } from "../../i18n";
import { bag, readAll, text, whole } from "../../model/wire";
import { call } from "../../net/rest";
import { sentenceOf } from "../../actions";
import { Failure } from "../../net/errors";
import { Icon } from "../../ui/icons";
import { attempt, say, useLoad } from "../load";
import { Failed, Heading, Problem, Segments, Skeletons } from "../parts";
import { named, o } from "../words";
import { ButtonsPart, FormPart, ProactivePart } from "./widget/Asking";
import { Look, TextsPart } from "./widget/Look";
import { changesOf, draftOf, readInbox, readInboxes, type Draft, type Inbox, type Settings } from "./widget/model";
import { Line, Row } from "./widget/parts";
import { Preview } from "./widget/Preview";
import { SitesPart } from "./widget/Sites";

const parts = ["look", "texts", "form", "buttons", "proactive", "sites"] as const;
type Part = (typeof parts)[number];
type Person = { readonly id: number; readonly name: string };

function readPerson(value: unknown): Person | null {
  const id = whole(bag(value)["id"]);
  return id === null ? null : { id, name: text(bag(value)["name"]) ?? "" };
}

const people = async (path: string) => readAll(bag(await call("GET", path))["items"], readPerson);

/** The chat on the firm's sites: how it looks, what it says and asks, where it may stand. */
export function Widget() {
  const loaded = useLoad(async () => {
    const [inboxes, agents, teams, skills] = await Promise.all([
      call("GET", "inboxes?limit=100&channel=web").then(readInboxes),
      people("agents?limit=100"),
      people("teams?limit=100"),
      call("GET", "skills").then((answer) => readAll(bag(answer)["items"], (one) => text(bag(one)["name"]))),
    ]);
    return { inboxes, agents, teams, skills };
  }, []);
  const [chosen, setChosen] = useState<number | null>(null);
  if (loaded.now.is === "loading") return <Skeletons />;
  if (loaded.now.is === "failed") return <Failed failure={loaded.now.failure} again={loaded.again} />;
  const { inboxes, agents, teams, skills } = loaded.now.value;
  const inbox = inboxes.find(({ id }) => id === chosen) ?? inboxes[0];
  const add = () =>
    attempt(() => call("POST", "inboxes", { name: o("widget.new_name") })).then((made) => {
      setChosen(whole(bag(made)["id"]));
      loaded.again();
    });
  return (
    <>
      <Heading text={o("manage.widget")}>
        {inboxes.length > 1 && (
          <select aria-label={o("widget.which")} value={String(inbox?.id)} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
            {inboxes.map(({ id, name }) => (
              <option key={id} value={String(id)}>
                {name}
              </option>
            ))}
          </select>
        )}
        <button type="button" class="button" onClick={() => void add()}>
          <Icon name="plus" /> {o("widget.new")}
        </button>
      </Heading>
      {inbox && <Editor key={inbox.id} inbox={inbox} agents={agents} teams={teams} skills={skills} again={loaded.again} />}
    </>
  );
}

interface EditorProps {
  readonly inbox: Inbox;
  readonly agents: readonly Person[];
  readonly teams: readonly Person[];
  readonly skills: readonly string[];
  readonly again: () => void;
}

function Editor({ inbox: first, agents, teams, skills, again }: EditorProps) {
  const [inbox, setInbox] = useState(first);
  const [draft, setDraft] = useState<Draft>(draftOf(first));
  const [part, setPart] = useState<Part>("look");
  const [language, setLanguage] = useState<Language>(deskLanguage.value);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const changes = changesOf(inbox, draft);
  const put = (to: Partial<Draft>) => setDraft((old) => ({ ...old, ...to }));
  const set = (to: Partial<Settings>) => setDraft((old) => ({ ...old, settings: { ...old.settings, ...to } }));
  const save = async () => {
    if (!changes) return;
    setBusy(true);
    try {
      const saved = readInbox(await call("PATCH", `inboxes/${inbox.id}`, changes));
      if (saved) {
        setInbox(saved);
        setDraft(draftOf(saved));
      }
      setProblem("");
      say(o("widget.saved"));
      again();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  };
  const refresh = () => void call("GET", `inboxes/${inbox.id}`).then((answer) => setInbox((old) => readInbox(answer) ?? old));
  const common = { settings: draft.settings, language, change: set };
  return (
    <div class="place-body widget-body">
      <form
        class="widget-draft"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="widget-tabs">
          <Segments label={o("manage.widget")} all={parts} chosen={part} words={(one) => named("widget.part", one)} choose={setPart} />
          <Row label={o("widget.language")}>
            <select value={language} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
              {languages.map((one) => (
                <option key={one} value={one} lang={one}>
                  {languageNames[one]}
                </option>
              ))}
            </select>
          </Row>
        </div>
        {part === "look" && (
          <>
            <Line label={o("widget.name")} value={draft.name} max={100} change={(name) => put({ name })} />
            <Look {...common} inbox={inbox} logo={draft.logo} setLogo={(logo) => put({ logo })} agents={agents} />
          </>
        )}
        {part === "texts" && <TextsPart {...common} />}
        {part === "form" && <FormPart {...common} />}
        {part === "buttons" && <ButtonsPart {...common} />}
        {part === "proactive" && <ProactivePart {...common} />}
        {part === "sites" && (
          <>
            <Row label={o("widget.team")}>
              <select value={String(draft.team_id ?? "")} onChange={(event) => put({ team_id: Number(event.currentTarget.value) || null })}>
                <option value="">{o("widget.team_none")}</option>
                {teams.map(({ id, name }) => (
                  <option key={id} value={String(id)}>
                    {name}
                  </option>
                ))}
              </select>
            </Row>
            <Row label={o("widget.skill")} hint={o("widget.skill_hint", { place: o("manage.assignment") })}>
              <select value={draft.skill ?? ""} onChange={(event) => put({ skill: event.currentTarget.value || null })}>
                <option value="">{o("widget.skill_none")}</option>
                {[...new Set([...skills, ...(inbox.skill === null ? [] : [inbox.skill])])].map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </Row>
            <SitesPart inbox={inbox} domains={draft.allowed_domains} change={(allowed_domains) => put({ allowed_domains })} again={refresh} />
          </>
        )}
        <Problem text={problem} />
        <div class="widget-save">
          <button type="submit" class="button primary" disabled={!changes || busy}>
            {o("widget.save")}
          </button>
          <button type="button" class="button" disabled={!changes || busy} onClick={() => setDraft(draftOf(inbox))}>
            {o("widget.undo")}
          </button>
        </div>
      </form>
      <Preview id={inbox.id} settings={draft.settings} logo={draft.logo} language={language} />
    </div>
  );
}
