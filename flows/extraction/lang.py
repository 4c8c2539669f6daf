"""The language of a text: by script where that decides, by the page's claim where its words agree, else by model."""

import re
from functools import cache

SAMPLE_CHARS = 1_500

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ko", re.compile(r"[가-힣]")),
    ("ja", re.compile(r"[\u3041-\u30fa]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("te", re.compile(r"[\u0c00-\u0c7f]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("km", re.compile(r"[\u1780-\u17ff]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("am", re.compile(r"[\u1200-\u137f]")),
)
_ANY_SCRIPT = re.compile("|".join(pattern.pattern for _, pattern in _SCRIPTS))
# The commonest short words of languages in Latin script: enough to confirm a claim, not to make one.
_COMMON = {
    "en": "the of and to in that is was for with",
    "de": "der die und das ist nicht mit den von ein",
    "fr": "le la les des et est une que pour dans",
    "es": "el la los que de en y una por con",
    "it": "il di che la per una del con non sono",
    "pt": "que de os uma para com não do da em",
    "nl": "de het een van en dat is niet op zijn",
    "sv": "och att det som är en på för av inte",
    "da": "og at det er en af på til ikke den",
    "no": "og det er som på en av til ikke for",
    "pl": "nie się jest na że do to ze po dla",
    "tr": "ve bir bu için ile da de olarak daha çok",
    "id": "yang dan di dengan untuk dari ini pada tidak itu",
    "fi": "ja on ei että se oli hän myös kun mutta",
    "cs": "se na je že to do jako pro není by",
    "sw": "ya wa na kwa ni katika za la kuwa hiyo",
    "zu": "ukuthi kanye futhi uma ngoba kodwa noma nje lapho ukuze",
    "xh": "ukuba kunye okanye kodwa xa kuba nje kwaye emva apho",
    "ro": "și de în la cu nu pe este care din",
    "hu": "a az és hogy nem is egy volt meg de",
    "vi": "và của là có cho không được trong một các",
}
_WORDS_OF = {tag: frozenset(common.split()) for tag, common in _COMMON.items()}
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "kr": "ko", "jp": "ja", "cn": "zh"}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str, claimed: str | None = None) -> str | None:
    """BCP 47 primary tag of a text; None for a text without letters.

    Args:
        text: The article's text; its first 1,500 characters are read.
        claimed: What the page says, believed where script and common words do not speak against it.
    """
    sample = text[:SAMPLE_CHARS]
    found = _WORD.findall(sample)
    letters = sum(map(len, found))
    if not letters:
        return claimed
    claimed = _ALIASES.get(claimed or "", claimed)
    by_script = _by_script(sample, letters)
    if by_script:
        return by_script
    words = frozenset(map(str.lower, found))
    hits = {tag: len(words & common) for tag, common in _WORDS_OF.items()}
    best = max(hits, key=hits.__getitem__)
    if (
        claimed
        and (claimed not in hits or hits[claimed] >= max(2, hits[best] - 1))
        and not (claimed not in hits and hits[best] > 6)
    ):
        return claimed
    if hits[best] >= 3 and sorted(hits.values())[-2] <= 1:
        return best
    if hits[best] >= 6 and sorted(hits.values())[-2] <= hits[best] - 3:
        return best
    tag, _ = _model().classify(sample)
    return str(tag)


def _by_script(sample: str, letters: int) -> str | None:
    if not _ANY_SCRIPT.search(sample):
        return None
    for tag, pattern in _SCRIPTS:
        share = len(pattern.findall(sample)) / letters
        # Kana mark Japanese even where Han characters outnumber them.
        if share > (0.05 if tag == "ja" else 0.3):
            return tag
    return None


@cache
def _model() -> "_Model":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - 0.3 s, and few pages need it

    identifier: _Model = LanguageIdentifier.from_model_file(MODEL_FILE)
    return identifier


class _Model:
    """What is used of py3langid's identifier."""

    def classify(self, text: str) -> tuple[str, float]:
        """Tag and log-likelihood."""
        raise NotImplementedError
