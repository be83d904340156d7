// What was asked and not answered: one click begins the answer.

import { now } from "../../net/clock";
import { call } from "../../net/rest";
import { addressOf, go, route } from "../../route";
import { longMoment } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { IconButton, Moment } from "../../ui/parts";
import { attempt, usePages, withQuery } from "../load";
import { Empty, Failed, Segments, Skeletons } from "../parts";
import { counted, o } from "../words";
import { readQuestion, type Question } from "./wire";

const sorts = ["last_at", "count"] as const;

export function Questions() {
  const sort = sorts.find((one) => one === route.value.query.get("sort")) ?? "last_at";
  const pages = usePages(withQuery("knowledge/questions", { sort, order: "desc" }), readQuestion, 50);
  const dismiss = async (one: Question) => {
    if ((await attempt(() => call("DELETE", `knowledge/questions/${one.id}`).then(() => true))) === null) return;
    pages.change((items) => items.filter(({ id }) => id !== one.id));
  };
  return (
    <div class="place-body">
      <p class="hint">{o("knowledge.questions_lead")}</p>
      <Segments label={o("knowledge.order")} all={sorts} chosen={sort} words={(one) => o(`knowledge.by_${one}`)} choose={(one) => go(addressOf("knowledge", ["questions"], { sort: one }), true)} />
      {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
      {pages.next === undefined && !pages.failure && <Skeletons />}
      {pages.next !== undefined && pages.items.length === 0 && <Empty icon="check" text={o("knowledge.no_questions")} />}
      <ul class="articles" aria-label={o("knowledge.questions")}>
        {pages.items.map((one) => (
          <li key={one.id} class="article-line question-line">
            <p lang={one.language} dir="auto">
              {one.question}
            </p>
            <p class="hint article-facts">
              <span>{counted("knowledge.asked", one.count)}</span>
              {one.lastAt !== null && <Moment at={one.lastAt} text={longMoment(one.lastAt, now.value)} />}
              {one.conversationId !== null && <a href={addressOf("dialogs", [one.conversationId])}>{o("history.open")}</a>}
            </p>
            <span class="question-acts">
              <a class="button" href={addressOf("knowledge", ["new"], { question: one.id, text: one.question, language: one.language })}>
                <Icon name="edit" size={16} /> {o("knowledge.write")}
              </a>
              <IconButton icon="close" label={o("knowledge.dismiss", { question: one.question.slice(0, 80) })} onClick={() => void dismiss(one)} />
            </span>
          </li>
        ))}
      </ul>
      {typeof pages.next === "string" && (
        <button type="button" class="button wide-button" disabled={pages.busy} onClick={pages.more}>
          {o("more")}
        </button>
      )}
    </div>
  );
}
