"""A block page stored as an article puts "Just a moment" into the corpus; an article taken for a block page is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetching.judge import GOOD, SeenTexts, binary_kind, judge, visible_text
from flows.fetching.outcomes import Reason, State
from tests.fetching.fault_server import CHALLENGE, LOGIN, PNG, page

URL = "http://harbour.example/news/1"
LONG = page("1", 3000)


def reason(body: bytes, kind: str = "article", status: int = 200, final: str = URL, **headers: str) -> Reason:
    names = {name.replace("_", "-"): value for name, value in ({"content_type": "text/html"} | headers).items()}
    return judge(kind, status, names, body, asked_url=URL, final_url=final).reason


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (LONG, "text/html; charset=euc-kr"),
        (LONG, ""),
        (LONG, "application/octet-stream"),
        (LONG, "application/pdf"),
        (LONG, "application/json"),
        ("배가 들어왔다.\n".encode("cp949"), "text/plain"),
        ("배가 들어왔다".encode("utf-16"), "text/plain"),
        ("The ferry came in".encode("utf-16-le"), "text/plain"),
        (b"\x1b$)C\x0e9h\x0f" * 20, "text/html; charset=iso-2022-kr"),
        (b"<html><script>self.state={'text': 'all of it'}</script></html>", "text/html"),
    ],
)
def test_a_page_is_kept_whatever_its_label_says(body: bytes, media_type: str) -> None:
    assert reason(body, content_type=media_type) is Reason.NONE


@pytest.mark.parametrize(
    ("body", "media_type", "expected"),
    [
        (b"%PDF-1.7\nx", "application/pdf", Reason.NOT_HTML),
        (b"%PDF-1.7\nx", "", Reason.NOT_HTML),
        (PNG, "image/png", Reason.NOT_HTML),
        (PNG, "text/html", Reason.TYPE_MISMATCH),
        (b"%PDF-1.7\nx", "text/html; charset=utf-8", Reason.TYPE_MISMATCH),
        (b'{"a": 1}', "application/json", Reason.NOT_HTML),
        (b"<?xml version='1.0'?><rss/>", "application/rss+xml", Reason.NOT_HTML),
        (b"\x00\x01\x02\x03" * 200, "text/html", Reason.TYPE_MISMATCH),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", Reason.NOT_HTML),
        (b"", "text/html", Reason.EMPTY_BODY),
        (b"\xef\xbb\xbf \r\n", "text/html", Reason.EMPTY_BODY),
    ],
)
def test_what_is_no_page_is_told_by_its_bytes(body: bytes, media_type: str, expected: Reason) -> None:
    assert reason(body, content_type=media_type) is expected


@pytest.mark.parametrize(
    "body",
    [
        b"<rss/>",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b"\x1f\x8b\x08gzipped",
        b"http://a.example/1\n",
        LONG,
    ],
)
def test_any_list_is_fine_for_a_channel(body: bytes) -> None:
    assert reason(body, kind="channel", content_type="application/octet-stream") is Reason.NONE
    assert reason(PNG, kind="channel") is Reason.TYPE_MISMATCH


CHALLENGES = [
    CHALLENGE,
    b"<html><head><title>Access Denied</title></head><body>Reference &#32;#18 errors.edgesuite.net</body></html>",
    b"<script src='https://ct.captcha-delivery.com/c.js'></script>",
    b"<html><div id='px-captcha'></div></html>",
    b"<script src='/_Incapsula_Resource?x'></script>",
    b"<script>document.cookie='k=1;path=/';location.reload();</script>",
]


@pytest.mark.parametrize("body", CHALLENGES)
@pytest.mark.parametrize("status", [200, 403, 503])
def test_a_bot_challenge_is_told_under_any_status(body: bytes, status: int) -> None:
    assert reason(body, status=status) is Reason.BOT_CHALLENGE


def test_the_header_of_a_challenge_is_enough() -> None:
    assert reason(LONG, status=403, cf_mitigated="challenge") is Reason.BOT_CHALLENGE


@pytest.mark.parametrize("body", CHALLENGES)
def test_an_article_that_speaks_of_challenges_is_an_article(body: bytes) -> None:
    assert reason(LONG + body) is Reason.NONE


def test_login_walls_are_told() -> None:
    assert reason(LOGIN) is Reason.LOGIN_WALL
    assert reason(LONG, final="http://harbour.example/member/login.php?r=1") is Reason.LOGIN_WALL
    assert reason(LONG + LOGIN) is Reason.NONE  # a page with a login box beside its article
    assert reason(LONG, final="http://harbour.example/news/ferries-and-logins-1") is Reason.NONE


@pytest.mark.parametrize(
    "title", ["404 Not Found", "페이지를 찾을 수 없습니다", "삭제된 기사입니다 - 항구일보", "Error 404"]
)
def test_an_error_page_with_status_200_is_told(title: str) -> None:
    short = f"<html><title>{title}</title><p>Sorry.</p></html>"
    assert reason(short.encode()) is Reason.SOFT_404
    assert reason(short.encode("cp949")) is Reason.SOFT_404
    long = short.encode() + LONG
    assert reason(long) is Reason.NONE  # an article about lost pages


def test_being_sent_to_the_front_page_is_no_article() -> None:
    assert reason(LONG, final="http://harbour.example/") is Reason.SOFT_404
    assert reason(LONG, final="http://harbour.example/news/1/") is Reason.NONE


def test_the_same_short_page_under_three_names_is_an_error_page() -> None:
    seen = SeenTexts()
    body = "<title>Oops</title><p>Nothing lives at /n/{}, sorry.</p>"
    urls = [f"http://harbour.example/n/story{number}" for number in range(5)]
    told = [seen.is_repeated(url, body.format(url[-6:]).encode()) for url in urls]
    assert told == [False, False, True, True, True]


def test_one_article_in_three_sections_is_not_an_error_page() -> None:
    seen = SeenTexts()
    assert not any(
        seen.is_repeated(f"http://harbour.example/{part}/story-77", page("7")) for part in ("a", "b", "c", "d")
    )


def test_notes_that_differ_only_in_their_numbers_are_not_repeats() -> None:
    seen = SeenTexts()
    notes = [f"<p>The Fairhaven index closed at {n * 7} points, up {n}.".encode() for n in range(11, 16)]
    assert not any(seen.is_repeated(f"http://h.example/note-{chr(97 + n)}", note) for n, note in enumerate(notes))


def test_different_articles_and_other_hosts_are_not_repeats() -> None:
    seen = SeenTexts()
    texts = ["The new bridge opened.", "Nobody came to market.", "Pupils won the prize.", "Harvest was late."]
    assert not any(seen.is_repeated(f"http://h.example/x{n}", f"<p>{text}".encode()) for n, text in enumerate(texts))
    assert not any(seen.is_repeated(f"http://h{n}.example/x{n}", b"<p>Sorry, nothing here.") for n in range(4))


def test_visible_text_leaves_scripts_out_and_survives_open_ones() -> None:
    assert visible_text(b"<p>One</p><script>var x = '<p>no'</script><STYLE>p{}</STYLE><!-- no --><p>two") == "One two"
    assert visible_text(b"<p>One<script>never closed <p>two") == "One"


@given(st.binary(max_size=2000), st.sampled_from(["article", "channel", "robots"]), st.integers(100, 599))
def test_no_bytes_make_it_raise(body: bytes, kind: str, status: int) -> None:
    verdict = judge(kind, status, {}, body, asked_url=URL, final_url=URL)
    assert (verdict == GOOD) == (verdict.state is State.STORED)
    assert binary_kind(body) is None or isinstance(binary_kind(body), str)


def test_the_title_is_the_pages_whatever_its_case_and_not_that_of_a_drawing_in_it() -> None:
    page = b"<html><TITLE>404 not found</TITLE><body><svg><title>arrow</title></svg></body></html>"
    address = "http://neuti.example/1"
    found = judge("article", 200, {"content-type": "text/html"}, page, asked_url=address, final_url=address)
    assert found.reason is Reason.SOFT_404
