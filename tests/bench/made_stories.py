"""Made-up news with known stories: real Korean words, read by the real enrichers, none of it from a publisher.

What makes grouping hard is in it on purpose. Happenings of one kind share their words; some people, bodies and cities
are in the news every day; a story turns: later days bring new words and new people; an article spends a part of its
sentences on what has nothing to do with it; most happenings are told once. Copies are left out: they would be found as
copies, and joining them is no feat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from flows import gazetteer

BEGINS_AT = datetime(2026, 4, 6, tzinfo=UTC)
TOPICS = {
    "화재": "창고 소방대 진화 불길 연기 대피 스프링클러 배전반 누전 소방서 감식 잔해 방화벽 유독가스 인명피해 "
    "재산피해 구조대 헬기 산불 진화율 주민대피령 화재경보 소방차 잔불",
    "재판": "공판 선고 항소 변론 증인 기소 구형 판결문 배임 횡령 뇌물 영장 재판부 혐의 보석 피고인 진술 증거 "
    "법정 실형 집행유예 상고 공소장 무죄",
    "선거": "공천 경선 지지율 유세 후보 단일화 여론조사 투표율 개표 선거구 정당 공약 토론회 표심 사전투표 당원 "
    "출마 선거운동 비례대표 탈당 입당 지방선거 당대표 전당대회",
    "기업": "실적 매출 영업이익 인수 합병 지분 이사회 주주총회 공시 투자 상장 분기 수주 공급계약 자회사 배당 "
    "유상증자 구조조정 신사업 공장 증설 재고 원가 흑자",
    "노동": "파업 노조 임금 교섭 쟁의 조합원 해고 복직 단체협약 사측 휴업 성과급 근로시간 산업재해 안전모 "
    "작업중지 하청 원청 농성 집회 조정안 찬반투표 임단협 퇴직금",
    "교통": "열차 지하철 버스 노선 정류장 운임 환승 고속도로 터널 교량 정체 우회 개통 선로 탈선 신호기 교차로 "
    "횡단보도 음주운전 과속 단속 추돌 주차장 택시",
    "의료": "병원 환자 수술 백신 감염 병상 응급실 의료진 전공의 진료 처방 임상시험 신약 치료제 부작용 간호사 "
    "보건소 역학조사 확진 검역 의과대학 정원 건강보험 수가",
    "교육": "학교 교사 학생 수능 등록금 총장 교육감 급식 학급 방과후 입시 교과서 학칙 기숙사 장학금 연구비 논문 "
    "대학원 유치원 통학 돌봄 학부모 교권 징계",
    "체육": "경기 감독 선수 득점 결승 우승 연패 부상 이적 구단 리그 승점 홈런 투수 타율 골키퍼 연장전 승부차기 "
    "신인 드래프트 주장 관중 구장 예선",
    "문화": "전시 공연 영화 감독 배우 소설 문학상 축제 박물관 유물 복원 관람객 개막 음반 무대 연출 극장 작가 "
    "원고 미술관 조각 사진전 도서관 출판",
    "부동산": "아파트 분양 전세 재건축 청약 입주 임대 조합 시공사 용적률 착공 미분양 공시가격 보증금 대출 재개발 "
    "토지 철거 이주 감정가 경매 신도시 주택 월세",
    "환경": "수질 하천 미세먼지 방류 오염 매립장 소각장 폐기물 녹조 정수장 멸종위기 서식지 습지 생태 탄소 배출량 "
    "태양광 풍력 어업 적조 방제 기름띠 댐 수위",
}
_LISTS = {
    "common": "대책 조사 계획 회의 결과 자료 예산 협의 지원 사업 문제 관계자 상황 주민 지역 정부 의견 일정 발표 "
    "검토 절차 기준 확인 요구 논의 방안 점검 책임 설명 보고서 위원회 현장 시민 안전 피해 대상 비용 기관 "
    "규모 추진",
    "asides": "전문가 업계 시장 국회 여야 장관 날씨 휴일 연휴 물가 금리 환율 수출 관광객 인구 세금 예보 축사 성명",
    "bodies": "물산 건설 병원 대학교 경찰서 시청 연구원 노조 은행 전자 통운 화학 재단 협회 구단 미술관 조합 공사 "
    "제약 항공",
    "openers": "가온 나래 다솜 라온 마루 바른 새벽 아름 자람 차오름 타래 파란 하늬 고운 너울 도담 로운 미르 보람 소담",
    "closers": "빛 솔 내 울 길 뜰 샘 꽃 별 들 섬 달 숲 벌 채 결",
}
COMMON, ASIDES, BODIES, OPENERS, CLOSERS = (words.split() for words in _LISTS.values())


@dataclass(frozen=True, slots=True)
class Told:
    """One made-up article. Articles of one `story` tell one happening."""

    number: int
    story: int
    publisher: str
    title: str
    body: tuple[str, ...]
    published_at: datetime


@dataclass(slots=True)
class _Happening:
    number: int
    topic: str
    begins_at: datetime
    days: int
    size: int
    people: list[str]
    bodies: list[str]
    places: list[str]
    words: list[str]  # its own few words of the topic
    things: list[str]  # pairs of words, its own
    turns: list[tuple[str, list[str], str]] = field(default_factory=list)  # a day's new person, words, thing


class MadeStories:
    """`count` articles over `days` days, in the order of publication; the same ones for the same seed."""

    def __init__(self, seed: int, count: int, days: int = 10) -> None:
        self._random = np.random.default_rng(seed)
        self._days = days
        self._surnames = sorted(gazetteer.terms("surnames"))
        rows = gazetteer.table("given_syllables")
        self._given = [[row["syllable"] for row in rows if row[place]] for place in ("first", "second")]
        self._cities = sorted(gazetteer.terms("cities"))
        self._topics = {topic: [topic, *words.split()] for topic, words in TOPICS.items()}
        self._every_word = sorted({word for words in self._topics.values() for word in words})
        self._known_people = [self._person() for _ in range(60)]
        self._known_bodies = [self._body() for _ in range(40)]
        self._known_places = [self._pick(self._cities) for _ in range(12)]
        self._publishers = [f"{self._pick(OPENERS)}{self._pick(CLOSERS)}신문" for _ in range(40)]
        self._past: list[_Happening] = []
        self.articles = self._all(count)

    def _all(self, count: int) -> list[Told]:
        drafts: list[tuple[datetime, _Happening]] = []
        number = 0
        while len(drafts) < count:
            number += 1
            happening = self._happening(number)
            for _ in range(happening.size):
                # Most is written at once: the hours after it began, thinning out over its days.
                share = self._random.random() ** 2
                drafts.append((happening.begins_at + timedelta(days=happening.days * float(share)), happening))
        drafts = sorted(drafts[:count], key=lambda one: (one[0], one[1].number))
        return [self._told(number, at, happening) for number, (at, happening) in enumerate(drafts, 1)]

    def _happening(self, number: int) -> _Happening:
        topic = self._pick(list(self._topics))
        size = 1 if self._random.random() < 0.6 else min(int(self._random.pareto(1.0) + 2), 80)
        days = 1 if size < 3 else int(self._random.integers(1, 8))
        at = BEGINS_AT + timedelta(days=float(self._random.random() * self._days))
        made = _Happening(
            number,
            topic,
            at,
            days,
            size,
            people=[self._someone() for _ in range(int(self._random.integers(2, 5)))],
            bodies=[self._somebody() for _ in range(2)],
            places=[self._somewhere() for _ in range(int(self._random.integers(1, 3)))],
            words=self._some(self._topics[topic], 7),
            things=[self._thing(topic) for _ in range(4)],
        )
        if self._past and self._random.random() < 0.15:  # other news of the same people, of one kind, in the same days
            other = self._past[int(self._random.integers(len(self._past)))]
            topic = made.topic = other.topic
            made.people[0], made.bodies, made.places = other.people[0], other.bodies, other.places
            made.words = self._some(self._topics[topic], 7)
            made.things = [self._thing(topic) for _ in range(4)]
            made.begins_at = other.begins_at + timedelta(days=float(self._random.random() * 4))
        self._past.append(made)
        made.turns = [(self._someone(), self._some(self._topics[topic], 3), self._thing(topic)) for _ in range(days)]
        return made

    def _told(self, number: int, at: datetime, of: _Happening) -> Told:
        day = min(int((at - of.begins_at) / timedelta(days=1)), of.days - 1)
        turns = of.turns[max(0, day - 1) : day + 1] if day else []
        people = [*of.people, *(person for person, _, _ in turns)]
        words = [*of.words, *(word for _, some, _ in turns for word in some)]
        things = [*of.things, *(thing for _, _, thing in turns)]
        sentences = [self._sentence(of.topic, people, of.bodies, of.places, words, things)]
        for _ in range(int(self._random.integers(4, 9))):
            draw = self._random.random()
            if draw < 0.7:
                sentences.append(self._sentence(of.topic, people, of.bodies, of.places, words, things))
            else:
                sentences.append(self._aside(of.topic))
        about = f"{self._loosely(self._pick(things))} {self._pick(words)}"
        title = f"{self._pick(of.places)} {about}, {self._pick(of.bodies)} {self._pick(COMMON)}"
        body = tuple(" ".join(sentences[i : i + 2]) for i in range(0, len(sentences), 2))
        return Told(number, of.number, self._pick(self._publishers), title, body, at)

    def _sentence(
        self,
        topic: str,
        people: Sequence[str],
        bodies: Sequence[str],
        places: Sequence[str],
        words: Sequence[str],
        things: Sequence[str],
    ) -> str:
        who, body, place = self._pick(people), self._pick(bodies), self._pick(places)
        word, other, common = self._pick(words), self._pick(words), self._pick(COMMON)
        thing, known = self._loosely(self._pick(things)), self._pick(self._topics[topic])
        forms = (
            f"{_with(body, '은는')} {place}에서 {thing} {_with(common, '을를')} 두고 {word} {other}에 답했다.",
            f"{who} {body} 대표는 {thing}에 대해 {_with(word, '이가')} 먼저라고 말했다.",
            f"{place} {_with(thing, '을를')} 둘러싼 {known} {common}에서 {_with(other, '이가')} 나왔다.",
            f"{_with(who, '은는')} {_with(word, '을를')} 확인했고 {thing} {common} 등을 {body}에 넘겼다고 했다.",
            f"이번 {known} {common}에는 {_with(body, '과와')} {place} {common} 등이 {_with(other, '을를')} 맡는다.",
            f"{body} 관계자는 {_with(other, '과와')} {known} {_with(common, '이가')} {thing} 때문이라고 설명했다.",
            f"{place}의 {word} {_with(common, '은는')} {_with(who, '이가')} {_with(thing, '을를')} 알리면서 드러났다.",
        )
        return str(self._pick(forms))

    def _loosely(self, thing: str) -> str:
        """The thing as one of several outlets words it."""
        one, other = thing.split()
        return str(self._pick((thing, thing, one, other, f"{one}의 새 {other}", f"{other} 쪽 {one}")))

    def _aside(self, topic: str) -> str:
        known, aside, common = self._pick(self._topics[topic]), self._pick(ASIDES), self._pick(COMMON)
        stranger = self._pick(self._every_word)
        forms = (
            f"{_with(aside, '은는')} 올해 {known} {_with(common, '이가')} 늘었다고 본다.",
            f"한편 {self._pick(self._known_people)} 의원은 {aside} {common}에서 {_with(stranger, '을를')} 거론했다.",
            f"{self._pick(self._known_places)} {aside} {common}도 {stranger} 탓에 미뤄졌다.",
            f"{self._pick(self._known_bodies)}의 지난달 {known} {_with(common, '은는')} 아직 공개되지 않았다.",
        )
        return str(self._pick(forms))

    def _someone(self) -> str:
        return self._pick(self._known_people) if self._random.random() < 0.35 else self._person()

    def _somebody(self) -> str:
        return self._pick(self._known_bodies) if self._random.random() < 0.4 else self._body()

    def _somewhere(self) -> str:
        return self._pick(self._known_places) if self._random.random() < 0.5 else self._pick(self._cities)

    def _person(self) -> str:
        return self._pick(self._surnames[:60]) + self._pick(self._given[0]) + self._pick(self._given[1])

    def _body(self) -> str:
        return self._pick(OPENERS) + self._pick(CLOSERS) + self._pick(BODIES)

    def _thing(self, topic: str) -> str:
        return f"{self._pick(self._topics[topic])} {self._pick(self._every_word)}"

    def _some(self, words: Sequence[str], count: int) -> list[str]:
        return [words[int(i)] for i in self._random.choice(len(words), size=count, replace=False)]

    def _pick(self, of: Sequence[str]) -> str:
        return of[int(self._random.integers(len(of)))]


def _with(word: str, pair: str) -> str:
    """A word with the particle that its last sound asks for, the one after a consonant first."""
    ends_in_consonant = "가" <= word[-1] <= "힣" and (ord(word[-1]) - ord("가")) % 28 > 0
    return word + (pair[0] if ends_in_consonant else pair[1])


def b_cubed(pairs: Sequence[tuple[object, object]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of (label, found) pairs, one an article (Bagga and Baldwin 1998)."""
    label, found, both = (dict[object, int]() for _ in range(3))
    for one, other in pairs:
        label[one] = label.get(one, 0) + 1
        found[other] = found.get(other, 0) + 1
        both[one, other] = both.get((one, other), 0) + 1
    n = max(1, len(pairs))
    precision = sum(count * count / found[other] for (_, other), count in both.items()) / n  # type: ignore[misc]
    recall = sum(count * count / label[one] for (one, _), count in both.items()) / n  # type: ignore[misc]
    return precision, recall, 2 * precision * recall / max(1e-12, precision + recall)
