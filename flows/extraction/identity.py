"""Which article a capture shows: the same id for every capture of one article."""

import hashlib

from flows.addresses import url_key
from flows.extraction.article import Article


def article_id(article: Article) -> str:
    """A stable id: from the address; without one, from the address that the page states; else from what it says.

    The stated (canonical) address comes second because publishers' templates sometimes state one and the same for
    every page, which would make one article of all.
    """
    for address in (article.url, article.canonical_url):
        if address:
            return url_key(address)
    words = "\x00".join((article.publisher or "", article.title or "", *article.body)) or article.id
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]
