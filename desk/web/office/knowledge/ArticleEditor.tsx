// Writing an article: one language at a time, with the page beside it. What is typed stays while one looks elsewhere.

import { useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../../actions";
import { language, languageNames, languages, type Language } from "../../i18n";
import { bag, text } from "../../model/wire";
import { Failure } from "../../net/errors";
import { call } from "../../net/rest";
import { addressOf, go, route } from "../../route";
import { Icon } from "../../ui/icons";
import { say, useRested } from "../load";
import { Heading, Problem, Segments } from "../parts";
import { o } from "../words";
import { audiences, kinds, readArticle, shownLanguage, type Article, type Audience, type Kind } from "./wire";

interface Written {
  readonly title: string;
  readonly body: string;
  readonly questions: string;
}

interface Draft {
  readonly kind: Kind;
  readonly audience: Audience;
  readonly slug: string;
  readonly tags: string;
  readonly texts: Readonly<Record<string, Written>>;
}

const nothing: Written = { title: "", body: "", questions: "" };
/** What was typed and not saved, by article. */
const kept = new Map<string, Draft>();

function draftOf(article: Article | null): Draft {
  if (article === null) {
    const { query } = route.value;
    const asked = query.get("text");
    const spoken = query.get("language") ?? language.value;
    return { kind: asked ? "answer" : "article", audience: "public", slug: "", tags: "", texts: asked ? { [spoken]: { ...nothing, title: asked.slice(0, 200) } } : {} };
  }
  const texts = Object.entries(article.texts).map(([code, one]) => [code, { title: one.title, body: one.body, questions: one.questions.join("\n") }] as const);
  return { kind: article.kind, audience: article.audience, slug: article.slug, tags: article.tags.join(", "), texts: Object.fromEntries(texts) };
}

const isBlank = (one: Written) => !(one.title + one.body + one.questions).trim();
const lines = (words: string, mark: string) => words.split(mark).map((one) => one.trim()).filter(Boolean);

/** What is sent: only languages that changed; those emptied are taken away. */
function bodyOf(draft: Draft, article: Article | null, state: string | null): object {
  const before = article === null ? {} : draftOf(article).texts;
  const texts: Record<string, object | null> = {};
  for (const [code, one] of Object.entries(draft.texts)) {
    if (isBlank(one)) {
      if (code in before) texts[code] = null;
    } else if (JSON.stringify(one) !== JSON.stringify(before[code])) texts[code] = { title: one.title, body: one.body, questions: lines(one.questions, "\n") };
  }
  const question = Number(route.value.query.get("question"));
  return {
    kind: draft.kind,
    audience: draft.audience,
    tags: lines(draft.tags, ","),
    texts,
    ...(draft.slug && draft.slug !== article?.slug ? { slug: draft.slug } : {}),
    ...(state ? { state } : {}),
    ...(question > 0 ? { question_id: question } : {}),
  };
}

interface EditorProps {
  readonly article: Article | null;
  readonly back: { readonly href: string; readonly text: string };
  readonly saved: (article: Article) => void;
}

export function ArticleEditor({ article, back, saved }: EditorProps) {
  const key = article === null ? `new:${route.value.query.get("question") ?? ""}` : String(article.id);
  const [draft, setDraft] = useState<Draft>(() => kept.get(key) ?? draftOf(article));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const asked = languages.find((code) => code === route.value.query.get("language"));
  const [spoken, setSpoken] = useState<Language>(asked ?? (shownLanguage(draft.texts) as Language));
  const one = draft.texts[spoken] ?? nothing;
  const set = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    kept.set(key, next);
    setDraft(next);
  };
  const write = (part: Partial<Written>) => set({ texts: { ...draft.texts, [spoken]: { ...one, ...part } } });
  const leave = (id: number | null) => {
    kept.delete(key);
    go(id === null ? back.href : addressOf("knowledge", [id], { language: spoken }), true);
  };
  const save = async (state: string | null) => {
    setBusy(true);
    setProblem("");
    try {
      const path = article === null ? "knowledge/articles" : `knowledge/articles/${article.id}`;
      const after = readArticle(await call(article === null ? "POST" : "PATCH", path, bodyOf(draft, article, state)));
      say(o("saved"));
      if (after && article !== null) saved(after);
      leave(after?.id ?? null);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  const empty = !Object.values(draft.texts).some((each) => each.title.trim());
  return (
    <>
      <Heading text={o(article === null ? "knowledge.new" : "knowledge.edit")} back={back} />
      <form
        class="place-body stacked-form article-editor"
        onSubmit={(event) => {
          event.preventDefault();
          void save(null);
        }}
      >
        <div class="form-row">
          <label>
            {o("knowledge.kind")}
            <select value={draft.kind} onChange={(event) => set({ kind: event.currentTarget.value as Kind })}>
              {kinds.map((each) => (
                <option key={each} value={each}>
                  {o(`knowledge.${each}`)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {o("knowledge.audience")}
            <select value={draft.audience} onChange={(event) => set({ audience: event.currentTarget.value as Audience })}>
              {audiences.map((each) => (
                <option key={each} value={each}>
                  {o(`knowledge.${each}`)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {o("knowledge.tags")}
            <input value={draft.tags} maxLength={800} autoComplete="off" placeholder={o("knowledge.tags_hint")} onInput={(event) => set({ tags: event.currentTarget.value })} />
          </label>
          <label>
            {o("knowledge.slug")}
            <input value={draft.slug} maxLength={80} pattern="[a-z0-9]+(-[a-z0-9]+)*" title={o("knowledge.slug_hint")} autoComplete="off" onInput={(event) => set({ slug: event.currentTarget.value })} />
          </label>
        </div>
        <Segments label={o("knowledge.language")} all={languages} chosen={spoken} words={(code) => (isBlank(draft.texts[code] ?? nothing) ? languageNames[code] : `${languageNames[code]} ✓`)} choose={setSpoken} />
        <label>
          {o(draft.kind === "answer" ? "knowledge.question" : "knowledge.heading")}
          <input lang={spoken} dir="auto" value={one.title} maxLength={200} autoComplete="off" onInput={(event) => write({ title: event.currentTarget.value })} />
        </label>
        <label>
          {o("knowledge.other_words")}
          <textarea lang={spoken} dir="auto" rows={2} value={one.questions} aria-describedby="other-words" onInput={(event) => write({ questions: event.currentTarget.value })} />
        </label>
        <p class="hint" id="other-words">
          {o("knowledge.other_hint")}
        </p>
        <div class="article-sides">
          <label>
            {o("knowledge.body")}
            <textarea class="article-source" lang={spoken} dir="auto" rows={16} maxLength={20000} value={one.body} onInput={(event) => write({ body: event.currentTarget.value })} />
          </label>
          <Preview body={one.body} spoken={spoken} />
        </div>
        <p class="hint">{o("knowledge.store_hint")}</p>
        <Problem text={problem} />
        <div class="sheet-buttons">
          <button type="button" class="button" onClick={() => leave(article?.id ?? null)}>
            {o("knowledge.discard")}
          </button>
          <button type="submit" class={`button${article?.published ? " primary" : ""}`} disabled={busy || empty}>
            {o(article?.published ? "knowledge.save" : "knowledge.save_draft")}
          </button>
          {!article?.published && (
            <button type="button" class="button primary" disabled={busy || empty} onClick={() => void save("published")}>
              <Icon name="globe" size={16} /> {o("knowledge.publish")}
            </button>
          )}
        </div>
      </form>
    </>
  );
}

/** The page as the server would show it: nothing in it is markup but Markdown's. */
function Preview({ body, spoken }: { readonly body: string; readonly spoken: string }) {
  const rested = useRested(body, 400);
  const [html, setHtml] = useState("");
  useEffect(() => {
    let mine = true;
    if (!rested.trim()) setHtml("");
    else
      call("POST", "knowledge/preview", { body: rested })
        .then((answer) => mine && setHtml(text(bag(answer)["html"]) ?? ""))
        .catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error;
        });
    return () => void (mine = false);
  }, [rested]);
  return (
    <section class="article-preview" aria-label={o("knowledge.preview")}>
      <h2>{o("knowledge.preview")}</h2>
      <div class="article-body" lang={spoken} dangerouslySetInnerHTML={{ __html: html }} />
    </section>
  );
}
