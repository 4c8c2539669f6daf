"""Made-up pages for the tests of this part: no real outlet, no real person."""

import json

from flows.extraction.article import Article, Page
from flows.extraction.reader import extract

KOREAN_BODY = (
    "가온시가 바닷가 옛 창고를 고쳐 시민 도서관으로 바꾼다고 3일 밝혔다.",
    "도서관은 지상 3층 규모로, 어린이 열람실과 기록 보관실이 함께 들어선다.",
    '노을빛 관장은 "주민 누구나 밤늦게까지 쓸 수 있는 곳으로 만들겠다"고 말했다.',
    "시는 내년 봄까지 공사를 마치고 시범 운영에 들어갈 계획이다.",
)
ENGLISH_BODY = (
    "The harbour town of Eastmere will open a new public library in an old grain store next spring, officials said.",
    "The building has stood empty for thirty years, and neighbours had asked for it to be put to some use again.",
    "Work on the roof begins in March, and the reading rooms will be open until late in the evening on weekdays.",
    "“We want a place that belongs to everybody,” said Marla Quist, who leads the library service in the district.",
)


def page(html: str | bytes, url: str | None = None, **more: object) -> Page:
    """A page with an id, ready to be read."""
    payload = html if isinstance(html, bytes) else html.encode()
    return Page("made-up", str(more.pop("input", "page.html")), payload, url=url, **more)  # type: ignore[arg-type]


def read(html: str | bytes, url: str | None = None, **more: object) -> Article:
    """Read a made-up page."""
    return extract(page(html, url, **more))


def ld(data: object) -> str:
    """A JSON-LD script."""
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def english(head: str = "", before: str = "", after: str = "", body: tuple[str, ...] = ENGLISH_BODY) -> str:
    """An English article with room for more around it."""
    paragraphs = "".join(f"<p>{line}</p>" for line in body)
    return (
        f'<html lang="en"><head><meta property="og:type" content="article">{head}</head><body>{before}'
        f'<div class="story"><h1>Old grain store becomes a library</h1>{paragraphs}</div>{after}</body></html>'
    )


def korean(tail: str = "", head: str = "", body: tuple[str, ...] = KOREAN_BODY) -> str:
    """A Korean article whose paragraphs are parted by double breaks, as most Korean pages part them."""
    return (
        f'<html lang="ko"><head><meta property="og:type" content="article">{head}</head><body>'
        f'<h1>바닷가 창고, 시민 도서관 된다</h1><div id="news_text">{"<br><br>".join(body)}{tail}</div></body></html>'
    )
