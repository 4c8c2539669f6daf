"""Lists of WARC files: each page once, also after a kill in the middle of a file; nonsense is refused first."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.fetching.guard import Network
from flows.fetching.saved import Saved
from flows.fetching.warc import Exchange, WarcWriter
from flows.lake import objects, takedown_reach
from flows.lake.archive_tables import ARCHIVE_READS
from flows.lake.batches import Writer, writing
from flows.lake.storage import LakeError
from flows.settings import Settings
from flows.steps import saving
from flows.steps.archives import Archive, ArchiveError, Part, fetched, of_hosts, parts, read_list, refuse
from flows.steps.archives import listed as listed_in
from flows.steps.saving import Saving


def warc(folder: Path, run: str, hosts: list[str]) -> Path:
    """A WARC file with a page of each of the hosts, in their order."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    with WarcWriter(folder, run) as writer:
        for number, host in enumerate(hosts):
            body = f"<html><title>{number}</title><p>The bridge of {host} opened again.</p></html>".encode()
            url = f"http://{host}/{number}"
            writer.write_response(
                Exchange(url, url, datetime(2026, 3, 1, tzinfo=UTC), body, f"{number:064d}", len(body), "text/html",
                         status=200, response_head=head)
            )  # fmt: skip
    return next(folder.rglob(f"{run}-*.warc.gz"))


def take(writer: Writer, run: str, path: Path, part: Part, stretches: int | None = None, *hosts: str) -> Archive:
    """One run over one file, killed after so many stretches."""
    one = Saving(writer, run, Settings(lake=writer.lake))  # type: ignore[call-arg]
    one.begin()
    archive = Archive(path, part.name, part.begin, of_hosts(hosts))
    for number, _ in enumerate(one.archive(archive), 1):
        if number == stretches:
            break
    one.close()
    return archive


def test_a_file_that_a_kill_left_half_read_is_read_on_and_one_that_is_done_never_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "BATCH_INPUTS", 3)
    path = warc(tmp_path / "given", "first", [f"p{number}.example" for number in range(8)])
    pages = "SELECT count(*), count(DISTINCT url) FROM lake.raw.captures WHERE kind = 'article'"
    listed = ["2026/first.warc.gz", "2026/second.warc.gz"]
    with writing(tmp_path / "lake", "test") as writer:
        take(writer, "one", path, Part(listed[0], 0), 2)
        (begun, *_) = parts(writer.connection, listed, 9)
        assert begun.name == listed[0]
        assert 0 < begun.begin < path.stat().st_size
        take(writer, "two", path, begun)
        assert writer.connection.execute(pages).fetchall() == [(8, 8)]
        assert parts(writer.connection, listed, 9) == [Part(listed[1], 0)]
        outcomes = writer.connection.execute("SELECT DISTINCT state FROM lake.raw.fetches").fetchall()
        assert outcomes == [("stored",)]  # nothing was read twice and told as a duplicate
        other = warc(tmp_path / "given", "other", ["a.paper.example", "b.example", "paper.example", "xpaper.example"])
        archive = take(writer, "three", other, Part(listed[1], 0), None, "paper.example")
        assert archive.left_out_count == 2
        assert writer.connection.execute(pages).fetchall() == [(10, 10)]
        told = "SELECT sum(left_out_count), bool_and(is_done) FROM lake.ops.archive_reads WHERE archive = ?"
        assert writer.connection.execute(told, [listed[1]]).fetchall() == [(2, True)]
        assert parts(writer.connection, listed, 9) == []


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("a.warc.gz\n../b.warc.gz\n", "path 2: .* relative to the base"),
        ("/etc/a.warc.gz\n", "relative to the base"),
        ("https://x.example/a.warc.gz\n", "relative to the base"),
        ("a.warc.gz\nreadme.txt\n", "not the path of a WARC file"),
        ("\n\n", "lists no WARC file"),
    ],
)
def test_a_list_that_is_none_is_refused_with_its_line(tmp_path: Path, lines: str, says: str) -> None:
    (tmp_path / "warc.paths").write_text(lines)
    with pytest.raises(ArchiveError, match=says):
        read_list(tmp_path / "warc.paths")


def test_a_list_is_read_gzipped_in_its_order_and_each_path_once(tmp_path: Path) -> None:
    path = tmp_path / "warc.paths.gz"
    path.write_bytes(gzip.compress(b"b.warc.gz\na.warc.gz\nb.warc.gz\n"))
    assert read_list(path) == ["b.warc.gz", "a.warc.gz"]
    path.write_bytes(gzip.compress(b"b.warc.gz\n" * 50)[:-9])
    with pytest.raises(ArchiveError, match="cannot be read as a list"):
        read_list(path)


def test_a_base_that_cannot_give_the_files_is_refused_before_the_first_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"\x1f\x8b...")
    (tmp_path / "page.warc.gz").write_bytes(b"<html>")
    refuse(str(tmp_path), [Part("a.warc.gz", 0)], "")
    with pytest.raises(ArchiveError, match=r"b\.warc\.gz cannot be read"):
        refuse(str(tmp_path), [Part("a.warc.gz", 0), Part("b.warc.gz", 0)], "")
    with pytest.raises(ArchiveError, match="is no WARC file"):
        refuse(str(tmp_path), [Part("page.warc.gz", 0)], "")
    with pytest.raises(ArchiveError, match="neither a folder nor an address"):
        refuse("ftp://archive.example/", [Part("a.warc.gz", 0)], "contact")
    with pytest.raises(ArchiveError, match="SILLOK_CONTACT"):
        refuse("https://archive.example/", [Part("a.warc.gz", 0)], "")


def test_a_broken_record_is_told_whatever_hosts_are_asked_for() -> None:
    assert of_hosts(["paper.example"])(Saved("x", "x", b""))


def test_a_takedown_knows_that_the_places_in_archives_hold_nobodys_text() -> None:
    assert ARCHIVE_READS.name in takedown_reach.HOLDS_NOTHING


def test_a_folder_is_its_own_list_and_files_of_one_name_in_two_folders_are_two(tmp_path: Path) -> None:
    for name in ("a/one.warc.gz", "a/b/two.warc", "a/readme.txt", "c/one.warc.gz"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"WARC/1.1")
    base, names = listed_in(str(tmp_path / "a"), "")
    assert [Path(base) / name for name in names] == [tmp_path / "a/b/two.warc", tmp_path / "a/one.warc.gz"]
    assert not set(names) & set(listed_in(str(tmp_path / "c"), "")[1])
    refuse(base, [Part(name, 0) for name in names], "")
    (tmp_path / "empty").mkdir()
    for place, base, says in (
        ("empty", "", "There is no WARC file"),
        ("a", "https://archive.example/", "need no base"),
        ("warc.paths", "", "say what its paths are relative to"),
    ):
        with pytest.raises(ArchiveError, match=says):
            listed_in(str(tmp_path / place), base)


def test_warc_files_below_a_prefix_in_s3_are_listed_refused_and_fetched_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moto = pytest.importorskip("moto")
    for name, value in (("ACCESS_KEY_ID", "k"), ("SECRET_ACCESS_KEY", "s"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    given = warc(tmp_path / "given", "first", ["p.example", "q.example"])
    with moto.mock_aws():
        objects.session.cache_clear()
        objects.client.cache_clear()
        objects.client().create_bucket(Bucket="archive")
        for key, data in (
            ("news/2026/b.warc.gz", given.read_bytes()), ("news/2026/a.warc.gz", b"<html>"), ("news/index.html", b"x"),
            ("newspaper/c.warc.gz", b""),
        ):  # fmt: skip
            objects.client().put_object(Bucket="archive", Key=key, Body=data)
        base, names = listed_in("s3://archive/news/", "")
        assert names == ["archive/news/2026/a.warc.gz", "archive/news/2026/b.warc.gz"]
        with pytest.raises(ArchiveError, match=r"s3://archive/news/2026/a\.warc\.gz is no WARC file"):
            refuse(base, [Part(name, 0) for name in names], "")
        with pytest.raises(ArchiveError, match=r"c\.warc\.gz is no WARC file"):
            refuse("s3://archive/newspaper", [Part("c.warc.gz", 0)], "")
        with pytest.raises(LakeError, match=r"s3://archive/gone\.warc\.gz does not do as asked"):
            refuse("s3://archive", [Part("gone.warc.gz", 0)], "")
        with pytest.raises(ArchiveError, match="There is no WARC file"):
            listed_in("s3://archive/nothing", "")
        lake = tmp_path / "lake"
        with writing(lake, "test") as writer:
            path = fetched(lake, base, names[1], Network(), Settings(lake=lake))  # type: ignore[call-arg]
            assert path.read_bytes() == given.read_bytes()
            assert path.is_relative_to(lake / "downloads")
            take(writer, "one", path, Part(names[1], 0))
            assert parts(writer.connection, names, 9) == [Part(names[0], 0)]
            pages = writer.connection.execute("SELECT count(*) FROM lake.raw.captures WHERE kind = 'article'")
            assert pages.fetchall() == [(2,)]
    objects.session.cache_clear()
    objects.client.cache_clear()
