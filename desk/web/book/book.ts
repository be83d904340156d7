// One line on any site puts a "Book" button there; it opens the booking page in a window over the site, or, on a phone, in
// a tab of its own. `data-inbox`: the public key of the site's inbox; `data-language`: hy, ka, kk, ru or en; `data-button`:
// a selector of buttons that the site has already.

const WORDS: Readonly<Record<string, readonly [string, string]>> = BOOK_TEXTS;
const STYLE = `.barev-book{font:600 1rem/1.2 system-ui,sans-serif;min-height:44px;padding:.6em 1.2em;border:0;border-radius:.6em;background:#0f766e;color:#fff;cursor:pointer}.barev-book:focus-visible{outline:3px solid #0f766e;outline-offset:2px}dialog.barev-book-window{width:min(48rem,96vw);height:min(52rem,92vh);max-width:none;max-height:none;padding:0;border:0;border-radius:12px;background:#fff;box-shadow:0 12px 48px #0006}dialog.barev-book-window::backdrop{background:#0008}.barev-book-window iframe{display:block;width:100%;height:100%;border:0}.barev-book-close{position:absolute;top:8px;right:8px;width:44px;height:44px;border:0;border-radius:50%;background:#eef1f0;color:#182124;font:1.5rem/1 sans-serif;cursor:pointer}`;

const script = document.currentScript as HTMLScriptElement;
const given = script.dataset;
const asked = (given["language"] || document.documentElement.lang || navigator.language).slice(0, 2).toLowerCase();
const language = WORDS[asked] ? asked : "en";
const [book = "", close = ""] = WORDS[language] ?? [];
const address = new URL(`/book/${encodeURIComponent(given["inbox"] ?? "")}`, script.src);
if (WORDS[asked]) address.searchParams.set("lang", language);

let shown: HTMLDialogElement | null = null;

function make(): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "barev-book-window";
  dialog.setAttribute("aria-label", book);
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = book;
  const end = document.createElement("button");
  end.type = "button";
  end.className = "barev-book-close";
  end.setAttribute("aria-label", close);
  end.textContent = "×";
  end.onclick = () => dialog.close();
  dialog.onclick = (event) => event.target === dialog && dialog.close();
  dialog.onclose = () => {
    dialog.remove();
    shown = null;
  };
  dialog.append(end, frame);
  document.body.append(dialog);
  return dialog;
}

function open(): void {
  if (matchMedia("(max-width: 600px)").matches) {
    window.open(address.href, "_blank", "noopener");
    return;
  }
  shown ??= make();
  if (!shown.open) shown.showModal();
}

function begin(): void {
  const sheet = document.head.appendChild(document.createElement("style"));
  sheet.nonce = script.nonce;
  sheet.textContent = STYLE;
  const own = given["button"] ? document.querySelectorAll<HTMLElement>(given["button"]) : [];
  for (const one of own) one.addEventListener("click", (event) => (event.preventDefault(), open()));
  if (own.length || given["button"]) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "barev-book";
  button.lang = language;
  button.textContent = book;
  button.onclick = open;
  if (script.parentNode && script.parentNode !== document.head) script.after(button);
  else document.body.append(button);
}

if (document.body && document.readyState !== "loading") begin();
else document.addEventListener("DOMContentLoaded", begin);

export {};
