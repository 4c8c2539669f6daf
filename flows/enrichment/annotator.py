"""Article in, annotations out: every enricher in its order, each article tokenised once.

Reads a `Document`, writes `Annotations`. Nothing here raises for bad input: an article that cannot be annotated gets
an outcome that says why.
"""

from flows.enrichment import (
    aliases,
    amounts,
    dates,
    entities_cjk,
    entities_western,
    events,
    keywords,
    organisations,
    people,
    places,
    quotes,
    quotes_cjk,
    quotes_western,
    reading,
    sentences,
    statements,
    tagger,
    tokens,
)
from flows.enrichment import entities as named
from flows.enrichment.document import Annotations, Document, Entity, Outcome

MAX_CHARS = 2_000_000
"""Longest body annotated; a longer one is told, not cut."""

ANNOTATOR = " ".join(
    f"{module.__name__.rpartition('.')[2]}/{module.VERSION}"
    for module in (
        tokens,
        sentences,
        tagger,
        named,
        entities_western,
        entities_cjk,
        people,
        organisations,
        places,
        quotes,
        quotes_western,
        quotes_cjk,
        statements,
        dates,
        amounts,
        events,
        aliases,
        keywords,
    )
)


def annotate(document: Document) -> Annotations:
    """All annotations of one article. Never raises."""
    size = sum(map(len, document.body))
    if not any(paragraph.strip() for paragraph in document.body):
        return Annotations(Outcome.NO_TEXT, "the article has no body", ANNOTATOR)
    if size > MAX_CHARS:
        return Annotations(Outcome.TOO_LARGE, f"body of {size} characters, limit {MAX_CHARS}", ANNOTATOR)
    try:
        return _annotated(document)
    except Exception as error:  # one article must not end the batch
        return Annotations(Outcome.ANNOTATOR_ERROR, f"{type(error).__name__}: {error}"[:300], ANNOTATOR)


def _annotated(document: Document) -> Annotations:
    laid_out = reading.read(document)
    spans = named.enrich(laid_out)
    short_forms = aliases.enrich(laid_out)
    persons = people.enrich(laid_out, spans)
    bodies = organisations.enrich(laid_out, spans, short_forms, {person.name for person in persons})
    speech = quotes.enrich(laid_out, persons, bodies)
    days = dates.enrich(laid_out)
    figures = amounts.enrich(laid_out)
    return Annotations(
        Outcome.OK,
        None,
        ANNOTATOR,
        people=persons,
        organisations=bodies,
        places=places.enrich(laid_out, spans),
        quotes=speech,
        statements=statements.enrich(laid_out, persons, bodies, speech),
        dates=days,
        amounts=figures,
        events=events.enrich(laid_out, persons, bodies, days, figures),
        aliases=short_forms,
        keywords=keywords.enrich(laid_out),
        entities=spans,
    )


def entities(text: str) -> tuple[Entity, ...]:
    """Typed spans of one text; `paragraph` is 0. Never raises; a text over the limit has none."""
    if len(text) > MAX_CHARS:
        return ()
    document = Document(id="", title=None, body=(text,))
    try:
        return named.enrich(reading.lay_out(document, [(0, text)]))
    except Exception:  # as above: bad input is an answer
        return ()
