"""A publisher's archive: no more than the window, no more than so many a run, and the next run goes on from there."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from flows import sitemap_archive
from flows.discovery.listing import ChannelKind, Listing
from flows.discovery.source import SourceError
from flows.fetching.guard import Network
from flows.lake import due
from flows.lake.batches import Writer, writing
from flows.settings import Settings, SettingsError, settings
from flows.steps.sitemap_archive import SitemapArchive, Window
from tests.discovery.channels import urlset
from tests.fetching.fault_server import FaultServer, page, serving
from tests.steps.gathered import CONTACT, source

HOST = "harbour.example"
YEAR = Window(date(2025, 2, 1), date(2025, 3, 15), 3, 0.0)


def archive() -> dict[tuple[str, str], bytes]:
    """Twelve months of four pages each, in an index of one sitemap a month."""
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    children = "".join(f"<sitemap><loc>http://{HOST}/sitemap-{month}.xml</loc></sitemap>" for month in months)
    pages = {(HOST, "/sitemap.xml"): f"<sitemapindex>{children}</sitemapindex>".encode()}
    for month in months:
        listed = [(f"/news/{month}-{day}", f"{month}-{day}") for day in ("02", "09", "16", "23")]
        urls = "".join(f"<url><loc>http://{HOST}{path}</loc><lastmod>{at}</lastmod></url>" for path, at in listed)
        pages[HOST, f"/sitemap-{month}.xml"] = urlset(urls).encode()
        pages.update({(HOST, path): page(path) for path, _ in listed})
    return pages


def run(writer: Writer, network: Network, rounds: int | None = None) -> int:
    """One run, killed after so many rounds of fetching; returns how many pages it left."""
    chosen = Settings(lake=writer.lake, contact=CONTACT)  # type: ignore[call-arg]
    publisher, address = source("harbour", HOST), f"http://{HOST}/sitemap.xml"
    one = SitemapArchive(publisher, address, YEAR, network, writer, f"local-{uuid4()}", chosen, datetime.now(UTC))
    plan = one.plan()
    counts = list(plan.counts)
    for wanted in list(plan.rounds)[:rounds]:
        counts += one.fetch(wanted)
    if rounds is None:
        one.close(counts)
    return one.left_count


def test_a_window_is_taken_oldest_first_so_many_a_run_and_each_page_once(tmp_path: Path) -> None:
    with serving(FaultServer(pages=archive())) as server, writing(tmp_path, "test") as writer:
        network = Network(server.hosts(HOST))
        run(writer, network, rounds=0)  # killed when it had listed, and fetched nothing
        left = [run(writer, network) for _ in range(2)]
        asked = [path for path in server.paths() if path.startswith("/news/")]
        sitemaps = {path for path in server.paths() if "sitemap-" in path}
        later = datetime.now(UTC) + timedelta(days=8)
        again = due.articles(writer.connection, [], later, (1.0, 24.0, 168.0), 14)
        told = writer.connection.execute("SELECT count(listed_count) FROM lake.raw.fetches").fetchall()
    assert left == [3, 0]
    wanted = [f"/news/2025-{day}" for day in ("02-02", "02-09", "02-16", "02-23", "03-02", "03-09")]
    assert sorted(asked[:3]) == wanted[:3]
    assert sorted(asked) == wanted
    assert sitemaps == {"/sitemap-2025-02.xml", "/sitemap-2025-03.xml"}
    assert told == [(0,)]  # the source's usual number is that of its days
    assert again == []  # what is a year old is not asked for again after an hour, a day, a week


@pytest.mark.parametrize(
    ("address", "may_hold"),
    [
        ("http://p.example/sitemap-2025-02.xml", True),
        ("http://p.example/sitemap_202503.xml.gz", True),
        ("http://p.example/2025/04/sitemap.xml", False),
        ("http://p.example/sitemap-2025-03-20.xml", False),
        ("http://p.example/sitemap-17.xml", True),  # no month: it has to be looked at
        ("http://p.example/sitemap.xml?id=20251399", True),  # not a month
    ],
)
def test_a_sitemap_is_passed_over_only_where_its_address_names_another_month(address: str, may_hold: bool) -> None:
    assert YEAR.may_hold(address) is may_hold


def test_a_page_is_of_the_day_in_its_address_rather_than_of_the_last_touch_of_its_list() -> None:
    touched = datetime(2026, 1, 1, tzinfo=UTC)

    def listing(url: str, at: datetime | None) -> Listing:
        return Listing("p", ChannelKind.SITEMAP, "", url, url, stated_modified_at=at)

    assert YEAR.holds(listing("http://p.example/2025/02/03/a", touched))
    assert not YEAR.holds(listing("http://p.example/a", touched))
    assert not YEAR.holds(listing("http://p.example/a", None))  # nobody says when: not taken on a guess


def test_nonsense_is_refused_before_anything_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SILLOK_LAKE", str(tmp_path / "lake"))
    monkeypatch.delenv("SILLOK_CONTACT", raising=False)
    settings.cache_clear()
    day, address = date(2025, 1, 1), "https://p.example/sitemap.xml"
    known = sitemap_archive.chosen(settings().sources, [])[0].id
    with pytest.raises(SourceError, match="There is no source nobody"):
        sitemap_archive.refuse("nobody", address, day, day)
    with pytest.raises(SourceError, match="no address of a sitemap"):
        sitemap_archive.refuse(known, "file:///etc/passwd", day, day)
    with pytest.raises(SourceError, match="before it begins"):
        sitemap_archive.refuse(known, address, day, date(2024, 1, 1))
    with pytest.raises(SettingsError, match="SILLOK_CONTACT"):
        sitemap_archive.refuse(known, address, day, day)
    assert not (tmp_path / "lake").exists()
    settings.cache_clear()
