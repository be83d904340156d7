// What the visitor brought with him: what he stated, where he was on the site, from where and by what he came.

import "./moreIcons";
import type { Head, PageView, Visit } from "../model/types";
import { browserOf } from "../model/browser";
import { now } from "../net/clock";
import { visit } from "../store";
import { languageNames, t, type Language } from "../i18n";
import { shortMoment } from "./format";
import { Fact, Link } from "./Fact";
import { Moment } from "./parts";

const fewPages = 5;
const statedKeys = ["name", "phone", "email"] as const;

function statedName(key: string): string {
  const known = statedKeys.find((one) => one === key);
  return known ? t(`office.facts.stated_${known}`) : key;
}

const nameOfLanguage = (code: string) => languageNames[code as Language] ?? code;

/** The name of a browser and its system, as people call them. */
function browserWords(agent: string): string {
  const { browser, system } = browserOf(agent);
  return system ? t("office.audit.browser", { browser, system }) : browser;
}

function Pages({ pages }: { readonly pages: readonly PageView[] }) {
  const latest = [...pages].reverse();
  const list = (some: readonly PageView[]) => (
    <ol class="pages">
      {some.map(({ url, title, at }, place) => (
        <li key={`${at}-${place}`}>
          {at !== null && <Moment at={at} text={shortMoment(at, now.value)} />}
          <Link url={url} title={title} />
        </li>
      ))}
    </ol>
  );
  return (
    <>
      {list(latest.slice(0, fewPages))}
      {latest.length > fewPages && (
        <details>
          <summary>{t("office.facts.pages_all", { count: latest.length })}</summary>
          {list(latest.slice(fewPages))}
        </details>
      )}
    </>
  );
}

/** Of the dialog on the screen; nothing until it has come. */
export function VisitFacts({ of }: { readonly of: Head }) {
  const known: Visit | null = visit.value?.id === of.id ? visit.value : null;
  if (!known) return null;
  const { answers, remote, userAgent, language } = known;
  const pages = known.pages[0]?.url === of.pageUrl ? known.pages.slice(1) : known.pages; // where it began stands above
  return (
    <>
      {answers.length > 0 && (
        <Fact icon="user" name={t("office.facts.stated")}>
          <ul class="stated">
            {answers.map(([key, words]) => (
              <li key={key}>
                <span class="hint">{statedName(key)}</span> {words}
              </li>
            ))}
          </ul>
        </Fact>
      )}
      {pages.length > 0 && (
        <Fact icon="eye" name={t("office.facts.pages")}>
          <Pages pages={pages} />
        </Fact>
      )}
      {language && (
        <Fact icon="globe" name={t("office.facts.language")}>
          {nameOfLanguage(language)}
        </Fact>
      )}
      {userAgent && (
        <Fact icon="card" name={t("office.facts.browser")}>
          <span title={userAgent}>{browserWords(userAgent)}</span>
        </Fact>
      )}
      {remote && (
        <Fact icon="link" name={t("office.facts.remote")}>
          <span class="remote">{remote}</span>
        </Fact>
      )}
    </>
  );
}
