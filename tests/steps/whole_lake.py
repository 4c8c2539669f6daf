"""A small lake made by every stage, in this process: gathered from loopback, read, annotated, linked, indexed."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from flows.enrichment.annotator import annotator
from flows.enrichment.transformers import NO_TRANSFORMERS
from flows.extraction.article import EXTRACTOR
from flows.fetching.guard import Network
from flows.lake import due
from flows.lake.batches import Writer, writing
from flows.link import STEPS
from flows.steps import annotating, indexing, publishing, reading
from flows.steps.linking import Linking
from tests.discovery.channels import rss
from tests.fetching.fault_server import FaultServer, serving
from tests.steps.gathered import gather, source
from tests.steps.test_copies import Inline

HOST, OTHER = "harbour.example", "island.example"
MARKER = "비취빛 등대지기 오련달 씨는 보름마다 유리창을 닦는다고 말했다."
"""Stands in one article alone, `PATH` of `HOST`, beside what others say, too."""
NAME, HEADLINE, PATH = "오련달", "등대지기 오련달의 보름", "/news/lighthouse-4417"
REPORTER = "강물별"
COMMON = "시장 한가람은 부두를 새로 짓겠다고 밝혔다."


def page(headline: str, *sentences: str, links: str = "", by: str = "나루별") -> bytes:
    """One article page; `links` stands in its last paragraph."""
    body = "".join(f"<p>{sentence} 항구 사람들은 이 소식을 반겼다.</p>" for sentence in sentences)
    filler = "<p>아침 배는 늦게 떠났고 저녁 배는 제때 들어왔다. 시장에서는 생선값이 조금 내렸다.</p>" * 2
    return (
        f"<html lang='ko'><head><title>{headline}</title><meta property='og:title' content='{headline}'>"
        f"<meta property='og:type' content='article'><meta name='author' content='{by} 기자'>"
        "<meta property='article:published_time' content='2026-03-02T09:00:00+09:00'></head>"
        f"<body><article><h1>{headline}</h1>{body}{filler}<p>{links}</p></article></body></html>"
    ).encode()


def pages() -> dict[tuple[str, str], bytes]:
    """Four articles of one paper, one of which leads to the marked one, and two of another."""
    marked = f"<a href='http://{HOST}{PATH}'>{HEADLINE}</a>"
    found = {
        (HOST, PATH): page(HEADLINE, MARKER, COMMON, by=REPORTER),
        (HOST, "/news/pier-4418"): page("부두를 새로 짓는다", COMMON, "공사는 봄에 시작한다.", links=marked),
        (HOST, "/news/fish-4419"): page("생선값이 내렸다", "도매상 은가비 씨는 값이 더 내린다고 말했다."),
        (HOST, "/news/ferry-4420"): page("배가 늦었다", "선장 마루한 씨는 안개 때문이라고 말했다."),
        (OTHER, "/news/bell-5510"): page("섬의 종이 울렸다", "종지기 하늬솔 씨는 백 년 만이라고 말했다."),
        (OTHER, "/news/pier-5511"): page("건너편 부두 소식", COMMON),
    }
    for host in (HOST, OTHER):
        items = [
            f"<item><title>{body.decode().partition('<title>')[2].partition('</title>')[0]}</title>"
            f"<link>http://{host}{path}</link></item>"
            for (name, path), body in found.items()
            if name == host
        ]
        found[host, "/rss"] = rss(*items).encode()
    return found


def sources() -> list:
    """The two papers."""
    return [source(host.partition(".")[0], host, feeds=[f"http://{host}/rss"]) for host in (HOST, OTHER)]


def read(writer: Writer) -> None:
    """Read and annotate what is new."""
    if unread := due.unread(writer.connection, EXTRACTOR):
        done = reading.read_batch(writer.lake, tuple(unread))
        writer.commit("extract", "run", done.batch, [done.file])
    if keys := due.unannotated(writer.connection, EXTRACTOR, annotator()):
        noted = annotating.annotate_batch(writer.lake, EXTRACTOR, NO_TRANSFORMERS, tuple(keys))
        writer.commit("enrich", "run", noted.batch, noted.files)


def process(writer: Writer) -> None:
    """Read, annotate, link, index and publish what is new, in this process."""
    read(writer)
    linking = Linking(writer, Inline(), "run")  # type: ignore[arg-type]
    for step in STEPS:
        for _ in step.parts(linking):
            pass
    for _ in indexing.parts(writer, "run", annotator()):
        pass
    publishing.publish(writer)


def made(lake: Path) -> Path:
    """Make the lake in a folder."""
    server = FaultServer(pages=pages())
    with serving(server):
        gather(lake, sources(), Network(server.hosts(HOST, OTHER)))
    with writing(lake, "test") as writer:
        process(writer)
    return lake


@cache
def once() -> Path:
    """The lake, made once a test process; to be copied, never written to."""
    folder = Path(tempfile.mkdtemp(prefix="sillok-whole-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return made(folder / "lake")


def copied(lake: Path, folder: Path) -> Path:
    """The lake once more, to be changed; files by hard link where nothing writes into them."""
    for path in sorted(lake.rglob("*")):
        target = folder / path.relative_to(lake)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".parquet":
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder
