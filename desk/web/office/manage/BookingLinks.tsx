// The booking page: its address, and what puts a button to it on a site.

import { bag, readAll, text } from "../../model/wire";
import { call } from "../../net/rest";
import { Icon } from "../../ui/icons";
import { useLoad } from "../load";
import { Heading } from "../parts";
import { o } from "../words";
import { Code } from "./widget/Sites";

interface Place {
  readonly key: string;
  readonly name: string;
}

const readPlace = (value: unknown): Place | null => {
  const raw = bag(value);
  const [key, name] = [text(raw["key"]), text(raw["name"])];
  return key === null || name === null || raw["channel"] !== "web" ? null : { key, name };
};

const load = () => call("GET", "inboxes?limit=50").then((answer) => readAll(bag(answer)["items"], readPlace));

export function BookingLinks() {
  const places = useLoad(load, []).now;
  const base = location.origin;
  const all = places.is === "ready" ? places.value : [];
  return (
    <>
      <Heading text={o("manage.links")} />
      <div class="place-body">
        <p class="hint">{o("links.page_lead")}</p>
        <section class="panel">
          <h2>{o("links.address")}</h2>
          <Code text={`${base}/book/`} />
          <p>
            <a class="button" href="/book/" target="_blank" rel="noopener">
              <Icon name="globe" size={16} /> <span class="label">{o("links.open")}</span>
            </a>
          </p>
          <h2>{o("links.button")}</h2>
          <p class="hint">{o("links.button_hint")}</p>
          <Code text={`<script src="${base}/book.js" async></script>`} />
        </section>
        {all.map((one) => (
          <section class="panel" key={one.key}>
            <h2>{o("links.of_site", { name: one.name })}</h2>
            <p class="hint">{o("links.of_site_hint")}</p>
            <Code text={`${base}/book/${one.key}`} />
            <Code text={`<script src="${base}/book.js" data-inbox="${one.key}" async></script>`} />
          </section>
        ))}
      </div>
    </>
  );
}
