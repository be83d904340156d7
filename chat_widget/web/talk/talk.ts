// The page that a letter leads to: makes this browser the visitor's and opens his talk. The token leaves the address at
// once, so that neither the history nor an agent sees it.

import { shelfPrefix } from "../identity";

const INBOX = "barev talk inbox";
const token = location.pathname.split("/")[2] ?? "";
history.replaceState(null, "", "/talk");

function open(inbox: string): void {
  const script = document.createElement("script");
  script.src = "/widget.js";
  script.dataset["inbox"] = inbox;
  script.onload = () => window.Barev?.open();
  document.head.append(script);
}

async function exchange(): Promise<void> {
  const answer = await fetch(`/talk/${token}`, { method: "POST" });
  const told = (await answer.json()) as { token?: string; inbox?: string; error?: { message: string } };
  const said = document.getElementById("said");
  if (told.error && said) said.textContent = told.error.message;
  if (!told.token || told.inbox === undefined) return;
  localStorage.setItem(`${shelfPrefix(new URL("/", location.href), told.inbox)}token`, told.token);
  sessionStorage.setItem(INBOX, told.inbox);
  open(told.inbox);
}

const before = sessionStorage.getItem(INBOX);
if (token) void exchange();
else if (before !== null) open(before);
