"""Figures of annotating on the measuring set beside the checkout, and its speed beside `Kiwi.tokenize` alone.

Quality: the Korean pages from the texts of their labels, and the KLUE sentences: the half that does not train the
tagger, the halves swapped (the tagger is trained anew for it), and the whole file, which flatters, since the shipped
tagger has seen half of it. Speed: both read the same texts page by page in this one process, turn about, and only
processor time is counted. The first round counts apart as well: a page read for the first time finds fewer of its words
remembered. The last line is one JSON object.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence

from flows.enrichment import contract, entity_model, tokens, training
from flows.enrichment.annotator import annotate
from flows.enrichment.document import Document
from tests.enrichment.test_quality_floor import PAGES, SENTENCES, figures_of_pages, figures_of_sentences

ROUNDS = 5
ASKED_SPEED_RATIO = 0.6


def documents() -> list[Document]:
    """The Korean pages, from the texts of their labels."""
    lines = PAGES.read_text(encoding="utf-8").splitlines()
    return [contract.document({**json.loads(line), "lang": "ko"}) for line in lines]


def clocked(work: Callable[[], object]) -> float:
    """Processor seconds of a call."""
    began = time.process_time()
    work()
    return time.process_time() - began


def speed(pages: Sequence[Document]) -> dict[str, float]:
    """Characters per processor second of both, and the ratio."""
    texts = [[text for text in (page.title, *page.body, *page.captions) if text] for page in pages]
    alone = tokens.kiwi()
    for page in pages[:3]:  # word lists, patterns and models are loaded once a process
        annotate(page)
    ours = theirs = first = 0.0
    for turn in range(ROUNDS):
        for at, (page, of_page) in enumerate(zip(pages, texts, strict=True)):

            def kiwi(of_page: list[str] = of_page) -> None:
                for found in alone.tokenize(of_page):
                    list(found)

            def whole(page: Document = page) -> None:
                annotate(page)

            if (at + turn) % 2:
                ours += clocked(whole)
                theirs += clocked(kiwi)
            else:
                theirs += clocked(kiwi)
                ours += clocked(whole)
        first = first or theirs / ours
    chars = ROUNDS * sum(len(text) for of_page in texts for text in of_page)
    return {
        "chars_per_second": round(chars / ours),
        "chars_per_second.kiwi": round(chars / theirs),
        "speed_ratio": round(theirs / ours, 3),
        "speed_ratio.first_round": round(first, 3),
        "speed_ratio.asked": ASKED_SPEED_RATIO,
    }


def folds() -> dict[str, float]:
    """Figures with the halves swapped, and the mean of both ways: trained anew, as the artifact was."""
    out: dict[str, list[float]] = {}
    for fold, (made, _, held) in enumerate(training.fit(SENTENCES, SENTENCES.with_name("reviews.jsonl"), (0, 1))):
        for kind, _, _, value in training.figures(training.predict(made, held), held):
            out.setdefault(f"klue.cross_validated.{kind}", []).append(value)
            if fold:
                out[f"klue.swapped.{kind}"] = [value]
    return {name: sum(values) / len(values) for name, values in out.items()}


def whole_file() -> dict[str, float]:
    """Figures over every sentence, those that trained the tagger among them."""
    rows = training.read(SENTENCES)
    made = entity_model.model()
    assert made is not None
    found = training.figures(training.predict(made, training.examples(rows)), training.examples(rows))
    return {f"klue.whole_flattering.{kind}": value for kind, _, _, value in found}


def main() -> None:
    """Measure and print."""
    if not PAGES.exists():
        sys.exit("the measuring set is not beside this checkout")
    taken = speed(documents())
    # Before training, which no worker does.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    quality = {f"pages.{name}": value for name, value in figures_of_pages().items()}
    quality |= {f"klue.held_out.{name}": value for name, value in figures_of_sentences().items()}
    quality |= {**whole_file(), **folds()}
    for name, value in quality.items():
        print(f"{name:36} {value:.3f}")
    print(json.dumps({**{n: round(v, 4) for n, v in quality.items()}, **taken, "peak_bytes": peak}))


if __name__ == "__main__":
    main()
