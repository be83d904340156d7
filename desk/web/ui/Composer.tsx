import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { editMessage, reopen } from "../actions";
import { isUnanswered } from "../model/select";
import type { Head } from "../model/types";
import { send } from "../net/sender";
import { theLine } from "../net/live";
import { current, me, state } from "../store";
import { t } from "../i18n";
import { arriving, attach, tray } from "./attach";
import { change, clearDraft, draft, openDraft, putEdit, setMode, wanted } from "./draft";
import { chosenOption, closeSlash, lookForSlash, slash, slashKey } from "./canned";
import { Icon } from "./icons";
import { later } from "./Later";
import { IconButton } from "./parts";
import { lineOf } from "./MessageView";
import { nameOf } from "./Row";

const typingEveryMs = 3000;
const Suggestions = later<{ readonly of: Head }>(() => import("./side/Suggestions").then((module) => module.Suggestions), false);
const Ways = later<{ readonly of: Head }>(() => import("./side/Ways").then((module) => module.Ways), false);
const CannedMenu = later<{ readonly of: Head }>(() => import("./side/CannedMenu").then((module) => module.CannedMenu), false);

function useTyping(id: number) {
  const told = useRef(0);
  const off = () => {
    if (told.current === 0) return;
    told.current = 0;
    theLine()?.say("typing", { conversation_id: id, on: false });
  };
  useEffect(() => off, []);
  return {
    off,
    on: () => {
      if (Date.now() - told.current < typingEveryMs) return;
      told.current = Date.now();
      theLine()?.say("typing", { conversation_id: id, on: true });
    },
  };
}

/** Whether there is something to send, and nothing of it is still on its way. */
function complete(id: number, words: string): boolean {
  const { files, editing } = draft.value;
  return (words !== "" || (files.length > 0 && !editing)) && (editing !== null || !arriving.value.get(id));
}

function submit(id: number): void {
  const { text, mode, replyTo, files, editing } = draft.value;
  const words = text.trim();
  if (!complete(id, words) || words.length > state.value.textLimit) return;
  if (editing) {
    clearDraft(); // now: what is typed from here on is another message
    void editMessage(editing.id, words).then((done) => done || current.peek() !== id || putEdit(editing, words));
    return;
  }
  send(id, mode, { text: words, replyTo: mode === "reply" ? (replyTo?.id ?? null) : null, files });
  clearDraft();
}

export function Composer({ of }: { readonly of: Head }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(of.id);
  const picker = useRef<HTMLInputElement>(null);
  const { text, mode, editing } = draft.value;
  const Tray = tray.value;
  useLayoutEffect(() => openDraft(of.id), []);
  useLayoutEffect(() => {
    const input = field.current;
    if (!wanted.value) return;
    wanted.value = false; // also where there is no field: a later dialog's is not meant
    input?.focus();
    input?.setSelectionRange(input.value.length, input.value.length);
  }, [wanted.value]);
  useLayoutEffect(() => {
    const input = field.current;
    if (!input) return;
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }, [text, mode]);
  if (of.status === "resolved" && mode === "reply" && !editing) return <Over of={of} />;

  const keys = (event: KeyboardEvent) => {
    if (event.isComposing || slashKey(event)) return;
    const enter = event.code === "Enter" || event.code === "NumpadEnter";
    if (enter && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      submit(of.id);
      typing.off();
    } else if (event.code === "Escape") {
      event.stopPropagation();
      if (editing) clearDraft();
      else if (draft.value.replyTo) change({ replyTo: null });
      else field.current?.blur();
    }
  };
  const write = (words: string) => {
    change({ text: words });
    if (mode === "reply" && !editing && words.trim() !== "") typing.on();
    else typing.off();
  };
  const bring = (event: Event, files: FileList | null | undefined) => {
    if (!files?.length || editing) return;
    event.preventDefault();
    void attach(of.id, [...files]);
  };
  const left = state.value.textLimit - text.length;
  const menu = !editing && slash.value !== null;
  return (
    <form
      class={`composer ${mode}${editing ? " editing" : ""}`}
      aria-label={t("composer.label")}
      onSubmit={(event) => {
        event.preventDefault();
        submit(of.id);
        typing.off();
      }}
    >
      {isUnanswered(of) && mode === "reply" && !editing && <Suggestions of={of} />}
      {mode === "reply" && !editing && <Ways of={of} />}
      <Above />
      {menu && <CannedMenu of={of} />}
      {Tray && !editing && <Tray id={of.id} />}
      <div
        class="composer-box"
        onPaste={(event) => bring(event, event.clipboardData?.files)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => bring(event, event.dataTransfer?.files)}
      >
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={t(mode === "note" ? "composer.note_field" : "composer.reply_field", { name: nameOf(of) })}
          placeholder={t(mode === "note" ? "composer.note_placeholder" : "composer.reply_placeholder", { name: nameOf(of) })}
          dir="auto"
          aria-autocomplete="list"
          aria-controls={menu ? "canned-list" : undefined}
          aria-activedescendant={menu ? chosenOption.value : undefined}
          onInput={(event) => {
            write(event.currentTarget.value);
            lookForSlash(event.currentTarget);
          }}
          onSelect={(event) => lookForSlash(event.currentTarget)}
          onKeyDown={keys}
          onBlur={() => {
            typing.off();
            closeSlash();
          }}
        />
        <div class="composer-foot">
          <Modes />
          {!editing && <IconButton icon="attach" label={t("composer.attach")} onClick={() => picker.current?.click()} />}
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              bring(event, event.currentTarget.files);
              event.currentTarget.value = "";
            }}
          />
          <span class="hint keys">{t("composer.keys")}</span>
          {left < 500 && <span class={left < 0 ? "over" : "hint"} role="status">{t("composer.left", { count: left })}</span>}
          <button type="submit" class="button primary send" disabled={!complete(of.id, text.trim()) || left < 0}>
            <span class="label">{t(editing ? "composer.save" : mode === "note" ? "composer.add_note" : "composer.send")}</span>
            <Icon name={mode === "note" ? "note" : "send"} />
          </button>
        </div>
      </div>
      {of.assignee && of.assignee.id !== me.value?.id && mode === "reply" && (
        <p class="hint collision">
          <Icon name="team" size={14} /> {t("composer.foreign", { name: of.assignee.name })}
        </p>
      )}
    </form>
  );
}

function Modes() {
  const { mode, editing } = draft.value;
  if (editing) return null;
  return (
    <div class="modes" role="group" aria-label={t("composer.mode")}>
      <button type="button" aria-pressed={mode === "reply"} aria-keyshortcuts="R" onClick={() => setMode("reply")}>
        {t("composer.reply")}
      </button>
      <button type="button" class="note" aria-pressed={mode === "note"} aria-keyshortcuts="N" onClick={() => setMode("note")}>
        <Icon name="lock" size={13} /> {t("composer.note")}
      </button>
    </div>
  );
}

/** What the new words belong to: a quoted message, or the own one that is being changed. */
function Above() {
  const { replyTo, editing } = draft.value;
  const message = editing ?? replyTo;
  if (!message) return null;
  return (
    <div class="above">
      <Icon name={editing ? "edit" : "quote"} />
      <p>
        <b>{editing ? t("composer.editing") : message.author.name || t("author.visitor")}</b>
        <span>{message.deleted ? t("message.deleted") : lineOf(message)}</span>
      </p>
      <IconButton icon="close" label={t("cancel")} onClick={() => (editing ? clearDraft() : change({ replyTo: null }))} />
    </div>
  );
}

function Over({ of }: { readonly of: Head }) {
  return (
    <div class="composer over-bar">
      <p>
        <Icon name="check" /> {t("composer.resolved")}
      </p>
      <span class="over-buttons">
        <button type="button" class="button" onClick={() => setMode("note")}>
          <Icon name="note" /> {t("composer.add_note")}
        </button>
        <button type="button" class="button primary" onClick={() => void reopen(of.id)}>
          <Icon name="reopen" /> {t("action.reopen")}
        </button>
      </span>
    </div>
  );
}
