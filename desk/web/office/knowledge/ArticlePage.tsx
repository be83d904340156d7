// One article: to read it and say whether it helped; for those who write, to change it.

import { useState } from "preact/hooks";
import { languageNames, languages, type Language } from "../../i18n";
import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { addressOf, go, route } from "../../route";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { may } from "../../ui/may";
import { Moment } from "../../ui/parts";
import { attempt, say, useLoad, usePages } from "../load";
import { Ask, Failed, Heading, Modal, Segments, Skeletons } from "../parts";
import { o } from "../words";
import { ArticleEditor } from "./ArticleEditor";
import { Marks } from "./KnowledgePlace";
import { readArticle, readVersion, shownLanguage, type Article } from "./wire";

export function ArticlePage({ id }: { readonly id: number | null }) {
  const load = useLoad(() => (id === null ? Promise.resolve(null) : call("GET", `knowledge/articles/${id}`).then(readArticle)), [id]);
  const { query } = route.value;
  const back = { href: addressOf("knowledge", query.get("question") ? ["questions"] : []), text: o("knowledge.title") };
  const writes = may("knowledge.edit");
  if (load.now.is === "failed" || load.now.is === "loading") {
    return (
      <main class="office">
        <Heading text={o("knowledge.title")} back={back} />
        {load.now.is === "failed" ? <Failed failure={load.now.failure} again={load.again} /> : <Skeletons />}
      </main>
    );
  }
  const article = load.now.value;
  if (article === null || (query.get("edit") && writes)) {
    return (
      <main class="office knowledge-place">
        <ArticleEditor key={article?.id ?? "new"} article={article} back={back} saved={load.put} />
      </main>
    );
  }
  return (
    <main class="office knowledge-place">
      <Reading article={article} back={back} writes={writes} put={load.put} />
    </main>
  );
}

interface ReadingProps {
  readonly article: Article;
  readonly back: { readonly href: string; readonly text: string };
  readonly writes: boolean;
  readonly put: (article: Article) => void;
}

function Reading({ article, back, writes, put }: ReadingProps) {
  const [versions, setVersions] = useState(false);
  const [removing, setRemoving] = useState(false);
  const { query } = route.value;
  const written = languages.filter((code) => code in article.texts);
  const chosen = (written.find((code) => code === query.get("language")) ?? shownLanguage(article.texts)) as Language;
  const shown = article.texts[chosen];
  const change = async (body: object) => {
    const after = readArticle(await attempt(() => call("PATCH", `knowledge/articles/${article.id}`, body)));
    if (after) put(after);
  };
  const vote = async (useful: boolean) => {
    const after = readArticle(await attempt(() => call("POST", `knowledge/articles/${article.id}/vote`, { useful })));
    if (!after) return;
    put(after);
    say(o("knowledge.voted"));
  };
  const link = article.links[chosen];
  return (
    <>
      <Heading text={shown?.title ?? o("knowledge.title")} back={back}>
        {writes && (
          <>
            <a class="button primary" href={addressOf("knowledge", [article.id], { edit: 1, language: chosen })}>
              <Icon name="edit" size={16} /> <span class="label">{o("knowledge.edit")}</span>
            </a>
            <button type="button" class="button" onClick={() => void change({ state: article.published ? "draft" : "published" })}>
              <Icon name={article.published ? "lock" : "globe"} size={16} /> <span class="label">{o(article.published ? "knowledge.unpublish" : "knowledge.publish")}</span>
            </button>
          </>
        )}
      </Heading>
      <div class="place-body">
        <div class="article-head">
          <Marks staff={article.audience === "staff"} draft={!article.published} answer={article.kind === "answer"} />
          {written.length > 1 && <Segments label={o("knowledge.language")} all={written} chosen={chosen} words={(code) => languageNames[code]} choose={(code) => go(addressOf("knowledge", [article.id], { language: code }), true)} />}
        </div>
        <div class="article-body" lang={chosen} dangerouslySetInnerHTML={{ __html: shown?.html ?? "" }} />
        {shown && shown.questions.length > 0 && <p class="hint">{o("knowledge.also", { questions: shown.questions.join(" · ") })}</p>}
        <section class="article-vote" aria-label={o("knowledge.useful")}>
          <span>{o("knowledge.useful")}</span>
          <button type="button" class="button" onClick={() => void vote(true)}>
            {o("yes")}
          </button>
          <button type="button" class="button" onClick={() => void vote(false)}>
            {o("no")}
          </button>
          <span class="hint">{o("knowledge.votes", { useful: article.useful, useless: article.useless })}</span>
        </section>
        <p class="hint article-facts">
          {article.updatedAt !== null && <Moment at={article.updatedAt} text={longMoment(article.updatedAt, now.value)} />}
          {link && (
            <a href={link} target="_blank" rel="noopener">
              {o("knowledge.page")}
            </a>
          )}
          {writes && (
            <>
              <button type="button" class="link" onClick={() => setVersions(true)}>
                {o("knowledge.versions")}
              </button>
              <button type="button" class="link" onClick={() => setRemoving(true)}>
                {o("knowledge.remove")}
              </button>
            </>
          )}
        </p>
      </div>
      {versions && <Versions article={article} put={put} close={() => setVersions(false)} />}
      {removing && (
        <Ask
          title={o("knowledge.remove")}
          text={o("knowledge.remove_ask", { title: shown?.title ?? "" })}
          go={o("knowledge.remove")}
          danger
          act={() => call("DELETE", `knowledge/articles/${article.id}`).then(() => go(addressOf("knowledge")))}
          close={() => setRemoving(false)}
        />
      )}
    </>
  );
}

function Versions({ article, put, close }: { readonly article: Article; readonly put: (article: Article) => void; readonly close: () => void }) {
  const pages = usePages(`knowledge/articles/${article.id}/versions`, readVersion, 50);
  const restore = async (number: number) => {
    const after = readArticle(await attempt(() => call("POST", `knowledge/articles/${article.id}/restore`, { number })));
    if (!after) return;
    put(after);
    close();
  };
  return (
    <Modal title={o("knowledge.versions")} close={close}>
      {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
      <ul class="versions">
        {pages.items.map((one, place) => (
          <li key={one.number}>
            <span>
              {one.author}
              {one.at !== null && (
                <>
                  {" · "}
                  <Moment at={one.at} text={longMoment(one.at, now.value)} />
                </>
              )}
            </span>
            {place > 0 && (
              <button type="button" class="button" aria-label={o("knowledge.restore_named", { number: one.number })} onClick={() => void restore(one.number)}>
                {o("knowledge.restore")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
