// What the firm knows: articles and answers for everybody who works here; for those who write, what nobody answered.

import { languageNames, languages, type Language } from "../../i18n";
import { now } from "../../net/clock";
import { addressOf, go, numberIn, route } from "../../route";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { Moment } from "../../ui/parts";
import { RestedInput } from "../contacts/Filters";
import { usePages, withQuery } from "../load";
import { Empty, Failed, Heading, Segments, Skeletons } from "../parts";
import { counted, o } from "../words";
import { ArticlePage } from "./ArticlePage";
import { Files } from "./Files";
import { Questions } from "./Questions";
import { readLine, readPassage, shownLanguage, type ArticleLine } from "./wire";

const states = ["all", "published", "draft"] as const;
const views = ["articles", "questions"] as const;

export function KnowledgePlace() {
  const id = numberIn(route.value);
  const [first] = route.value.rest;
  if (id !== null || first === "new") return <ArticlePage key={id ?? "new"} id={id} />;
  return <Knowledge questions={first === "questions" && may("knowledge.edit")} />;
}

function Knowledge({ questions }: { readonly questions: boolean }) {
  const writes = may("knowledge.edit");
  const view = questions ? "questions" : "articles";
  return (
    <main class="office knowledge-place">
      <Heading text={o("knowledge.title")}>
        {writes && (
          <a class="button primary" href={addressOf("knowledge", ["new"])}>
            <Icon name="plus" /> <span class="label">{o("knowledge.new")}</span>
          </a>
        )}
      </Heading>
      {writes && (
        <div class="toolbar">
          <Segments label={o("knowledge.title")} all={views} chosen={view} words={(one) => o(`knowledge.${one}`)} choose={(one) => go(addressOf("knowledge", one === "questions" ? ["questions"] : []))} />
        </div>
      )}
      {questions ? <Questions /> : <Articles writes={writes} />}
    </main>
  );
}

function Articles({ writes }: { readonly writes: boolean }) {
  const { query } = route.value;
  const words = query.get("q") ?? "";
  const state = states.find((one) => one === query.get("state")) ?? "all";
  const spoken = query.get("language") ?? "";
  const show = (part: Readonly<Record<string, string | null>>) => go(addressOf("knowledge", [], { q: words, state: state === "all" ? null : state, language: spoken, ...part }), true);
  const pages = usePages(withQuery("knowledge/articles", { q: words, state: state === "all" ? null : state, language: spoken }), readLine, 100);
  const found = usePages(words.trim() ? withQuery("knowledge/search", { q: words, language: spoken }) : null, readPassage, 10);
  const passages = words.trim() ? found.items : [];
  const rest = pages.items.filter((one) => !passages.some(({ articleId }) => articleId === one.id));
  const nothing = pages.next !== undefined && rest.length === 0 && passages.length === 0 && !found.busy;
  return (
    <>
      <div class="toolbar">
        <div class="toolbar-search">
          <Icon name="search" size={16} />
          <RestedInput label={o("knowledge.find")} placeholder={o("knowledge.find")} value={words} set={(q) => show({ q })} />
        </div>
        <label class="compact-select">
          <span>{o("knowledge.language")}</span>
          <select value={spoken} onChange={(event) => show({ language: event.currentTarget.value })}>
            <option value="">{o("filter.any")}</option>
            {languages.map((code) => (
              <option key={code} value={code}>
                {languageNames[code]}
              </option>
            ))}
          </select>
        </label>
        {writes && <Segments label={o("knowledge.state")} all={states} chosen={state} words={(one) => o(`knowledge.${one}`)} choose={(one) => show({ state: one })} />}
        <span class="hint toolbar-count" role="status">
          {pages.next === null && counted("knowledge.count", rest.length + passages.length)}
        </span>
      </div>
      <div class="place-body">
        {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
        {pages.next === undefined && !pages.failure && <Skeletons />}
        {nothing && <Empty icon="book" text={o(words || spoken || state !== "all" ? "knowledge.no_fit" : "knowledge.none")} />}
        <ul class="articles" aria-label={o("knowledge.articles")}>
          {passages.map((one) => (
            <li key={`found-${one.articleId}`} class="article-line">
              <a href={addressOf("knowledge", [one.articleId], { language: one.language })} lang={one.language}>
                {one.title}
              </a>
              {one.audience === "staff" && <Marks staff />}
              <p class="article-passage" lang={one.language}>
                {one.text}
              </p>
            </li>
          ))}
          {rest.map((one) => (
            <Line key={one.id} one={one} spoken={spoken} />
          ))}
        </ul>
        {typeof pages.next === "string" && (
          <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
            {o("more")}
          </button>
        )}
        {writes && <Files changed={pages.again} />}
      </div>
    </>
  );
}

export function Marks({ staff, draft, answer }: { readonly staff?: boolean; readonly draft?: boolean; readonly answer?: boolean }) {
  return (
    <span class="article-marks">
      {draft && <span class="mark">{o("knowledge.draft")}</span>}
      {staff && (
        <span class="mark">
          <Icon name="lock" size={12} /> {o("knowledge.staff")}
        </span>
      )}
      {answer && <span class="mark">{o("knowledge.answer")}</span>}
    </span>
  );
}

function Line({ one, spoken }: { readonly one: ArticleLine; readonly spoken: string }) {
  const code = spoken in one.titles ? spoken : shownLanguage(one.titles);
  const others = Object.keys(one.titles).filter((each) => each !== code);
  return (
    <li class="article-line">
      <a href={addressOf("knowledge", [one.id], { language: code })} lang={code}>
        {one.titles[code]}
      </a>
      <Marks staff={one.audience === "staff"} draft={!one.published} answer={one.kind === "answer"} />
      <p class="hint article-facts">
        {one.updatedAt !== null && <Moment at={one.updatedAt} text={longMoment(one.updatedAt, now.value)} />}
        {others.length > 0 && <span>{others.map((each) => languageNames[each as Language] ?? each).join(", ")}</span>}
        {one.useful + one.useless > 0 && <span>{o("knowledge.votes", { useful: one.useful, useless: one.useless })}</span>}
        {one.answered > 0 && <span>{counted("knowledge.said", one.answered)}</span>}
        {one.tags.length > 0 && <span>{one.tags.join(", ")}</span>}
      </p>
    </li>
  );
}
