"""What is understood of a language without examples: ``python -m tools.left_out [--fast] [--vectors FILE]``.

For each language in turn it trains on the starter corpus without it, with the shipped reader of letters, and asks what
was left out. The first tier can know only words that languages share; the second one knows what sentences mean."""

from routing.understanding.corpus import read_corpus
from routing.understanding.engine import BuiltIn
from routing.understanding.model import load_model
from routing.understanding.training import train
from tools.thresholds import FRAME, embedder_asked_for, say_beside


def main() -> None:
    """Prints a line a language and engine."""
    corpus = read_corpus()
    _, reader = load_model()
    with embedder_asked_for(__doc__ or "") as embedder:
        for language in sorted({one.language for one in corpus if one.language is not None}):
            held = [one for one in corpus if one.language == language]
            model = train([one for one in corpus if one.language != language], reader, embedder, say_beside)
            for name, engine in {
                "first tier": BuiltIn(model, reader),
                **({} if embedder is None else {"both tiers": BuiltIn(model, reader, embedder)}),
            }.items():
                answers = [(one.intent, engine.understand(one.text, FRAME)) for one in held]
                inside = [(intent, said) for intent, said in answers if intent is not None]
                outside = [said for intent, said in answers if intent is None]
                likeliest = sum(said.ranking[0].intent == intent for intent, said in inside) / len(inside)
                answered = sum(said.intent == intent for intent, said in inside) / len(inside)
                refused = sum(said.intent is None for said in outside) / len(outside)
                print(
                    f"without {language}, {name}: the likeliest is right {likeliest:.3f}, answered rightly "
                    f"{answered:.3f}, out of scope refused {refused:.3f} ({len(inside)} in scope, {len(outside)} not)"
                )


if __name__ == "__main__":
    main()
