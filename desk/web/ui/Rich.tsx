// A message's text: as it was written, with web addresses made into links. Nothing in it is ever read as markup.

const address = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]}»”՞՜։]/gu;

export function Rich({ text }: { readonly text: string }) {
  const parts: (string | preact.JSX.Element)[] = [];
  let from = 0;
  for (const found of text.matchAll(address)) {
    parts.push(text.slice(from, found.index));
    parts.push(
      <a href={found[0]} target="_blank" rel="noopener noreferrer nofollow">
        {found[0]}
      </a>,
    );
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return <>{parts}</>;
}
