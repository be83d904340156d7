import { IconButton } from "../../ui/parts";
import { Modal } from "../parts";
import { o } from "../words";
import { chooseColumns, chosenColumns, type Column } from "./columns";

/** Which columns are shown, and in which order. The name always is, and always the first. */
export function ColumnsSheet({ all, close }: { readonly all: readonly Column[]; readonly close: () => void }) {
  const chosen = chosenColumns.value.filter((key) => all.some((one) => one.key === key));
  const shown = chosen.map((key) => all.find((one) => one.key === key)).filter((one): one is Column => one !== undefined);
  const others = all.filter(({ key }) => !chosen.includes(key));
  const move = (key: string, step: number) => {
    const at = chosen.indexOf(key);
    const to = at + step;
    if (to < 1 || to >= chosen.length) return;
    const next = [...chosen];
    next.splice(at, 1);
    next.splice(to, 0, key);
    chooseColumns(next);
  };
  const toggle = (key: string, on: boolean) => chooseColumns(on ? [...chosen, key] : chosen.filter((one) => one !== key));
  return (
    <Modal title={o("columns.title")} close={close}>
      <ul class="column-list">
        {[...shown, ...others].map((column) => {
          const on = chosen.includes(column.key);
          const fixed = column.key === "name";
          return (
            <li key={column.key}>
              <label>
                <input type="checkbox" checked={on} disabled={fixed} onChange={(event) => toggle(column.key, event.currentTarget.checked)} />
                {column.label}
              </label>
              {on && !fixed && (
                <span>
                  <IconButton icon="up" label={o("order.up", { name: column.label })} disabled={chosen.indexOf(column.key) < 2} onClick={() => move(column.key, -1)} />
                  <IconButton icon="down" label={o("order.down", { name: column.label })} disabled={chosen.indexOf(column.key) === chosen.length - 1} onClick={() => move(column.key, 1)} />
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Modal>
  );
}
