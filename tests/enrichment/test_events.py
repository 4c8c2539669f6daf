"""Events: to say of somebody that he was charged, dismissed or dropped when nobody said so is worse than silence."""

from datetime import datetime, timedelta, timezone

import pytest

from flows.enrichment import amounts, dates, events, reading
from flows.enrichment.document import Document, Event, Mention, Organisation, Person

KST = timezone(timedelta(hours=9))
BODIES = (
    "한빛전자",
    "새길화학",
    "푸른은행",
    "한빛부",
    "가람클라우드",
    "XY AI",
    "강릉지법",
    "서울중앙지검",
    "온누리재단",
)
PEOPLE = (("윤가람", "대표"), ("한도윤", "교수"))


def told(*body: str, captions: tuple[str, ...] = (), lang: str = "ko") -> list[Event]:
    document = Document("x", None, body, captions, lang, published_at=datetime(2026, 1, 18, 9, 0, tzinfo=KST))
    laid_out = reading.read(document)
    here = (Mention(0, 0, 1),)
    people = [Person(name, None, role, False, here) for name, role in PEOPLE]
    bodies = [Organisation(name, (), here) for name in (*BODIES, "Acme Corp", "Borealis Bank")]
    if lang == "en":
        people.append(Person("Jane Doe", None, None, False, here))
    return list(events.enrich(laid_out, people, bodies, dates.enrich(laid_out), amounts.enrich(laid_out)))


EVERY_TYPE = [
    ("appointment", "한빛전자는 윤가람 부사장을 새 대표로 선임했다.", ("윤가람",), "한빛전자", "새 대표"),
    ("appointment", "윤가람 교수가 한빛부 장관에 취임했다.", ("윤가람",), None, "한빛부 장관"),
    ("resignation", "윤가람 대표가 17일 사임했다.", ("윤가람",), None, None),
    ("resignation", "윤가람 대표가 사의를 표명했다.", ("윤가람",), None, None),
    ("resignation", "한빛전자는 윤가람 대표를 해임했다.", ("윤가람",), "한빛전자", None),
    ("award", "한도윤 교수가 푸른과학상을 받았다.", ("한도윤",), None, "푸른과학상"),
    ("award", "온누리재단은 한도윤 교수에게 푸른과학상을 수여했다.", ("한도윤",), "온누리재단", "푸른과학상"),
    ("selection", "한빛부는 가람클라우드를 우선협상대상자로 선정했다.", ("가람클라우드",), "한빛부", "우선협상대상자"),
    ("elimination", "2차 심사에서 가람클라우드와 XY AI가 탈락했다.", ("가람클라우드", "XY AI"), None, "2차 심사"),
    ("merger", "한빛전자와 새길화학이 합병했다.", ("한빛전자", "새길화학"), None, None),
    ("merger", "한빛전자가 새길화학을 인수했다.", ("한빛전자", "새길화학"), None, None),
    ("contract", "한빛전자는 푸른은행과 공급 계약을 체결했다.", ("한빛전자", "푸른은행"), None, "공급 계약"),
    ("indictment", "서울중앙지검은 한도윤 씨를 사기 혐의로 불구속 기소했다.", ("한도윤",), "서울중앙지검", "사기 혐의"),
    ("indictment", "한도윤 씨는 사기 혐의로 재판에 넘겨졌다.", ("한도윤",), None, "사기 혐의"),
    ("verdict", "강릉지법은 한도윤 씨에게 징역 3년을 선고했다.", ("한도윤",), "강릉지법", "징역 3년"),
    ("verdict", "한도윤 씨는 벌금 500만원을 선고받았다.", ("한도윤",), None, "벌금 500만원"),
    ("death", "한도윤 교수가 지난 3일 별세했다.", ("한도윤",), None, None),
    ("death", "이 사고로 승객 3명이 숨졌다.", ("승객 3명",), None, None),
    ("disaster", "강릉시 한 배터리 공장에서 화재가 발생했다.", ("강릉시 한 배터리 공장",), None, "화재"),
    ("disaster", "어선이 침몰했다.", ("어선",), None, "침몰"),
    ("earnings", "한빛전자는 지난해 영업이익 1200억원을 기록했다.", ("한빛전자",), None, "영업이익 1200억원"),
    ("launch", "한빛전자가 새 휴대전화를 출시했다.", ("한빛전자",), None, "새 휴대전화"),
    ("refusal", "푸른은행은 한빛부의 제안을 거절했다.", ("푸른은행",), None, "한빛부의 제안"),
]


@pytest.mark.parametrize(
    ("kind", "text", "who", "by", "what"), EVERY_TYPE, ids=[f"{k}-{t[:12]}" for k, t, *_ in EVERY_TYPE]
)
def test_each_type_is_told_with_its_people(
    kind: str, text: str, who: tuple[str, ...], by: str | None, what: str | None
) -> None:
    (one,) = told(text)
    assert (one.type, one.modality, one.who, one.decided_by, one.what) == (kind, "asserted", who, by, what)
    assert one.text == text
    assert text[one.start : one.end] == text


def test_all_types_are_tried_above() -> None:
    assert {kind for kind, *_ in EVERY_TYPE} == set(events.TYPES)


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("한빛전자는 새길화학과 합병하기로 했다.", "planned"),
        ("한빛전자는 오는 3월 새길화학과 합병할 예정이다.", "planned"),
        ("한빛전자는 새길화학을 인수할 계획이라고 밝혔다.", "planned"),
        ("한빛전자가 다음 달 새 휴대전화를 출시한다.", "planned"),
        ("윤가람 대표는 오는 5월 물러나겠다고 밝혔다.", "planned"),
        ("한빛전자는 윤가람 부사장을 새 대표로 내정했다.", "planned"),
        ("윤가람 대표는 사임하지 않았다.", "denied"),
        ("윤가람 대표는 사퇴하지 않겠다고 말했다.", "denied"),
        ("한빛전자는 새길화학을 인수했다는 보도는 사실이 아니라고 밝혔다.", "denied"),
        ("한빛전자는 새길화학과 합병한 적이 없다고 밝혔다.", "denied"),
        ("한빛전자는 새길화학과 합병한다는 소문을 부인했다.", "denied"),
        ("윤가람 대표가 사임한 것으로 알려졌다.", "alleged"),
        ("한빛전자가 새길화학을 인수했다는 의혹이 제기됐다.", "alleged"),
        ("윤가람 대표가 사의를 표명했다고 한다.", "alleged"),
        ("한빛전자가 새길화학을 인수할 것이라는 관측이 나온다.", "alleged"),
        ("한빛전자는 윤가람 부사장을 새 대표로 선임했다고 17일 밝혔다.", "asserted"),
        ("윤가람 대표가 사임한 것으로 확인됐다.", "asserted"),
        ("윤가람 대표가 사임했지만 공장은 그대로 돌아간다.", "asserted"),
    ],
)
def test_what_is_told_planned_denied_and_alleged_is_kept_apart(text: str, modality: str) -> None:
    assert [event.modality for event in told(text)] == [modality]


@pytest.mark.parametrize(
    "text",
    [
        "한빛전자가 새길화학을 인수한다면 값이 오른다.",
        "윤가람 대표가 사임하더라도 공장은 돌아간다.",
        "윤가람 대표가 사임할 수 있다.",
        "윤가람 대표가 사임할 가능성이 크다.",
        "한빛전자가 새길화학을 인수할 경우 빚이 는다.",
        "윤가람 대표는 왜 사임했나?",
        "윤가람 대표 사퇴설이 돌았다.",
        "한빛전자의 새길화학 인수설이 다시 나왔다.",
        "영화 속에서 윤가람은 감옥에서 숨졌다.",
        "극 중 한도윤은 사기 혐의로 기소됐다.",
        '윤가람 대표는 "한도윤 교수가 사임했다"고 적힌 종이를 들었다.',
        "윤가람 대표는 한도윤 교수가 사임했다고 생각했다.",
        "값이 떨어졌다.",
        "한빛전자 주가가 떨어졌다.",
        "윤가람 대표는 선물을 받았다.",
        "한도윤 교수는 교통 계약 이야기를 맺었다.",
        "공장이 새 대표를 기다린다.",
        "지난해 사임한 윤가람 대표는 강릉에 산다.",
        "그는 상을 차렸다.",
        "강릉에서 잔치가 났다.",
    ],
)
def test_conditions_rumours_by_name_tales_and_thoughts_are_no_events(text: str) -> None:
    assert told(text) == []


def test_a_reason_belongs_to_the_one_it_is_stated_for() -> None:
    found = told(
        "한빛부가 주관하는 새길 사업 2차 심사에서 가람클라우드와 XY AI가 탈락했다.",
        "한빛부는 1곳만 떨어뜨릴 계획이었다. 가람클라우드는 남의 기술을 그대로 썼다고 판단, 추가 탈락시켰다.",
    )
    both, one = found
    assert (both.who, both.decided_by, both.reason) == (("가람클라우드", "XY AI"), "한빛부", None)
    assert (one.who, one.reason) == (("가람클라우드",), "남의 기술을 그대로 썼다고 판단")


def test_a_body_that_drops_others_is_not_taken_for_the_dropped_one() -> None:
    assert told("온누리재단은 기준에 못 미친다고 판단, 탈락시켰다.") == []


def test_a_reason_that_the_reporter_supposes_is_marked() -> None:
    (one,) = told("푸른은행은 제안을 거절했다. 얻는 것이 적다고 판단한 것으로 보인다.")
    assert (one.reason, one.is_reason_inferred) == ("얻는 것이 적다고 판단한 것으로 보인다", True)
    (one,) = told("윤가람 대표는 적자에 책임을 지고 물러났다.")
    assert (one.reason, one.is_reason_inferred) == ("적자에 책임을 지고", False)


def test_what_was_declined_may_stand_in_the_clause_before() -> None:
    (one,) = told("한빛부는 '두 번째 기회'를 주겠다고 했지만 가람클라우드와 XY AI 모두 거절했다.")
    assert (one.who, one.what) == (("가람클라우드", "XY AI"), "두 번째 기회")


def test_the_date_is_that_of_the_event_and_not_of_its_telling() -> None:
    (one,) = told("윤가람 대표가 지난 15일 사임했다고 한빛전자가 17일 밝혔다.")
    assert one.happened_on == "2026-01-15"
    (one,) = told("윤가람 대표가 사임했다고 한빛전자가 17일 밝혔다.")
    assert one.happened_on is None


def test_an_undated_choice_takes_the_day_of_the_announced_results() -> None:
    body = "한빛부가 주관하는 새길 바다 사업 2차 심사에서 가람클라우드가 탈락했다."
    (one,) = told(body, captions=("한빛부 관계자가 지난 15일 새길 바다 사업 2차 심사 결과를 발표하고 있다.",))
    assert one.happened_on == "2026-01-15"
    (other,) = told(body, captions=("한빛부 관계자가 지난 15일 다른 사업 결과를 발표하고 있다.",))
    assert other.happened_on is None


def test_not_applying_is_a_refusal_and_applying_is_no_event() -> None:
    (one,) = told("가람클라우드는 추가 선발에 신청하지 않기로 했다.")
    assert (one.type, one.modality, one.who) == ("refusal", "asserted", ("가람클라우드",))
    assert told("가람클라우드는 추가 선발에 신청했다.") == []


def test_a_body_is_not_charged_with_what_its_manager_is_charged_with() -> None:
    (one,) = told("한빛전자 현장소장 등 3명은 사기 혐의로 기소됐다.")
    assert one.who == ("한빛전자 현장소장 등 3명",)


def test_what_is_done_or_to_be_done_is_left_open() -> None:
    assert told("한빛전자는 푸른은행과 업무협약을 맺고 공장을 늘리겠다고 밝혔다.") == []


def test_a_family_name_with_a_title_is_the_person() -> None:
    found = told("윤가람 대표는 공장을 찾았다.", "윤 대표는 17일 사임했다.")
    assert [event.who for event in found] == [("윤가람",)]


def test_a_merger_told_by_the_noun_has_the_topic_as_its_other_side() -> None:
    (one,) = told("한빛전자는 자체 로봇을 만든다. 새 사업은 새길화학과의 합병을 통해 시작할 것으로 보인다.")
    assert (one.type, one.modality, one.who) == ("merger", "planned", ("한빛전자", "새길화학"))


def test_an_event_told_twice_is_one_row_the_fuller_one() -> None:
    found = told("윤가람 대표가 사임했다.", "윤가람 대표는 지난 15일 적자에 책임을 지고 사임했다.")
    assert [(event.happened_on, event.paragraph) for event in found] == [("2026-01-15", 1)]


@pytest.mark.parametrize(
    ("text", "kind", "modality"),
    [
        ("Jane Doe resigned as chair of the board on Monday.", "resignation", "asserted"),
        ("Acme Corp will acquire Borealis Bank.", "merger", "planned"),
        ("Acme Corp was charged with fraud.", "indictment", "asserted"),
        ("Jane Doe reportedly resigned.", "resignation", "alleged"),
        ("Acme Corp declined to comment.", None, None),
        ("If Acme Corp acquired Borealis Bank, prices would rise.", None, None),
        ("Acme Corp declined the offer of a second round.", "refusal", "asserted"),
    ],
)
def test_the_commonest_english_events_are_read(text: str, kind: str | None, modality: str | None) -> None:
    assert [(event.type, event.modality) for event in told(text, lang="en")] == ([(kind, modality)] if kind else [])
