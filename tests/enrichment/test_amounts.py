"""Amounts: a figure that is off by ten thousand is worse than none, and `12억원` must add up with `1,200,000,000원`."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import gazetteer
from flows.enrichment import amounts, numerals
from flows.enrichment.lexicon import counters

Value = tuple[str, str, float, float | None, str | None]


def found(text: str, lang: str = "ko") -> list[Value]:
    return [(a.text, a.kind, a.value, a.value_to, a.unit) for a in amounts.read(text, 0, lang)]


KOREAN: list[tuple[str, Value]] = [
    ("12억원을 냈다", ("12억원", "money", 1.2e9, None, "KRW")),
    ("3조 5천억 원", ("3조 5천억 원", "money", 3.5e12, None, "KRW")),
    ("1만2천 달러", ("1만2천 달러", "money", 12_000, None, "USD")),
    ("1억2,345만6,000원", ("1억2,345만6,000원", "money", 123_456_000, None, "KRW")),
    ("1.5조원", ("1.5조원", "money", 1.5e12, None, "KRW")),
    ("이백만 원", ("이백만 원", "money", 2e6, None, "KRW")),
    ("호주 달러로 300 호주 달러", ("300 호주 달러", "money", 300, None, "AUD")),
    ("500 페소", ("500 페소", "money", 500, None, None)),
    ("$1.2bn 규모", ("$1.2bn", "money", 1.2e9, None, "USD")),
    ("3만~5만 원", ("3만~5만 원", "money", 30_000, 50_000, "KRW")),
    ("100∼200만원", ("100∼200만원", "money", 1e6, 2e6, "KRW")),
    ("10~20% 올랐다", ("10~20%", "percentage", 10, 20, "%")),
    ("0.5%p 내렸다", ("0.5%p", "percentage_point", 0.5, None, "%")),
    ("0.5% 포인트 내렸다", ("0.5% 포인트", "percentage_point", 0.5, None, "%")),
    ("성장률은 -0.3%였다", ("-0.3%", "percentage", -0.3, None, "%")),
    ("마이너스 2% 성장", ("마이너스 2%", "percentage", -2, None, "%")),
    ("10명이 왔다", ("10명", "count", 10, None, "person")),
    ("1만3181명", ("1만3181명", "count", 13_181, None, "person")),
    ("열두 명이 왔다", ("열두 명", "count", 12, None, "person")),
    ("2개사가 떨어졌다", ("2개사", "count", 2, None, "company")),
    ("양대 회사가", ("양대", "count", 2, None, None)),
    ("버스 30대", ("30대", "count", 30, None, "machine")),
    ("3.3㎡에", ("3.3㎡", "measure", 3.3, None, "m2")),
    ("시속 105km다", ("105km", "measure", 105, None, "km")),
    ("2.5배로", ("2.5배", "multiple", 2.5, None, "times")),
    ("4분의 3이", ("4분의 3", "fraction", 0.75, None, "1")),
]


@pytest.mark.parametrize(("text", "amount"), KOREAN, ids=[text for text, _ in KOREAN])
def test_each_notation_has_one_value_and_one_unit(text: str, amount: Value) -> None:
    assert found(text) == [amount]


@pytest.mark.parametrize(
    ("text", "lang", "amount"),
    [
        ("It paid $1.2 billion.", "en", ("$1.2 billion", "money", 1.2e9, None, "USD")),
        ("It paid €3 million.", "en", ("€3 million", "money", 3e6, None, "EUR")),
        ("It paid 3 million euros.", "en", ("3 million euros", "money", 3e6, None, "EUR")),
        ("About 1.5 million people came.", "en", ("1.5 million people", "count", 1.5e6, None, "person")),
        ("Rates rose 0.5 percentage points.", "en", ("0.5 percentage points", "percentage_point", 0.5, None, "%")),
        ("Es kostet 3,5 Mio. Euro.", "de", ("3,5 Mio. Euro", "money", 3.5e6, None, "EUR")),
        ("1.200 Menschen kamen.", "de", ("1.200 Menschen", "count", 1200, None, "person")),
        ("Il coûte 3,5 milliards d'euros.", "fr", ("3,5 milliards d'euros", "money", 3.5e9, None, "EUR")),
        ("売上は3億円", "ja", ("3億円", "money", 3e8, None, "JPY")),
        ("¥300", "zh", ("¥300", "money", 300, None, "CNY")),
        ("¥300", "ja", ("¥300", "money", 300, None, "JPY")),
    ],
)
def test_other_languages_keep_their_own_marks(text: str, lang: str, amount: Value) -> None:
    assert found(text, lang) == [amount]


@pytest.mark.parametrize(
    "text",
    [
        "30대 남성", "3대 악재", "5세대 통신", "2위", "3개월", "18일", "2026년", "오후 3시 20분", "B200 4K 클러스터",
        "코로나19", "수십억 원", "몇 명", "몇 천만 원", "절반", "두 번째", "한편 경찰은", "한명숙", "2인자", "만 60세",
        "3원칙", "02-123-4567", "3:1", "5월 3일", "96~7% 줄었다",
    ],
)  # fmt: skip
def test_ranks_ages_dates_names_and_vague_figures_are_no_amounts(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("약 30%", "about"),
        ("10여 명", "about"),
        ("40명대", "about"),
        ("3조원 안팎", "about"),
        ("5000억원 이상", "at_least"),
        ("최소 3명", "at_least"),
        ("100만원 이하", "at_most"),
        ("최대 20%", "at_most"),
        ("1억 원이 넘는 돈", None),
        ("300명 미만", "under"),
        ("10% 초과", "over"),
        ("3% 대 5%", None),
    ],
)
def test_how_exact_it_is_meant_is_kept(text: str, qualifier: str | None) -> None:
    assert amounts.read(text)[0].qualifier == qualifier


def in_korean(number: int, *, small: bool, gap: str) -> str:
    """The number as Korean papers write it, in digits with 조, 억, 만, and 천 where asked."""
    parts = []
    for size, sign in ((10**12, "조"), (10**8, "억"), (10**4, "만"), (1, "")):
        group, number = divmod(number, size)
        if group and small and group % 1000 == 0:
            parts.append(f"{group // 1000}천{sign}")
        elif group:
            parts.append(f"{group}{sign}")
    return gap.join(parts)


@given(st.integers(1, 10**16 - 1), st.booleans(), st.sampled_from(["", " "]), st.sampled_from(["원", " 원", "명"]))
def test_what_is_written_in_korean_notation_is_read_back(number: int, small: bool, gap: str, unit: str) -> None:
    (one,) = amounts.read(f"모두 {in_korean(number, small=small, gap=gap)}{unit}이다.")
    assert one.value == float(number)


@given(st.integers(0, 10**15), st.integers(0, 99))
def test_grouped_digits_are_read_back_whichever_mark_groups_them(whole: int, cents: int) -> None:
    text = f"{whole:,}.{cents:02d}"
    turned = text.translate(str.maketrans(",.", ".,"))
    assert (
        numerals.western(text)
        == numerals.western(turned, has_decimal_comma=True)
        == whole + numerals.Fraction(cents, 100)
    )


@given(st.integers(1, 99))
def test_native_numbers_are_read_back(number: int) -> None:
    tens = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]
    ones = ["", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"]
    word = "스무" if number == 20 else tens[number // 10] + ones[number % 10]
    assert numerals.native(word) == number


@pytest.mark.parametrize("text", ["2만 5천억", "3십 2백"])
def test_parts_out_of_order_are_no_number(text: str) -> None:
    assert numerals.korean(text) is None


def test_units_agree_with_the_counting_words_that_the_tagger_knows() -> None:
    kinds = {"money": "money", "percentage": "share", "percentage_point": "share", "multiple": "share"}
    for row in gazetteer.table("amount_units"):
        known = counters().get(row["unit"])
        if known and known != "rank":
            assert kinds.get(row["kind"], row["kind"]) == known, row["unit"]


def test_offsets_hold_the_amount_and_overlap_nowhere() -> None:
    text = "한빛전자는 3조 5천억 원을 들여 12명과 3.3㎡당 10~20% 싼 집 두 채를 지었다."
    spans = amounts.read(text)
    assert [text[a.start : a.end] for a in spans] == [a.text for a in spans]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert len(spans) == 5


def test_a_table_of_figures_is_read_up_to_a_limit_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = {1_000: 0, 2_000: 0}
    inner = amounts._number
    for size in counted:
        calls = 0

        def counting(*args: object, **kwargs: object) -> object:
            nonlocal calls
            calls += 1
            return inner(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(amounts, "_number", counting)
        assert len(amounts.read("1,234만 원 " * size)) == size
        counted[size] = calls
    assert counted[2_000] == 2 * counted[1_000]
