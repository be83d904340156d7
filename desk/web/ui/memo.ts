import { Component, type ComponentType, type FunctionComponent } from "preact";
import { h } from "preact";

function same(left: object, right: object): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => (left as Record<string, unknown>)[key] === (right as Record<string, unknown>)[key]);
}

/** Draws again only where a property is another one (or a signal read inside has moved): long lists stay light. */
export function memo<P extends object>(part: FunctionComponent<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !same(this.props, next);
    }
    override render() {
      return h(part, this.props as never);
    }
  };
}
