import { useEffect } from "preact/hooks";
import { numberIn, route } from "../route";
import { needCatalogues } from "./catalogues";
import { later } from "../ui/Later";
import { ContactsPlace } from "./contacts/ContactsPlace";
import { ContactPage } from "./card/ContactPage";
import { SearchPlace } from "./SearchPlace";
import { TasksPlace } from "./TasksPlace";

const KnowledgePlace = later<object>(() => import("./knowledge/KnowledgePlace").then((module) => module.KnowledgePlace));
const JournalPlace = later<object>(() => import("./journal/JournalPlace").then((module) => module.JournalPlace));
const Manage = later<object>(() => import("./manage/Manage").then((module) => module.Manage));

/** Everything beside the dialogs. */
export function Office({ place }: { readonly place: "journal" | "contacts" | "tasks" | "knowledge" | "search" | "manage" }) {
  useEffect(() => void needCatalogues(), []);
  const id = numberIn(route.value);
  if (place === "contacts") return id === null ? <ContactsPlace /> : <ContactPage key={id} id={id} />;
  if (place === "journal") return <JournalPlace />;
  if (place === "tasks") return <TasksPlace />;
  if (place === "knowledge") return <KnowledgePlace />;
  if (place === "search") return <SearchPlace />;
  return <Manage />;
}
