import { useState } from "preact/hooks";
import { call } from "../../../net/rest";
import { addressOf } from "../../../route";
import { Icon } from "../../../ui/icons";
import { attempt, say, usePages } from "../../load";
import { Empty, Failed, Modal, Skeletons } from "../../parts";
import { counted, o } from "../../words";
import { IntentList } from "./IntentList";
import { readUnclear, titleOf, type Unclear } from "./taught";

/** What the bot did not understand, most frequent first: a click says what was meant. */
export function TeachList({ changed }: { readonly changed: () => void }) {
  const pages = usePages("understanding/unclear?state=open", readUnclear, 50);
  const [asked, setAsked] = useState<Unclear | null>(null);
  const gone = (one: Unclear) => pages.change((items) => items.filter(({ id }) => id !== one.id));
  const label = async (one: Unclear, intent: string | null) => {
    setAsked(null);
    const done = await attempt(() => call("POST", `understanding/unclear/${one.id}/label`, { intent }).then(() => true));
    if (!done) return;
    gone(one);
    say(o("teach.labelled", { intent: titleOf(intent) }));
    changed();
  };
  const dismiss = async (one: Unclear) => {
    if (!(await attempt(() => call("POST", `understanding/unclear/${one.id}/dismiss`).then(() => true)))) return;
    gone(one);
    say(o("teach.dismissed"));
  };
  if (pages.failure && pages.items.length === 0) return <Failed failure={pages.failure} again={pages.again} />;
  if (pages.next === undefined) return <Skeletons />;
  if (pages.items.length === 0) return <Empty icon="check" text={o("teach.none")} />;
  return (
    <>
      <ul class="teach-list">
        {pages.items.map((one) => (
          <li key={one.id}>
            <p>
              <q>{one.text}</q> <span class="hint">{counted("teach.times", one.count)}</span>
              {one.talk !== null && (
                <a href={addressOf("dialogs", [one.talk])} aria-label={o("teach.open_named", { text: one.text })}>
                  {o("teach.open_talk")}
                </a>
              )}
            </p>
            <div class="teach-acts" role="group" aria-label={o("teach.what", { text: one.text })}>
              {one.ranking.slice(0, 2).map(({ intent }) => (
                <button key={intent} type="button" class="button" onClick={() => void label(one, intent)}>
                  {titleOf(intent)}
                </button>
              ))}
              <button type="button" class="button" aria-haspopup="dialog" onClick={() => setAsked(one)}>
                <Icon name="search" size={16} /> {o("teach.else")}
              </button>
              <button type="button" class="button" onClick={() => void label(one, null)}>
                {o("teach.outside")}
              </button>
              <button type="button" class="button quiet" onClick={() => void dismiss(one)}>
                {o("teach.dismiss")}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {typeof pages.next === "string" && (
        <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
          {o("more")}
        </button>
      )}
      {asked && (
        <Modal title={o("teach.choose")} close={() => setAsked(null)}>
          <p>
            <q>{asked.text}</q>
          </p>
          <IntentList choose={(intent) => void label(asked, intent)} />
        </Modal>
      )}
    </>
  );
}
