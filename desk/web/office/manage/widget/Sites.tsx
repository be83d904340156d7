// Where the chat may stand, how it gets there, and the secret that a site vouches for its customers with.

import { useState } from "preact/hooks";
import { bag, text } from "../../../model/wire";
import { call } from "../../../net/rest";
import { Icon } from "../../../ui/icons";
import { attempt, say } from "../../load";
import { Ask } from "../../parts";
import { o } from "../../words";
import type { Inbox } from "./model";
import { Row } from "./parts";

export function SitesPart({ inbox, domains, change, again }: { inbox: Inbox; domains: readonly string[]; change: (to: readonly string[]) => void; again: () => void }) {
  const [words, setWords] = useState(domains.join("\n"));
  const write = (to: string) => {
    setWords(to);
    change(to.split(/[\s,]+/).filter(Boolean));
  };
  return (
    <section class="panel">
      <h2>{o("widget.sites")}</h2>
      <Row label={o("widget.snippet")} hint={o("widget.snippet_hint")}>
        <Code text={inbox.snippet} />
      </Row>
      <Row label={o("widget.domains")} hint={o("widget.domains_hint", { example: "*.shop.example" })}>
        <textarea rows={3} value={words} placeholder="shop.example" autoComplete="off" spellcheck={false} onInput={(event) => write(event.currentTarget.value)} />
      </Row>
      <Identity inbox={inbox} again={again} />
    </section>
  );
}

/** Words to be copied. */
export function Code({ text: shown }: { readonly text: string }) {
  const copy = () => void navigator.clipboard?.writeText(shown).then(() => say(o("widget.copied")));
  return (
    <span class="draft-code">
      <code tabIndex={0}>{shown}</code>
      <button type="button" class="button" onClick={copy}>
        {o("widget.copy")}
      </button>
    </span>
  );
}

const samples = {
  PHP: `$hash = hash_hmac('sha256', (string) $user->id, getenv('BAREV_SECRET'));`,
  Python: `hash = hmac.new(os.environ["BAREV_SECRET"].encode(), str(user.id).encode(), "sha256").hexdigest()`,
  "Node.js": `const hash = createHmac("sha256", process.env.BAREV_SECRET).update(String(user.id)).digest("hex");`,
} as const;
const IN_PAGE = `Barev.identify({ id: "42", name: "Nare", email: "nare@shop.example" }, hash);`;

function Identity({ inbox, again }: { readonly inbox: Inbox; readonly again: () => void }) {
  const [secret, setSecret] = useState("");
  const [asked, setAsked] = useState<"rotate" | "off" | null>(null);
  const path = `inboxes/${inbox.id}/identity-secret`;
  const make = async () => {
    setSecret(text(bag(await call("POST", path))["secret"]) ?? "");
    again();
  };
  const off = async () => {
    await call("DELETE", path);
    setSecret("");
    again();
  };
  return (
    <>
      <h3>{o("widget.identity")}</h3>
      <p class="hint">{o("widget.identity_lead")}</p>
      {secret && (
        <Row label={o("widget.secret")} hint={o("widget.secret_once")}>
          <Code text={secret} />
        </Row>
      )}
      <div class="draft-adds">
        <button type="button" class="button" onClick={() => (inbox.signs ? setAsked("rotate") : void attempt(make))}>
          <Icon name="key" /> {o(inbox.signs ? "widget.secret_rotate" : "widget.secret_make")}
        </button>
        {inbox.signs && (
          <button type="button" class="button danger" onClick={() => setAsked("off")}>
            {o("widget.secret_off")}
          </button>
        )}
      </div>
      <details>
        <summary>{o("widget.samples")}</summary>
        {Object.entries(samples).map(([name, code]) => (
          <Row key={name} label={name}>
            <Code text={code} />
          </Row>
        ))}
        <Row label={o("widget.in_page")}>
          <Code text={IN_PAGE} />
        </Row>
      </details>
      {asked === "rotate" && <Ask title={o("widget.secret_rotate")} text={o("widget.secret_rotate_ask")} go={o("widget.secret_rotate")} danger act={make} close={() => setAsked(null)} />}
      {asked === "off" && <Ask title={o("widget.secret_off")} text={o("widget.secret_off_ask")} go={o("widget.secret_off")} danger act={off} close={() => setAsked(null)} />}
    </>
  );
}
