// The list that a slash in the composer opens: filtered as one types, walked and chosen by the keyboard.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { fillIn, fitting, namesPlace, textIn, type Canned, type PlaceFields } from "../../model/canned";
import type { Head } from "../../model/types";
import { canned, fieldsOf, needCanned, placeOf } from "../../net/canned";
import { Failure } from "../../net/errors";
import { language, languageNames, t, type Language } from "../../i18n";
import { me, toast } from "../../store";
import { addressOf } from "../../route";
import { chosenOption, closeSlash, giveKeys, putCaret, slash } from "../canned";
import { change, draft } from "../draft";
import { Icon } from "../icons";

const optionId = (one: Canned | undefined) => (one ? `canned-${one.id}` : undefined);

const nowhere: PlaceFields = { firm: "", phone: "", address: "", city: "" };

/** Puts the response in the place of the slash and what was typed after it, once the place that it names is known. */
function pick(of: Head, one: Canned, place: Promise<PlaceFields>): void {
  const said = textIn(one, [of.contact.language, language.value]).text;
  if (namesPlace(said)) void place.then((known) => put(fillIn(said, fieldsOf(of, known))));
  else put(fillIn(said, fieldsOf(of, nowhere)));
}

function put(filled: string): void {
  const held = slash.value;
  if (!held) return;
  const { text } = draft.value;
  change({ text: text.slice(0, held.from) + filled + text.slice(held.from + 1 + held.words.length) });
  closeSlash();
  putCaret(held.from + filled.length);
}

function useCanned(): void {
  const owner = me.value?.id ?? 0;
  useEffect(() => {
    needCanned(owner).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      toast(sentenceOf(error), "error");
    });
  }, [owner]);
}

export function CannedMenu({ of }: { readonly of: Head }) {
  const box = useRef<HTMLUListElement>(null);
  const [cursor, setCursor] = useState({ at: 0, words: "" });
  useCanned();
  const place = useMemo(() => placeOf(of.id), [of.id]);
  const words = slash.value?.words ?? "";
  const all = fitting(canned.value ?? [], words);
  const at = cursor.words === words ? Math.min(cursor.at, Math.max(all.length - 1, 0)) : 0;
  const chosen = all[at];
  useLayoutEffect(() => {
    chosenOption.value = optionId(chosen);
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    giveKeys((event) => {
      if (!chosen) return false;
      if (event.code === "ArrowDown") setCursor({ at: (at + 1) % all.length, words });
      else if (event.code === "ArrowUp") setCursor({ at: (at - 1 + all.length) % all.length, words });
      else if (!event.shiftKey && ["Enter", "NumpadEnter", "Tab"].includes(event.code)) pick(of, chosen, place);
      else return false;
      return true;
    });
  });
  useEffect(
    () => () => {
      giveKeys(null);
      chosenOption.value = undefined;
    },
    [],
  );
  const wanted = of.contact.language;
  return (
    <div class="canned-menu" onMouseDown={(event) => event.preventDefault()}>
      <p class="canned-head">
        <span role="status">
          {canned.value === null ? t("office.canned.loading") : chosen ? t("office.canned.found", { count: all.length }) : t("office.canned.no_fit")}
        </span>
        <a href={addressOf("manage", ["canned"])}>{t("office.canned.manage")}</a>
      </p>
      <ul ref={box} id="canned-list" role="listbox" aria-label={t("office.canned.title")}>
        {all.map((one) => {
          const said = textIn(one, [wanted, language.value]);
          return (
            <li key={one.id} id={optionId(one)} role="option" aria-selected={one === chosen} onClick={() => pick(of, one, place)}>
              <b>/{one.shortcut}</b>
              {one.shared && <Icon name="team" size={14} />}
              {wanted !== null && said.language !== wanted && <span class="canned-language">{languageNames[said.language as Language]}</span>}
              <span class="canned-text" lang={said.language}>{said.text}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
