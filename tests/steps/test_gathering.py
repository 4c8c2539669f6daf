"""Small rules of gathering that the counts rest on."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from flows.addresses import host
from flows.discovery.listing import ChannelKind, Listing
from flows.fetching.capture import Fetched, Wanted
from flows.fetching.outcomes import Reason, State
from flows.lake.batches import Count
from flows.steps.gathering import rounds
from flows.steps.rows import label, listing_id, total

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LISTING = Listing("neuti", ChannelKind.FEED, "https://neuti.example/rss", "https://neuti.example/1", "/1", title="가")


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 500)), unique=True), st.integers(1, 40))
def test_rounds_hold_every_url_once_and_no_host_too_often(urls: list[tuple[str, int]], per_host: int) -> None:
    wanted = [Wanted(f"https://{name}.example/{number}", "s", "article") for name, number in urls]
    cut = list(rounds(wanted, per_host))
    assert sorted(one.url for part in cut for one in part) == sorted(one.url for one in wanted)
    assert all(max(Counter(host(one.url) for one in part).values()) <= per_host for part in cut)


@given(st.lists(st.tuples(st.sampled_from(["listed", "fetched"]), st.sampled_from(["a", "b"]), st.integers(0, 9))))
def test_totals_lose_nothing(rows: list[tuple[str, str, int]]) -> None:
    counts = [Count(*row) for row in rows]
    summed = total(counts)
    assert sum(count.count for count in summed) == sum(count.count for count in counts)
    assert len({(count.what, count.outcome) for count in summed}) == len(summed)


def test_the_same_words_again_are_the_same_listing_and_a_new_title_is_a_new_one() -> None:
    again = Listing(**{name: getattr(LISTING, name) for name in LISTING.__slots__})  # type: ignore[attr-defined]
    assert listing_id(LISTING) == listing_id(again)
    renamed = Listing("neuti", ChannelKind.FEED, LISTING.channel_url, LISTING.url, "/1", title="가 [정정]")
    assert listing_id(renamed) != listing_id(LISTING)


def test_a_label_names_the_reason_where_there_is_one() -> None:
    ended = Fetched("https://a.example", "s", "article", State.SKIPPED, Reason.NOT_DUE, None, 0, NOW, NOW)
    assert label(ended) == "skipped: not_due"
    stored = Fetched("https://a.example", "s", "article", State.STORED, Reason.NONE, None, 1, NOW, NOW)
    assert label(stored) == "stored"
