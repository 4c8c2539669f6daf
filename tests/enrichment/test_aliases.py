"""Aliases: without them the short form and the long one are two subjects."""

import pytest

from flows.enrichment import aliases, reading
from flows.enrichment.document import Document


def found(text: str) -> list[tuple[str, str]]:
    return [(a.short, a.long) for a in aliases.enrich(reading.read(Document("x", None, (text,), lang="ko")))]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("우리 바다 살리기 사업(이하 우바살)을 시작했다.", ("우바살", "우리 바다 살리기 사업")),
        ("한강물길대책본부(한대본)는 밝혔다.", ("한대본", "한강물길대책본부")),
        ("국제배구연맹(FIVB) 대회에 나간다.", ("FIVB", "국제배구연맹")),
        ("모델은 LLM(거대언어모델)이다.", ("LLM", "거대언어모델")),
        ("도시의 AI화(AX)를 돕는다.", ("AX", "도시의 AI화")),
        ("The Green Valley Trust (GVT) opened.", ("GVT", "Green Valley Trust")),
    ],
)
def test_it_reads_the_forms_in_which_a_short_name_is_introduced(text: str, pair: tuple[str, str]) -> None:
    assert found(text) == [pair]


@pytest.mark.parametrize(
    "text",
    [
        "김모(33)씨가 왔다.",
        "인천(仁川)에 갔다.",
        "윤가람(한빛당) 의원이다.",
        "값은 두 배(10만 원)다.",
        "윤가람(사진) 대표다.",
        "한빛전자(005930)가 올랐다.",
    ],
)
def test_other_notes_in_brackets_are_no_aliases(text: str) -> None:
    assert found(text) == []
