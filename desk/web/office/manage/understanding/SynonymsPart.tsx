import { useState } from "preact/hooks";
import { sentenceOf } from "../../../actions";
import { Failure } from "../../../net/errors";
import { call } from "../../../net/rest";
import { t } from "../../../i18n";
import { Icon } from "../../../ui/icons";
import { IconButton } from "../../../ui/parts";
import { Listed, pathOf, useAsked, type ListColumn } from "../../Listed";
import { usePages } from "../../load";
import { Ask, Modal, Problem } from "../../parts";
import { named, o } from "../../words";
import { readSynonym, type Synonym } from "./taught";

const kinds = ["service", "staff", "branch"] as const;

/** What customers call services, staff and branches. */
export function SynonymsPart() {
  const asked = useAsked("id", true);
  const pages = usePages(pathOf("understanding/synonyms", asked), readSynonym, 100);
  const [adding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Synonym | null>(null);
  const remove = async (one: Synonym) => {
    await call("DELETE", `understanding/synonyms/${one.id}`);
    pages.change((items) => items.filter(({ id }) => id !== one.id));
  };
  const columns: readonly ListColumn<Synonym>[] = [
    { key: "name", label: o("teach.synonym.name"), sort: "name", filter: { is: "text", key: "name" }, show: (one) => <b>{one.name}</b> },
    { key: "stands_for", label: o("teach.synonym.stands_for"), sort: "stands_for", filter: { is: "text", key: "stands_for" }, show: (one) => one.standsFor },
    { key: "kind", label: o("teach.synonym.kind"), sort: "kind", filter: { is: "choice", key: "kind", all: kinds.map((kind) => [kind, o(`teach.kind.${kind}`)] as const) }, show: (one) => named("teach.kind", one.kind) },
    { key: "remove", label: o("teach.synonym.remove"), quiet: true, show: (one) => <IconButton icon="trash" label={o("remove_named", { name: one.name })} onClick={() => setRemoved(one)} /> },
  ];
  return (
    <>
      <p class="hint">{o("teach.synonym.lead")}</p>
      <div class="teach-tools">
        <button type="button" class="button primary" onClick={() => setAdding(true)}>
          <Icon name="plus" /> {o("teach.synonym.new")}
        </button>
      </div>
      <Listed label={o("teach.part.synonyms")} columns={columns} pages={pages} asked={asked} keyOf={({ id }) => id} none={{ icon: "note", text: o("teach.synonym.none") }} />
      {adding && <Add done={pages.again} close={() => setAdding(false)} />}
      {removed && (
        <Ask
          title={o("teach.synonym.remove")}
          text={o("teach.synonym.remove_ask", { name: removed.name, stands_for: removed.standsFor })}
          go={o("teach.synonym.remove")}
          danger
          act={() => remove(removed)}
          close={() => setRemoved(null)}
        />
      )}
    </>
  );
}

function Add({ done, close }: { readonly done: () => void; readonly close: () => void }) {
  const [kind, setKind] = useState<string>("service");
  const [name, setName] = useState("");
  const [standsFor, setStandsFor] = useState("");
  const [problem, setProblem] = useState("");
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setProblem("");
    try {
      await call("POST", "understanding/synonyms", { kind, name: name.trim(), stands_for: standsFor.trim() });
      done();
      close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
    }
  };
  return (
    <Modal title={o("teach.synonym.new")} close={close}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <label>
          {o("teach.synonym.name")}
          <input value={name} required maxLength={100} autofocus autoComplete="off" onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label>
          {o("teach.synonym.stands_for")}
          <input value={standsFor} required maxLength={100} autoComplete="off" onInput={(event) => setStandsFor(event.currentTarget.value)} />
        </label>
        <label>
          {o("teach.synonym.kind")}
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {o(`teach.kind.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class="button primary" disabled={!name.trim() || !standsFor.trim()}>
            {o("teach.save")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
