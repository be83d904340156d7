// Messengers: a token is pasted, checked with its messenger, and never shown again; the door opens at once.

import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { bag, readAll, text } from "../../model/wire";
import { call } from "../../net/rest";
import { attempt, say, useLoad } from "../load";
import { Ask, Failed, Heading, Modal, Problem, Skeletons } from "../parts";
import { o } from "../words";

const names = { telegram: "Telegram", viber: "Viber" } as const;
type Channel = keyof typeof names;

interface Door {
  readonly channel: Channel;
  readonly by: string | null;
  readonly name: string;
  readonly error: string;
}

function readDoor(value: unknown): Door | null {
  const raw = bag(value);
  const channel = text(raw["channel"]);
  if (channel !== "telegram" && channel !== "viber") return null;
  return { channel, by: text(raw["by"]), name: text(raw["name"]) ?? "", error: text(raw["error"]) ?? "" };
}

const load = () => call("GET", "doors").then((answer) => readAll(bag(answer)["items"], readDoor));

export function Doors() {
  const doors = useLoad(load, []);
  return (
    <>
      <Heading text={o("manage.doors")} />
      <div class="place-body">
        <p class="hint">{o("doors.lead")}</p>
        {doors.now.is === "failed" && <Failed failure={doors.now.failure} again={doors.again} />}
        {doors.now.is === "loading" && <Skeletons count={2} />}
        {doors.now.is === "ready" && doors.now.value.map((one) => <Row key={one.channel} one={one} again={doors.again} />)}
      </div>
    </>
  );
}

function Row({ one, again }: { readonly one: Door; readonly again: () => void }) {
  const [asked, setAsked] = useState<"token" | "shut" | null>(null);
  const name = names[one.channel];
  const leave = () => setAsked(null);
  const state = one.by === null ? o("doors.none") : one.error ? o("doors.trouble", { error: one.error }) : one.by === "settings" ? o("doors.given") : o("doors.open", { name: one.name });
  return (
    <section class="panel">
      <h3>{name}</h3>
      <p role="status">{state}</p>
      {one.by !== "settings" && (
        <p class="bar">
          <button type="button" class={one.by === null ? "button primary" : "button"} onClick={() => setAsked("token")} aria-label={`${name}: ${o(one.by === null ? "doors.set" : "doors.another")}`}>
            {o(one.by === null ? "doors.set" : "doors.another")}
          </button>
          {one.by !== null && (
            <button type="button" class="button" onClick={() => setAsked("shut")} aria-label={`${name}: ${o("doors.shut")}`}>
              {o("doors.shut")}
            </button>
          )}
        </p>
      )}
      {asked === "token" && <Token channel={one.channel} close={leave} done={again} />}
      {asked === "shut" && <Ask title={o("doors.shut")} text={o("doors.shut_ask", { name })} go={o("doors.shut")} danger act={() => call("DELETE", `doors/${one.channel}`).then(again)} close={leave} />}
    </section>
  );
}

function Token({ channel, close, done }: { readonly channel: Channel; readonly close: () => void; readonly done: () => void }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    const token = String(new FormData(event.currentTarget as HTMLFormElement).get("token") ?? "").trim();
    setBusy(true);
    setProblem("");
    try {
      const door = readDoor(await call("PUT", `doors/${channel}`, { token }));
      say(o("doors.done", { name: door?.name ?? "" }));
      close();
      done();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  };
  return (
    <Modal title={names[channel]} close={close}>
      <form class="stacked-form" onSubmit={(event) => void attempt(() => save(event))}>
        <p class="hint">{o(`doors.how.${channel}`, { father: "@BotFather", command: "/newbot" })}</p>
        <label>
          {o("doors.token")}
          <input name="token" type="password" required minLength={10} maxLength={200} autoComplete="off" spellcheck={false} />
        </label>
        <Problem text={problem} />
        <button class="button primary" disabled={busy}>
          {o("doors.check")}
        </button>
      </form>
    </Modal>
  );
}
