"""An article as the line that `sillok extract` prints: exactly the contract's keys, ready for JSON."""

from flows.extraction.article import Article, Quality, Rights


def line(article: Article) -> dict[str, object]:
    """One article as JSON-ready values. Every key is present; None is not found, an empty list is found none."""
    return {
        "id": article.id,
        "input": article.input,
        "outcome": article.outcome.value,
        "reason": article.reason,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "lang": article.lang,
        "publisher": article.publisher,
        "portal": article.portal,
        "title": article.title,
        "title_markers": list(article.title_markers),
        "subtitle": list(article.subtitle),
        "section": article.section,
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "published_precision": article.published_precision,
        "published_source": article.published_source,
        "authors": [{"name": author.name, "role": author.role, "email": author.email} for author in article.authors],
        "body": list(article.body),
        "captions": [{"text": one.text, "credit": one.credit, "url": one.url} for one in article.captions],
        "links": [{"url": link.url, "text": link.text} for link in article.links],
        "related_headlines": [
            {"publisher": one.publisher, "title": one.title, "url": one.url} for one in article.related_headlines
        ],
        "comment_count": article.comment_count,
        "topics": list(article.topics),
        "paywalled": article.paywalled,
        "rights": _rights(article.rights),
        "extractor": article.extractor,
        "quality": _quality(article.quality),
    }


def _rights(rights: Rights) -> dict[str, object]:
    return {
        "holder": rights.holder,
        "reproduction": rights.reproduction.value if rights.reproduction else None,
        "redistribution": rights.redistribution.value if rights.redistribution else None,
        "ai_training": rights.ai_training.value if rights.ai_training else None,
        "raw": rights.raw,
        "signals": [
            {"source": one.source, "scope": one.scope, "use": one.use, "value": one.value, "raw": one.raw}
            for one in rights.signals
        ],
    }


def _quality(quality: Quality) -> dict[str, object]:
    return {
        "method": quality.method,
        "charset_declared": quality.charset_declared,
        "charset_used": quality.charset_used,
        "replacement_share": quality.replacement_share,
        "is_truncated": quality.is_truncated,
        "machine_written": list(quality.machine_written),
        "corrections": list(quality.corrections),
    }
