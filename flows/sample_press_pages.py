"""The sample press as answers: every address of an edition with its status, its headers and its bytes.

Nothing here asks a clock or throws a die: the same edition gives the same bytes, on every machine.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from flows.sample_press_content import (
    SEOUL,
    ChannelForm,
    ChannelPlan,
    Extra,
    ExtraForm,
    Figure,
    Form,
    Outlet,
    Press,
    Story,
)

HTML = "text/html; charset=UTF-8"
XML = "application/xml; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"
RELATED_COUNT = 4
FOUNDED_AT = datetime(2026, 3, 1, 9, 0, tzinfo=SEOUL)
"""What pages without a date of their own (robots.txt, pictures) give as Last-Modified."""

Route = tuple[str, str]  # host, path with its query
_LINK = re.compile(r"\[([^\]\[]{1,200})\]\((https?://[^\s)]{1,500})\)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address answers. `body` is uncompressed; `headers` come on top of the usual ones."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    modified_at: datetime = FOUNDED_AT
    headers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def etag(self) -> str:
        """A weak validator: the same for the plain and the compressed form of one text."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"'


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a channel: a story, or an address that only looks like one."""

    url: str
    title: str
    published_at: datetime
    changed_at: datetime
    section: str
    summary: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]


def environment(layouts: Path) -> Environment:
    """Templates of the press. Everything but plain text is escaped; an unknown name stops the rendering."""
    env = Environment(
        loader=FileSystemLoader(layouts),
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    env.filters["inline"] = inline
    env.filters["plain"] = plain
    env.filters["rfc822"] = lambda at: at.strftime("%a, %d %b %Y %H:%M:%S %z")
    return env


def inline(text: str) -> Markup:
    """Escape a paragraph and turn its `[words](address)` into links."""
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(text):
        parts += [
            str(escape(text[end : found.start()])),
            f'<a href="{escape(found.group(2))}">{escape(found.group(1))}</a>',
        ]
        end = found.end()
    return Markup("".join(parts) + str(escape(text[end:])))  # noqa: S704 - every piece is escaped above


def plain(text: str) -> str:
    """A paragraph with its links reduced to their words."""
    return _LINK.sub(r"\1", text)


def answers(press: Press, layouts: Path) -> Mapping[Route, Answer]:
    """Every address of the edition, by host and path. Anything else is a 404 (see `not_found`)."""
    env = environment(layouts)
    made: dict[Route, Answer] = {}
    for outlet in press.outlets.values():
        for path, answer in _outlet_answers(env, press, outlet):
            made[outlet.host, path] = answer
    return made


def not_found(env: Environment, outlet: Outlet) -> Answer:
    """The outlet's own page for an address that is not there."""
    return Answer(_render(env, "not_found.html.j2", outlet=outlet), status=404)


def _outlet_answers(env: Environment, press: Press, outlet: Outlet) -> Iterator[tuple[str, Answer]]:
    stories = press.shown_by(outlet)
    yield "/robots.txt", Answer(outlet.robots.encode(), TEXT)
    yield "/", Answer(_render(env, "front.html.j2", outlet=outlet, stories=stories), modified_at=_latest(stories))
    for story in stories:
        yield story.path, _story_answer(env, press, outlet, story)
        for figure in story.figures:
            yield figure.image, _picture(env, figure)
    if outlet.kind == "portal":
        for other in press.outlets.values():
            yield f"/img/press/{other.id}.svg", _picture(env, Figure(other.name, None, other.id))
    for extra in outlet.extras:
        yield extra.path, _extra_answer(env, outlet, extra)
    for plan in outlet.channels:
        yield from _channel_answers(env, press, outlet, plan)


def _render(env: Environment, template: str, **values: object) -> bytes:
    return env.get_template(template).render(**values).encode()


def _latest(stories: tuple[Story, ...]) -> datetime:
    return max((story.changed_at for story in stories), default=FOUNDED_AT)


def _story_answer(env: Environment, press: Press, outlet: Outlet, story: Story) -> Answer:
    publisher = press.outlets[story.publisher_id]
    template = outlet.layout
    if story.form is Form.SCRIPT_STATE:
        template = "script_state.html.j2"
    elif story.form is Form.PLAIN_TEXT:
        template = "portal_text.txt.j2"
    body = _render(
        env,
        template,
        outlet=outlet,
        publisher=publisher,
        story=story,
        byline=story.byline if story.byline is not None else byline(story),
        notices=_notices(outlet, publisher, story),
        is_lead_only=story.form is Form.LEAD_ONLY,
        blocks=story.blocks[:1] if story.form is Form.LEAD_ONLY else story.blocks,
        related=_related(press, outlet, story),
        outlets=press.outlets,
        json_ld=json_ld(publisher, story),
        state=script_state(publisher, story),
    )
    if story.form is Form.CUT:
        body = cut(body)
    if story.form is Form.EUC_KR_AS_UTF8:
        body = body.decode().encode("cp949", errors="xmlcharrefreplace")
    return Answer(
        body,
        TEXT if story.form is Form.PLAIN_TEXT else HTML,
        modified_at=story.changed_at,
        headers=outlet.headers,
    )


def byline(story: Story) -> str:
    """The plain form of a byline: `이름 역할 주소`, or `By Name and Name`."""
    if story.lang != "ko":
        names = [person.name for person in story.authors]
        return f"By {' and '.join(names)}" if names else ""
    return ", ".join(" ".join(filter(None, (person.name, person.role, person.email))) for person in story.authors)


def cut(page: bytes) -> bytes:
    """Stop a page inside the tag that opens its fourth paragraph, as a dropped connection leaves it in a cache."""
    at = -1
    for _ in range(4):
        at = page.index(b'<p class="para', at + 1)
    return page[: at + len(b'<p class="pa')]


def _notices(outlet: Outlet, publisher: Outlet, story: Story) -> tuple[str, ...]:
    own = story.notice if story.notice is not None else publisher.notice
    portal = outlet.portal_notice if outlet.id != publisher.id else None
    return tuple(notice for notice in (own, story.extra_notice, portal) if notice)


def _related(press: Press, outlet: Outlet, story: Story) -> tuple[Story, ...]:
    """The stories that follow on the host, wrapping round; never one that has an evening text.

    A page must not change because the headline of another story did: editions differ only where planned.
    """
    pool = [
        other
        for other in press.stories
        if (other.shown_by == outlet.id or outlet.kind == "portal")
        and other.shown_by == other.publisher_id
        and not other.has_evening_text
        and other.headline != story.headline
        and other.lang == story.lang
        and other.form not in {Form.PLAIN_TEXT, Form.CUT}
    ]
    later = [other for other in pool if other.published_at > story.published_at]
    return tuple((later + pool)[:RELATED_COUNT])


def json_ld(publisher: Outlet, story: Story) -> Mapping[str, object]:
    """The schema.org NewsArticle of a story, as a CMS writes it."""
    made: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": publisher.url(story.path)},
        "headline": story.headline,
        "datePublished": story.published_at.isoformat(),
        "articleSection": story.section,
        "inLanguage": story.lang,
        "author": [{"@type": "Person", "name": person.name} for person in story.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": publisher.name, "url": publisher.url("/")},
        "isAccessibleForFree": story.form is not Form.LEAD_ONLY,
    }
    if story.modified_at:
        made["dateModified"] = story.modified_at.isoformat()
    if story.decks:
        made["alternativeHeadline"] = story.decks[0]
    if story.figures:
        made["image"] = [publisher.url(figure.image) for figure in story.figures]
    if story.tags:
        made["keywords"] = ", ".join(story.tags)
    return made


def script_state(publisher: Outlet, story: Story) -> Mapping[str, object]:
    """What a page built in the browser carries in place of text: its state, the body as HTML in one string."""
    return {
        "props": {
            "pageProps": {
                "article": {
                    "id": story.path.rsplit("/", 1)[-1],
                    "title": story.headline,
                    "subTitle": " ".join(story.decks),
                    "publishedAt": story.published_at.isoformat(),
                    "updatedAt": story.modified_at.isoformat() if story.modified_at else None,
                    "category": story.section,
                    "reporters": [{"name": person.name, "email": person.email} for person in story.authors],
                    "contentHtml": "".join(f"<p>{inline(text)}</p>" for text in story.paragraphs),
                    "press": publisher.name,
                }
            }
        },
        "page": "/news/view/[id]",
        "query": {"id": story.path.rsplit("/", 1)[-1]},
        "buildId": "dodam-web-0311",
    }


def _picture(env: Environment, figure: Figure) -> Answer:
    """A plain drawing that carries its caption: enough for a page to look whole."""
    hue = int(hashlib.sha256(figure.image.encode()).hexdigest()[:4], 16) % 360
    return Answer(_render(env, "picture.svg.j2", text=figure.text, hue=hue), "image/svg+xml")


def _extra_answer(env: Environment, outlet: Outlet, extra: Extra) -> Answer:
    if extra.form is ExtraForm.GONE:
        return not_found(env, outlet)
    if extra.form is ExtraForm.REDIRECT:
        location = outlet.url(extra.to or "/")
        return Answer(b"", status=301, headers=(("Location", location),), modified_at=extra.published_at)
    return Answer(pdf(extra.title), HTML, modified_at=extra.published_at)


def pdf(title: str) -> bytes:
    """A one-page PDF document with nothing on it but its title in the document information."""
    info = "FEFF" + title.encode("utf-16-be").hex().upper()
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Title <{info}> >>",
    ]
    made = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(made))
        made += f"{number} 0 obj\n{text}\nendobj\n".encode()
    start = len(made)
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode()
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return made + trailer.encode()


def listed(press: Press, outlet: Outlet, plan: ChannelPlan) -> tuple[Listed, ...]:
    """What one channel lists, newest first."""
    lines = [
        Listed(
            outlet.url(story.path),
            story.headline,
            story.published_at,
            story.changed_at,
            story.section,
            plain(story.paragraphs[0])[:120],
            tuple(person.name for person in story.authors),
            story.tags,
        )
        for story in press.shown_by(outlet)
        if story.is_listed
    ]
    lines += [
        Listed(outlet.url(extra.path), extra.title, extra.published_at, extra.published_at, extra.section, "", (), ())
        for extra in outlet.extras
    ]
    wanted = [line for line in lines if not plan.only or line.section in plan.only]
    return tuple(sorted(wanted, key=lambda line: (line.published_at, line.url), reverse=True))


def _channel_answers(env: Environment, press: Press, outlet: Outlet, plan: ChannelPlan) -> Iterator[tuple[str, Answer]]:
    lines = listed(press, outlet, plan)
    changed_at = max((line.changed_at for line in lines), default=FOUNDED_AT)

    def answer(template: str, content_type: str) -> Answer:
        body = _render(env, template, outlet=outlet, plan=plan, lines=lines, changed_at=changed_at)
        return Answer(body, content_type, modified_at=changed_at)

    simple: Mapping[ChannelForm, Callable[[], Answer]] = {
        ChannelForm.RSS: lambda: answer("rss.xml.j2", "application/rss+xml; charset=UTF-8"),
        ChannelForm.ATOM: lambda: answer("atom.xml.j2", "application/atom+xml; charset=UTF-8"),
        ChannelForm.NEWS_SITEMAP: lambda: answer("news_sitemap.xml.j2", XML),
        ChannelForm.SECTION: lambda: answer("section.html.j2", HTML),
        ChannelForm.URL_LIST: lambda: answer("urls.txt.j2", TEXT),
        ChannelForm.JSON_FEED: lambda: Answer(
            json.dumps(_json_feed(outlet, plan, lines), ensure_ascii=False, indent=1).encode(),
            "application/feed+json; charset=UTF-8",
            modified_at=changed_at,
        ),
        ChannelForm.SITEMAP_INDEX: lambda: answer("sitemap_index.xml.j2", XML),
    }
    yield plan.path, simple[plan.form]()
    if plan.form is ChannelForm.SITEMAP_INDEX:  # its one child is served as a .gz file
        body = _render(env, "sitemap.xml.j2", lines=lines)
        packed = gzip.compress(body, mtime=0)
        yield "/sitemaps/2026-03.xml.gz", Answer(packed, "application/gzip", modified_at=changed_at)


def _json_feed(outlet: Outlet, plan: ChannelPlan, lines: tuple[Listed, ...]) -> Mapping[str, object]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": plan.title,
        "home_page_url": outlet.url("/"),
        "feed_url": outlet.url(plan.path),
        "language": outlet.lang,
        "items": [
            {
                "id": line.url,
                "url": line.url,
                "title": line.title,
                "summary": line.summary,
                "date_published": line.published_at.isoformat(),
                "date_modified": line.changed_at.isoformat(),
                "authors": [{"name": name} for name in line.authors],
                "tags": list(line.tags),
            }
            for line in lines
        ],
    }
