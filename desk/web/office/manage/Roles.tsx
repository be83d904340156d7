import { useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { bag, readAll, text, whole } from "../../model/wire";
import { Icon } from "../../ui/icons";
import { useLoad } from "../load";
import { Ask, Failed, Heading, Problem, Skeletons } from "../parts";
import { named, o } from "../words";

export interface Role {
  readonly id: number;
  readonly name: string;
  readonly label: string;
  readonly permissions: readonly string[];
  readonly builtIn: boolean;
}

export interface Permission {
  readonly name: string;
  readonly label: string;
  readonly about: string;
}

const builtIn = ["owner", "manager", "agent"];
const roleName = (name: string) => (builtIn.includes(name) ? named("role", name) : name);

export function readRole(value: unknown): Role | null {
  const raw = bag(value);
  const [id, name] = [whole(raw["id"]), text(raw["name"])];
  if (id === null || name === null) return null;
  return { id, name, label: text(raw["label"]) ?? roleName(name), permissions: readAll(raw["permissions"], text), builtIn: raw["built_in"] === true || builtIn.includes(name) };
}

function readPermission(value: unknown): Permission | null {
  const name = text(bag(value)["name"]);
  return name === null ? null : { name, label: text(bag(value)["label"]) ?? name, about: text(bag(value)["about"]) ?? "" };
}

/** All permissions there are, with their words. */
export const loadPermissions = async () => readAll(bag(await call("GET", "permissions"))["items"], readPermission);
export const loadRoles = async () => readAll(bag(await call("GET", "roles"))["items"], readRole);

/** Who may do what: a table of permissions by roles, each mark saved as it is set. */
export function Roles() {
  const loaded = useLoad(async () => ({ roles: await loadRoles(), permissions: await loadPermissions() }), []);
  const [problem, setProblem] = useState("");
  const [name, setName] = useState("");
  const [removed, setRemoved] = useState<Role | null>(null);
  if (loaded.now.is === "loading") return <Page><Skeletons /></Page>;
  if (loaded.now.is === "failed") return <Page><Failed failure={loaded.now.failure} again={loaded.again} /></Page>;
  const { roles, permissions } = loaded.now.value;
  const run = async (work: () => Promise<unknown>) => {
    setProblem("");
    try {
      await work();
      loaded.again();
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      loaded.again();
      return false;
    }
  };
  const toggle = (role: Role, permission: string, on: boolean) => {
    const next = on ? [...role.permissions, permission] : role.permissions.filter((one) => one !== permission);
    loaded.put({ permissions, roles: roles.map((one) => (one.id === role.id ? { ...one, permissions: next } : one)) });
    void run(() => call("PATCH", `roles/${role.id}`, { permissions: next }));
  };
  return (
    <Page>
      <p class="hint">{o("roles.lead")}</p>
      <Problem text={problem} />
      <div class="table-box matrix-box" tabIndex={0} role="region" aria-label={o("manage.roles")}>
        <table class="matrix">
          <thead>
            <tr>
              <td />
              {roles.map((role) => (
                <th key={role.id} scope="col">
                  {role.label}
                  {!role.builtIn && (
                    <button type="button" class="button icon-only" aria-label={o("remove_named", { name: role.name })} title={o("remove_named", { name: role.name })} onClick={() => setRemoved(role)}>
                      <Icon name="trash" size={15} />
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {permissions.map(({ name: permission, label, about }) => (
              <tr key={permission}>
                <th scope="row">
                  {label}
                  {about && <span class="hint about">{about}</span>}
                </th>
                {roles.map((role) => (
                  <td key={role.id}>
                    <input
                      type="checkbox"
                      aria-label={`${role.label}: ${label}`}
                      checked={role.permissions.includes(permission)}
                      disabled={role.builtIn}
                      onChange={(event) => toggle(role, permission, event.currentTarget.checked)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <form
        class="inline-add"
        onSubmit={(event) => {
          event.preventDefault();
          const agent = roles.find((one) => one.name === "agent");
          void run(() => call("POST", "roles", { name: name.trim(), permissions: agent?.permissions ?? [] })).then((well) => well && setName(""));
        }}
      >
        <input aria-label={o("roles.new")} placeholder={o("roles.new")} value={name} maxLength={60} autoComplete="off" onInput={(event) => setName(event.currentTarget.value)} />
        <button type="submit" class="button" disabled={!name.trim()}>
          <Icon name="plus" /> {o("add")}
        </button>
      </form>
      {removed && (
        <Ask title={o("roles.remove")} text={o("roles.remove_ask", { name: removed.name })} go={o("roles.remove")} danger act={() => call("DELETE", `roles/${removed.id}`).then(loaded.again)} close={() => setRemoved(null)} />
      )}
    </Page>
  );
}

function Page({ children }: { readonly children: preact.ComponentChildren }) {
  return (
    <>
      <Heading text={o("manage.roles")} />
      <div class="place-body">{children}</div>
    </>
  );
}
