import { typists } from "../net/typing";
import { me } from "../store";
import { t } from "../i18n";

/** Who types in this dialog: the customer, or a colleague about to answer the same question. */
export function TypingLine({ id }: { readonly id: number }) {
  const here = typists.value.filter(({ conversationId, id: who, side }) => conversationId === id && !(side === "agent" && who === me.value?.id));
  const colleague = here.find(({ side }) => side === "agent");
  const visitor = here.find(({ side }) => side === "visitor");
  return (
    <div class={`typing-line${colleague ? " colleague" : ""}`} role="status">
      {(visitor || colleague) && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {visitor && t("typing.visitor", { name: visitor.name || t("typing.customer") })}
          {visitor && colleague && " · "}
          {colleague && t("typing.colleague", { name: colleague.name })}
        </>
      )}
    </div>
  );
}
