"""Where on a page its dates stand, in the order in which they are believed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import chain

from flows.extraction import dates, zones
from flows.extraction.dates import Stamp
from flows.extraction.metadata import Metas
from flows.extraction.patterns import named
from flows.extraction.places import Place, by_nearness
from flows.extraction.structured import Stated
from flows.extraction.tree import Element, clean, inner_text, select, text_of

_PUBLISHED_METAS = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "dd:published_time",
    "datepublished",
    "og:published_time",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "cxenseparse:recs:publishtime",
    "parsely-pub-date",
    "sailthru.date",
    "date.created",
    "og:regdate",
    "regdate",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "citation_publication_date",
    "article.published",
    "date",
    "dc.date",
    "dcterms.date",
    "date.available",
    "article:create_at",
    "created",
    "prism.publicationdate",
    "og:pubdate",
)
_MODIFIED_METAS = (
    "article:modified_time",
    "og:article:modified_time",
    "article:modified",
    "dd:modified_time",
    "datemodified",
    "og:updated_time",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "date.modified",
    "date.updated",
    "og:modified_time",
)
_LABELLED = re.compile(
    r"(?:^|[\s|(\[·])(?P<label>기사\s?입력|최초\s?입력|입력|등록|승인|발행|송고|게재|작성|전송|"
    r"기사전송|published|posted|"
    r"veröffentlicht|erstellt|publié|publicado|"
    r"pubblicato|gepubliceerd|diterbitkan|опубликовано|公開|配信|掲載|datum|date)(?:\s?(?:일시|시간|일|am|on|le|"
    r"el|il|op|at))?\s?[:：]?\s?[\[(]?\s?(?P<stamp>(?:\w{2,10},? )?\d{1,4}.{6,40})",
    re.IGNORECASE,
)
_MODIFIED_LABEL = re.compile(
    r"(?:최종\s?수정|수정|업데이트|updated|aktualisiert|actualizado|mis à jour|更新)(?:\s?(?:일시|시간|일))"
    r"?\s?[:：]?\s?[\[(]?\s?(?P<stamp>\d{1,4}.{6,40})",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"등록\s?번호|등록\s?\(?발행\)?\s?일자|발행\s?일자|창간|사업자|청소년")
_DATE_HINT = named(
    r"date\w*|\w*datetime\w*|tarih\w*|tanggal\w*|time\w*|published\w*|pubdate|datum|fecha|reg_?(?:date|dt)|inputdate|"
    r"byline_?date|article-?info|news_?date|press_?date|view_?date|publish\w*|num_date|txt_info|"
    r"datestamp\w*|meta|infos?|c-date\w*"
)
_IN_PATH = re.compile(
    r"/(?P<y>(?:19|20)\d{2})[/-]?(?P<m>0[1-9]|1[0-2])[/-]?(?P<d>0[1-9]|[12]\d|3[01])(?:/|\d{0,12}|[-_.])"
)
_DATE_TAGS = frozenset(("span", "p", "div", "li", "em", "a", "td", "dd", "small", "b"))
MAX_STAMPS = 25
"""Elements of one kind in one place that are read for a date."""


@dataclass(frozen=True, slots=True)
class PageDates:
    """First publication and last change, either missing.

    `problem` is set where the page states a day of publication that cannot be one: `impossible: 2025-02-31 in jsonld`.
    """

    published: Stamp | None
    modified: Stamp | None
    problem: str | None = None

    @property
    def source(self) -> str | None:
        """Where the day of publication was read; the problem where none could be."""
        return self.published.source if self.published else self.problem


def zone_for(given: str | None, lang: str | None, host: str) -> tzinfo | None:
    """The publisher's zone: as the source states it, else that of the host's country or of the language's.

    Only countries and languages that live in one zone decide; see `zones`.
    """
    return dates.zone_of(given) or zones.of_host(host) or zones.of_language(lang)


def find_dates(
    root: Element,
    metas: Metas,
    stated: Stated,
    lines: list[str],
    url: str | None,
    zone: tzinfo | None,
    now: datetime | None,
    place: Place,
    under_title: list[str],
) -> PageDates:
    """Both dates of a page. Never raises.

    Args:
        root: The page, its head included.
        metas: Its meta elements.
        stated: Its JSON-LD.
        lines: Short lines around the article, for labelled stamps such as `입력 2026.01.18 15:12`.
        url: The page's address, whose path may hold the day.
        zone: The publisher's zone, if known.
        now: The capture's instant; later dates are invalid.
        place: Where headline and text stand: a date near them is the article's, one far off another's.
        under_title: Lines between headline and text, where a bare date is the article's.
    """
    zone = zone or _stated_zone(metas, stated)
    published, problem = _best(_published(root, metas, stated, lines, url, place, under_title), zone, now)
    changed = _changed(root) if published and published.source == "data-date-time" else ()
    modified, _ = _best(chain(_modified(metas, stated, lines), changed), zone, now)
    return PageDates(published, modified, problem)


def from_lines(lines: list[str], zone: tzinfo | None, now: datetime | None) -> PageDates:
    """Both dates of a text dump, from its labelled lines."""
    published = ((match.group("stamp"), "labelled line") for line in lines if (match := _LABELLED.search(line)))
    first, problem = _best(published, zone, now)
    last, _ = _best(_modified(Metas({}), Stated(), lines), zone, now)
    return PageDates(first, last, problem)


def _stated_zone(metas: Metas, stated: Stated) -> tzinfo | None:
    """An offset that another stamp of the page states, for stamps that state none."""
    for text in (stated.published, stated.modified, *metas.all(*_PUBLISHED_METAS[:4], *_MODIFIED_METAS[:4])):
        stamp = dates.read(text, "") if text else None
        if stamp and stamp.moment.tzinfo is not UTC:
            return stamp.moment.tzinfo
    return None


_STATEMENTS = ("jsonld", "meta:", "itemprop", "data-date-time", "labelled line", "time element")
"""Sources that mean to state a date: what cannot be one there is a fault worth telling."""
_DATE_LIKE = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}")


def _best(
    candidates: Iterator[tuple[str, str]], zone: tzinfo | None, now: datetime | None
) -> tuple[Stamp | None, str | None]:
    """The first stamp that can be true, and the first stated one that cannot.

    A later stamp of the same day may add the time of day.
    """
    chosen: Stamp | None = None
    problem: str | None = None
    for text, source in candidates:
        stamp = dates.read(text, source, zone, now)
        if stamp is None:
            if problem is None and source.startswith(_STATEMENTS) and _DATE_LIKE.search(text[:60]):
                problem = f"impossible: {clean(text)[:40]} in {source}"
            continue
        if stamp.precision != "day":
            if chosen is None or stamp.moment.date() == chosen.moment.date():
                return stamp, problem
        elif chosen is None:
            chosen = stamp
    return chosen, problem


def _published(
    root: Element,
    metas: Metas,
    stated: Stated,
    lines: list[str],
    url: str | None,
    place: Place,
    under_title: list[str],
) -> Iterator[tuple[str, str]]:
    if stated.published:
        yield stated.published, "jsonld"
    for name in _PUBLISHED_METAS:
        for value in metas.all(name)[:1]:
            yield value, f"meta:{name}"
    for node in select(root, './/*[contains(@itemprop,"datePublished")]', 2):
        yield node.get("datetime") or node.get("content") or text_of(node), "itemprop"
    for node in select(root, ".//*[@data-date-time]", 1):
        yield node.get("data-date-time") or "", "data-date-time"
    for line in lines:
        labelled = _LABELLED.search(line)
        if labelled and not _COMPANY.search(line):
            yield labelled.group("stamp"), "labelled line"
    yield from _shown(root, place, under_title)
    path = _IN_PATH.search(url or "")
    if path:
        yield f"{path['y']}-{path['m']}-{path['d']}", "url"


def _shown(root: Element, place: Place, under_title: list[str]) -> Iterator[tuple[str, str]]:
    """Stamps that the page shows, the nearest to the headline first.

    In each place `time` elements come before those that call themselves dates; a line under the headline follows both.
    """
    ranks = by_nearness(root, place, _source)
    for rank, elements in enumerate(ranks):
        for wanted in ("time element", "date element"):
            for source, element in [pair for pair in elements if pair[0] == wanted][:MAX_STAMPS]:
                text = element.get("datetime") or clean(inner_text(element)[:200])
                if source == "time element" or 6 <= len(text) <= 90:
                    yield text, source
        if rank == 0:
            yield from ((line, "line under the headline") for line in under_title if not _MODIFIED_LABEL.search(line))


def _source(element: Element) -> str | None:
    if element.tag == "time":
        return "time element"
    if element.tag in _DATE_TAGS and _names_date(element.get("class"), element.get("id")):
        return "date element"
    return None


@lru_cache(maxsize=20_000)
def _names_date(words: str | None, name: str | None) -> bool:
    """Whether class or id say that an element holds a date. Sites repeat theirs, so answers are remembered."""
    return _DATE_HINT.search(f"{words or ''} {name or ''}".lower()[:200]) is not None


def _changed(root: Element) -> Iterator[tuple[str, str]]:
    """Naver's stamp of the last change, beside its stamp of publication."""
    for node in select(root, ".//*[@data-modify-date-time]", 1):
        yield node.get("data-modify-date-time") or "", "data-modify-date-time"


def _modified(metas: Metas, stated: Stated, lines: list[str]) -> Iterator[tuple[str, str]]:
    if stated.modified:
        yield stated.modified, "jsonld"
    for name in _MODIFIED_METAS:
        for value in metas.all(name)[:1]:
            yield value, f"meta:{name}"
    for line in lines:
        labelled = _MODIFIED_LABEL.search(line)
        if labelled and not _COMPANY.search(line):
            yield labelled.group("stamp"), "labelled line"
