"""Keywords: telling terms and phrases of one article, best first.

Reads title, body and morphemes; writes `Keyword`s. Korean candidates are runs of nouns; other languages give runs of
words between stop words (Rose et al. 2010, "Automatic keyword extraction from individual documents"). A term weighs
its count, more for the headline and the lead, more for length, less where it only stands inside a longer term
(C-value, Frantzi et al. 2000). Weights are shares of the best term's, 0 to 1.
"""

import math
import re

from flows import gazetteer
from flows.enrichment import lexicon
from flows.enrichment.document import HEADLINE, Keyword
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.tokens import has_hangul

VERSION = 1
MOST = 15
"""Keywords kept an article."""
MOST_TERMS = 400
"""Terms weighed against one another, the most frequent ones."""

MOST_WORDS = 12
"""Words of one unbroken row of nouns that are looked at for phrases."""

_PART = frozenset(["NNG", "NNP", "SL", "SN", "XPN", "XSN"])
_HEAD = frozenset(["NNG", "NNP", "SL"])
_WORD = re.compile(r"[^\W\d_][\w'’\-]*")
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{2,}")
_CJK_RUN = re.compile(r"[\u30a0-\u30ff]{2,}|[\u4e00-\u9fff]{2,}")


def enrich(reading: Reading) -> tuple[Keyword, ...]:
    """At most `MOST` keywords, best first; equal weights in alphabetical order."""
    counts: dict[str, float] = {}
    for paragraph in reading.paragraphs:
        if paragraph.index < HEADLINE:
            continue
        weight = 2.0 if paragraph.index == HEADLINE else 1.5 if paragraph.index == 0 else 1.0
        terms = _korean(paragraph) if has_hangul(paragraph.text) else _other(paragraph.text)
        for term in terms:
            counts[term] = counts.get(term, 0.0) + weight
    scores = _scores(counts)
    least = sorted(scores.values(), reverse=True)[:MOST][-1] if scores else 0.0
    good = [pair for pair in scores.items() if pair[1] >= least]  # few: sorting pairs takes longer than numbers
    ranked = sorted(good, key=lambda pair: (-pair[1], pair[0]))[:MOST]
    best = ranked[0][1] if ranked else 1.0
    return tuple(Keyword(term, round(score / best, 4)) for term, score in ranked)


def _scores(counts: dict[str, float]) -> dict[str, float]:
    """C-value: a term is worth what it says outside the longer terms that hold it."""
    kept = counts
    if len(counts) > MOST_TERMS:
        kept = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TERMS])
    longer: dict[str, list[float]] = {}
    sizes: list[int] = []
    for term, count in kept.items():
        words = term.split()
        sizes.append(len(words))
        if len(words) == 2:  # most
            for word in words:
                longer.setdefault(word, []).append(count)
        elif len(words) > 2:
            for size in range(1, len(words)):
                for at in range(len(words) - size + 1):
                    longer.setdefault(" ".join(words[at : at + size]), []).append(count)
    out: dict[str, float] = {}
    for (term, count), size in zip(kept.items(), sizes, strict=True):
        if size > 1 and count < 2:
            continue
        inside = longer.get(term)
        rest = count - 0.5 * sum(inside) / len(inside) if inside else count
        length = 1.0 + 0.5 * math.log2(size) + (0.2 if len(term) >= 3 else 0.0)
        out[term] = max(rest, 0.1) * length
    return out


def _korean(paragraph: Paragraph) -> list[str]:
    """Noun runs of up to four words, and the single words in them."""
    terms: list[str] = []
    run: list[tuple[int, int]] = []  # words: runs of morphemes without a blank between
    end = -1
    stop = lexicon.stop_nouns()
    for _, tag, start, stops, _ in paragraph.tokens:
        if tag not in _PART or (tag == "SN" and (not run or start != end)):
            if run:
                _flush(paragraph.text, run, terms, stop)
                run = []
            end = -1
            continue
        if run and start == end:
            run[-1] = (run[-1][0], stops)
        elif run and paragraph.text[end:start] == " " and tag in _HEAD:
            run.append((start, stops))
        else:
            if run:
                _flush(paragraph.text, run, terms, stop)
            run = [(start, stops)] if tag in _HEAD or tag == "XPN" else []
        end = stops
    _flush(paragraph.text, run, terms, stop)
    return terms


def _flush(text: str, run: list[tuple[int, int]], terms: list[str], stop: frozenset[str]) -> None:
    if len(run) == 1:
        word = text[run[0][0] : run[0][1]]
        if len(word) > 1 and word not in stop:
            terms.append(word)
        return
    words = [text[start:end] for start, end in run]
    while words and words[0] in stop:
        words.pop(0)
    while words and words[-1] in stop:
        words.pop()
    good = [word for word in words if len(word) > 1 and word not in stop]
    terms.extend(good)
    if len(good) == len(words):
        terms.extend(_phrases(words))


def _other(text: str) -> list[str]:
    """Words and phrases between stop words; runs of signs where a text has no blanks."""
    if _CJK.search(text):
        return _CJK_RUN.findall(text)
    terms: list[str] = []
    run: list[str] = []
    stop = gazetteer.terms("stop_words")
    end = -1
    for match in _WORD.finditer(text):
        word = match[0].removesuffix("'s").removesuffix("’s")
        lower = word.lower()
        if text[max(end, 0) : match.start()].strip() or lower in stop or len(lower) < 3:
            _close(run, terms)
            run = []
        if lower not in stop and len(lower) >= 3:
            run.append(word if word[0].isupper() and match.start() else lower)
            terms.append(run[-1])
        end = match.end()
    _close(run, terms)
    return terms


def _close(run: list[str], terms: list[str]) -> None:
    terms.extend(_phrases(run))


def _phrases(words: list[str]) -> list[str]:
    """Runs of two to four of the words; of a very long row only its first words are looked at."""
    words = words[:MOST_WORDS]
    return [" ".join(words[at : at + size]) for size in (2, 3, 4) for at in range(len(words) - size + 1)]
