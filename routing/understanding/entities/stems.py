"""The stem of a word, whatever alphabet it is in: its script-neutral key without what its declension adds."""

from typing import Final

from routing.understanding.entities.tokens import key_of, latin_keys, script_of

_VOWELS: Final = "aeiou"
LEAST_STEM: Final = 3
"""Letters."""


def split_words(*lines: str) -> frozenset[str]:
    """The words of some lines."""
    return frozenset(" ".join(lines).split())


_ENDINGS: Final = split_words(
    "a e i o u n s t m",
    # Russian
    "oi om ami am ah ov ei em iu ia iam iah ie ii ik ike iki iku ikom eu iei ou ogo omu im ih imi uiu aia oe ee noi",
    "nuiu nie niu niem nii",
    # Armenian
    "en in ic ne ner neri nere nerin um iv iov vel ut ani ane anin ein eic ov ian",
    # Georgian
    "is it ze wi tan stan stvis ad ebi ebis ebs ebze istvis tvis idan dan amde mde sken ma aze awi ize iwi",
    # Kazakh
    "ga ge ka ke da de ta te den tan ten nan nen di ti ni nin din tin lar ler dar der tar ter ima ime gi ine ina me ba",
    "be pe",
    # English
    "es ing ed er ers",
)
"""What the sounds of words end in when they are declined, in five languages."""


def keys_of(word: str) -> tuple[str, ...]:
    """What a word may be known by; in Latin letters there are several ways to read one."""
    return tuple(sounds_of(key) for key in (latin_keys(word) if script_of(word) == "latin" else (key_of(word),)))


def sounds_of(key: str) -> str:
    """A key with one letter for each sound, so that a mistake in one is a mistake in one letter."""
    return key.replace("sh", "w").replace("ch", "q")


def stem_of(key: str) -> str:
    """A key without the vowels it ends in, which the cases change."""
    stem = key.rstrip(_VOWELS)
    return stem if len(stem) >= LEAST_STEM else key


def is_ending(text: str) -> bool:
    """Whether a word may end so, behind a vowel of its own or not."""
    return not text or text in _ENDINGS or (text[0] in _VOWELS and text[1:] in _ENDINGS)
