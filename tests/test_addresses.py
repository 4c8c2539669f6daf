"""A wrong address means a story counted twice, or a request to a machine that is none of our business."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.addresses import MAX_URL_CHARS, Problem, host, normalise, problem, url_key
from flows.fetching.outcomes import Reason


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("HTTP://WWW.Harbour.Example:80", "http://www.harbour.example/"),
        ("https://harbour.example:443/a#frag", "https://harbour.example/a"),
        ("https://harbour.example:8443/a", "https://harbour.example:8443/a"),
        (" \n https://harbour.example/a \t", "https://harbour.example/a"),
        ("https://harbour.example/a/./b/../c/", "https://harbour.example/a/c/"),
        ("https://harbour.example/%2e%2e/%7ekim/%ea%b0%80", "https://harbour.example/~kim/%EA%B0%80"),
        (
            "https://항구.example/기사 하나?q=가",
            "https://xn--2e0bp27e.example/%EA%B8%B0%EC%82%AC%20%ED%95%98%EB%82%98?q=%EA%B0%80",
        ),
        ("https://harbour.example/a?utm_source=x&id=7&fbclid=y&%75tm_medium=z", "https://harbour.example/a?id=7"),
        ("https://harbour.example/a?gclid=1", "https://harbour.example/a"),
        ("https://harbour.example/a?b=2&a=1&b=", "https://harbour.example/a?b=2&a=1&b="),
        ("https://harbour.example/100%", "https://harbour.example/100%25"),
        ("https://harbour.example./a", "https://harbour.example/a"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
        ("http://[::FFFF:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    ],
)
def test_a_url_is_brought_into_its_normal_form(url: str, form: str) -> None:
    assert normalise(url) == form
    assert problem(url) is None


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://ok@127.0.0.1/", Problem.BAD_URL),
        ("http://user:p@ss@harbour.example/", Problem.BAD_URL),
        ("http://127.0.0.1\\@ok/", Problem.BAD_URL),
        ("http://ok#@bad/", Problem.BAD_URL),
        ("http://harbour.example/a\r\nHost: b", Problem.BAD_URL),
        ("http://harbour.example/\x00", Problem.BAD_URL),
        ("http://harbour.example/\udce4", Problem.BAD_URL),
        ("http://[::1", Problem.BAD_URL),
        ("http://[fe80::1%25lo]/", Problem.BAD_URL),
        ("http:///x", Problem.BAD_URL),
        ("//harbour.example/x", Problem.BAD_URL),
        ("harbour.example/x", Problem.BAD_URL),
        ("harbour.example:8080/x", Problem.BAD_URL),
        ("", Problem.BAD_URL),
        ("http://1.2.3.4.5/", Problem.BAD_URL),
        ("http://" + "a." * 1000 + "example/", Problem.BAD_URL),
        ("http://harbour.example/" + "x" * MAX_URL_CHARS, Problem.BAD_URL),
        ("http://harbour.example/?" + "a=1&" * 20_000, Problem.BAD_URL),
        ("http://harbour.example:abc/", Problem.BAD_URL),
        ("file:///etc/passwd", Problem.BAD_SCHEME),
        ("javascript:alert(1)", Problem.BAD_SCHEME),
        ("data:text/html,x", Problem.BAD_SCHEME),
        ("ftp://harbour.example/", Problem.BAD_SCHEME),
        ("gopher://harbour.example/", Problem.BAD_SCHEME),
        ("http://harbour.example:22/", Problem.BAD_PORT),
        ("http://harbour.example:25/", Problem.BAD_PORT),
        ("http://harbour.example:6379/", Problem.BAD_PORT),
        ("http://harbour.example:99999/", Problem.BAD_PORT),
        ("http://harbour.example:" + "9" * 5000 + "/", Problem.BAD_PORT),
    ],
)
def test_a_url_that_must_not_be_asked_for_is_refused_with_its_reason(url: str, fault: Problem) -> None:
    assert normalise(url) is None
    assert problem(url) is fault


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("../b?x=1", "https://harbour.example/n/b?x=1"),
        ("/b", "https://harbour.example/b"),
        ("?page=2", "https://harbour.example/n/a/1?page=2"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("http://other.example/", "http://other.example/"),
        ("javascript:void(0)", None),
        ("mailto:desk@harbour.example", None),
        ("\\\\127.0.0.1\\x", None),
        ("//ok@127.0.0.1/", None),
    ],
)
def test_a_relative_link_is_read_against_its_page(url: str, form: str | None) -> None:
    assert normalise(url, "https://harbour.example/n/a/1") == form


def test_a_relative_link_on_a_bad_base_is_refused() -> None:
    assert normalise("a.html", "ftp://harbour.example/") is None
    assert normalise("https://harbour.example/a", "nonsense") == "https://harbour.example/a"


def test_all_spellings_of_one_article_share_a_key() -> None:
    spellings = [
        "https://www.harbour.example/news/1",
        "http://harbour.example/news/1/",
        "https://m.harbour.example/news/1?utm_source=rss#top",
        "https://www.m.harbour.example/news/1",
        "https://amp.harbour.example/news/1",
        "https://harbour.example/news/1/amp",
        "https://harbour.example/amp/news/1/",
        "https://harbour.example/news/1.amp",
        "https://harbour.example/news/1?amp=1",
        "https://harbour.example/news/1?outputType=amp",
    ]
    assert len({url_key(url) for url in spellings}) == 1


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "https://n.news.naver.com/mnews/article/001/0099999901?sid=102",
            "https://n.news.naver.com/article/001/0099999901",
            "https://news.naver.com/main/read.naver?mode=LSD&mid=sec&sid1=100&oid=001&aid=0099999901",
            "https://m.news.naver.com/read.nhn?oid=001&aid=0099999901",
            "https://m.sports.naver.com/kbaseball/article/001/0099999901",
        ),
        (
            "https://v.daum.net/v/20260304093012345?f=p",
            "http://news.v.daum.net/v/20260304093012345",
            "https://v.media.daum.net/v/20260304093012345",
            "http://media.daum.net/politics/newsview?newsid=20260304093012345",
        ),
        (
            "https://news.zum.com/articles/99999901",
            "https://m.news.zum.com/articles/99999901/%EC%A0%9C%EB%AA%A9",
            "https://m.news.zumst.com/articles/99999901",
        ),
        ("https://news.nate.com/view/20260304n12345?mid=n0100", "http://m.news.nate.com/View/20260304N12345"),
        (
            "https://harbour.example/news/1",
            "https://www-harbour-example.cdn.ampproject.org/c/s/www.harbour.example/news/1/amp",
            "https://www.google.com/amp/s/amp.harbour.example/news/1?amp=1",
        ),
    ],
    ids=["naver", "daum", "zum", "nate", "AMP cache"],
)
def test_the_hosts_and_paths_on_which_a_portal_or_cache_shows_one_article_share_a_key(spellings: list[str]) -> None:
    assert len({url_key(url) for url in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://n.news.naver.com/article/001/0099999901", "https://n.news.naver.com/article/002/0099999901"),
        ("https://n.news.naver.com/article/001/0099999901", "https://n.news.naver.com/article/001/0099999902"),
        ("https://news.naver.com/read?oid=001&sid=1", "https://news.naver.com/read?oid=001&sid=2"),
        ("https://v.daum.net/v/20260304093012345", "https://v.daum.net/v/20260304093012346"),
        ("https://notnaver.com/article/001/0099999901", "https://n.news.naver.com/article/001/0099999901"),
        ("https://google.com/amp/s/harbour.example/1", "https://google.com/amp/s/harbour.example/2"),
    ],
)
def test_two_articles_of_a_portal_stay_two(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "other",
    [
        "https://harbour.example/news/2",
        "https://harbour.example/news/1?page=2",
        "https://harbour.example:8080/news/1",
        "https://sport.harbour.example/news/1",
        "https://harbour.example/News/1",
        "https://m.example/news/1",
    ],
)
def test_different_pages_have_different_keys(other: str) -> None:
    assert url_key(other) != url_key("https://harbour.example/news/1")


def test_the_order_of_parameters_does_not_matter_to_the_key_but_the_values_do() -> None:
    assert url_key("http://a.example/?x=1&y=2") == url_key("http://a.example/?y=2&x=1")
    assert url_key("http://a.example/?x=1&y=2") != url_key("http://a.example/?x=2&y=1")


def test_the_host_is_given_without_port_and_brackets() -> None:
    assert host("HTTPS://Harbour.Example:8443/x") == "harbour.example"
    assert host("http://[::1]:8080/") == "::1"
    assert host("nonsense") == ""


def test_every_problem_is_a_reason_that_the_ledger_knows() -> None:
    assert {problem.value for problem in Problem} <= {reason.value for reason in Reason}


URLS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="htps:/.@#?%[]\\0123456789abc%2eE가。&=;- \t", max_size=60).map(lambda text: "http://" + text),
    st.builds(
        "https://{}.example/{}?{}".format,
        st.sampled_from(["a", "www.a", "m.b", "xn--a"]),
        st.text(max_size=30),
        st.text(max_size=30),
    ),
)


@given(URLS)
@example("http://a.example/%25%32%65%2E/../x?&&utm_a&=")
@example("http://a.example/a?%26=1&b=%3D")
def test_the_normal_form_is_stable_and_names_exactly_what_has_no_problem(url: str) -> None:
    form = normalise(url)
    assert (form is None) == (problem(url) is not None)
    assert len(url_key(url)) == 32
    if form is not None:
        assert normalise(form) == form
        assert url_key(form) == url_key(url)
        assert form.isascii() and len(form) <= MAX_URL_CHARS and host(form)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_pair_of_link_and_base_raises(url: str, base: str) -> None:
    form = normalise(url, base)
    assert form is None or normalise(form) == form
