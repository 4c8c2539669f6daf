"""Text files of addresses."""

from flows.discovery.listing import ChannelKind, ChannelOutcome, ChannelReading
from tests.discovery.channels import HOME, reading, urls


def url_list(body: str | bytes) -> ChannelReading:
    return reading(body, ChannelKind.URL_LIST, url=f"{HOME}/list.txt")


def test_comments_and_blank_lines_are_passed_over() -> None:
    found = url_list(f"\ufeff# 옛 기사\r\n\r\n{HOME}/news/1\r\n  {HOME}/news/2#top  \n")
    assert (found.outcome, urls(found)) == (ChannelOutcome.OK, [f"{HOME}/news/1", f"{HOME}/news/2"])


def test_lines_that_are_no_addresses_are_counted() -> None:
    found = url_list(f"{HOME}/news/1\nnews/2\njavascript:x\n")
    assert urls(found) == [f"{HOME}/news/1"]
    assert found.reason == "2 of 3 lines are not web addresses"


def test_a_text_without_an_address_is_no_list() -> None:
    assert url_list("안녕하십니까\n").outcome is ChannelOutcome.UNREADABLE
    assert url_list(b"\x89PNG\r\n\x1a\n\x00\x00").outcome is ChannelOutcome.UNREADABLE


def test_a_list_of_comments_alone_is_empty() -> None:
    assert url_list("# nothing yet\n").outcome is ChannelOutcome.EMPTY
