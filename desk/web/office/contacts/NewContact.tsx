import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { readNamed, bag, readAll } from "../../model/wire";
import { addressOf, go } from "../../route";
import { warned } from "../cards";
import { Modal, Problem } from "../parts";
import { o } from "../words";

/** A new contact needs no more than a name or a way to reach him; all else is asked for on his card. */
export function NewContact({ close, name }: { readonly close: () => void; readonly name: string }) {
  const digits = /\d{5}/.test(name.replace(/\D/g, ""));
  const [who, setWho] = useState(digits || name.includes("@") ? "" : name);
  const [reach, setReach] = useState(digits || name.includes("@") ? name : "");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem("");
    const way = reach.trim();
    try {
      const answer = await call("POST", "contacts", {
        ...(who.trim() ? { name: who.trim() } : {}),
        ...(way ? { [way.includes("@") ? "email" : "phone"]: way } : {}),
      });
      const made = readNamed(answer);
      if (!made) throw new Failure("unavailable", "");
      const alike = readAll(bag(answer)["duplicates"], readNamed);
      if (alike.length > 0) warned.value = new Map(warned.value).set(made.id, alike);
      close();
      go(addressOf("contacts", [made.id]));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal title={o("contacts.new")} close={close}>
      <form class="stacked-form" onSubmit={(event) => void save(event)}>
        <label>
          {o("field.name")}
          <input name="name" value={who} maxLength={200} autoComplete="off" autofocus dir="auto" onInput={(event) => setWho(event.currentTarget.value)} />
        </label>
        <label>
          {o("card.phone_or_email")}
          <input name="reach" value={reach} maxLength={200} autoComplete="off" onInput={(event) => setReach(event.currentTarget.value)} />
        </label>
        <p class="hint">{o("contacts.new_hint")}</p>
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={close}>
            {o("cancel")}
          </button>
          <button type="submit" class="button primary" disabled={busy || (!who.trim() && !reach.trim())}>
            {o("contacts.create")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
