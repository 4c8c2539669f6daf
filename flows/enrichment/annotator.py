"""Article in, annotations out: every enricher in its order, each article tokenised once.

Reads a `Document`, writes `Annotations`. Nothing here raises for bad input: an article that cannot be annotated gets
an outcome that says why.
"""

from functools import cache

from flows.cycles import uncollected
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
    terms,
    tokens,
)
from flows.enrichment import entities as named
from flows.enrichment.document import Annotations, Document, Entity, Outcome
from flows.enrichment.transformer_files import TransformerError
from flows.enrichment.transformers import NO_TRANSFORMERS, Transformers

MAX_CHARS = 2_000_000
"""Longest body annotated; a longer one is told, not cut."""

_ENRICHERS = " ".join(
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
        terms,
    )
)


@cache
def annotator(models: Transformers = NO_TRANSFORMERS) -> str:
    """What stands in the column `annotator`: names and versions of the enrichers, and of the models in use.

    Models are named by their bytes, so that articles are annotated anew when one is switched on, off or replaced.
    """
    return f"{_ENRICHERS} {models.name}".rstrip()


def annotate(document: Document, models: Transformers = NO_TRANSFORMERS) -> Annotations:
    """All annotations of one article. Never raises."""
    name = annotator(models)
    size = sum(map(len, document.body))
    if not any(paragraph.strip() for paragraph in document.body):
        return Annotations(Outcome.NO_TEXT, "the article has no body", name)
    if size > MAX_CHARS:
        return Annotations(Outcome.TOO_LARGE, f"body of {size} characters, limit {MAX_CHARS}", name)
    try:
        with uncollected():
            return _annotated(document, models)
    except Exception as error:  # one article must not end the batch
        return Annotations(Outcome.ANNOTATOR_ERROR, f"{type(error).__name__}: {error}"[:300], name)


def _annotated(document: Document, models: Transformers) -> Annotations:
    laid_out = reading.read(document)
    spans = named.enrich(laid_out, models)
    short_forms = aliases.enrich(laid_out)
    persons = people.enrich(laid_out, spans)
    bodies = organisations.enrich(laid_out, spans, short_forms, {person.name for person in persons})
    speech = quotes.enrich(laid_out, persons, bodies)
    days = dates.enrich(laid_out)
    figures = amounts.enrich(laid_out)
    return Annotations(
        Outcome.OK,
        None,
        annotator(models),
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
        terms=terms.enrich(laid_out, persons, bodies, speech),
    )


def entities(text: str, models: Transformers = NO_TRANSFORMERS) -> tuple[Entity, ...]:
    """Typed spans of one text; `paragraph` is 0. A text over the limit has none.

    Raises TransformerError where a model in use fails: that is no trait of the text. Otherwise never raises.
    """
    if len(text) > MAX_CHARS:
        return ()
    document = Document(id="", title=None, body=(text,))
    try:
        return named.enrich(reading.lay_out(document, [(0, text)]), models)
    except TransformerError:
        raise
    except Exception:  # as above: bad input is an answer
        return ()
