import type { ComponentChildren } from "preact";
import { webAddress } from "./format";
import { Icon, type IconName } from "./icons";

/** One thing known, under its name. */
export function Fact({ icon, name, children }: { icon: IconName; name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>
        <Icon name={icon} size={16} />
        <span>{name}</span>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A page of the web, by its title and its address. */
export function Link({ url, title }: { readonly url: string; readonly title: string | null }) {
  const address = webAddress(url);
  if (!address) return <span>{title ?? url}</span>;
  return (
    <a href={address.href} target="_blank" rel="noopener noreferrer" title={address.href}>
      {title && <span class="page-title">{title}</span>}
      <span class="page-url">{address.shown}</span>
    </a>
  );
}
