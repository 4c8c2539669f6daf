"""What Korean news pages print around an article: bylines, datelines, captions with credits, crew lines, notices.

Conventions after the project's notes on Korean news (sections 2.4 to 2.8). Lines are read whole: a pattern must
account for nearly all of a line before the line is taken out of a body, since prose holds the same words.
"""

import re
from enum import StrEnum
from functools import cache

from flows import gazetteer
from flows.extraction.article import Author, Caption
from flows.extraction.pictures import MARKS

MAX_BYLINE_CHARS = 160

_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석"
    "선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감음빈동온호범좌팽승간견시"
)
_COMPOUND_SURNAMES = ("남궁", "황보", "제갈", "사공", "선우", "독고", "서문")
NAME = r"[가-힣]{2,4}"
EMAIL = r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
_EMAIL = re.compile(EMAIL)
_NOT_NAMES = frozenset(
    [
        "기자", "사진", "제공", "취재", "편집", "뉴스", "신문", "방송", "일보", "연합", "서울", "부산", "대구",
        "인천", "광주", "대전", "울산", "세종", "제주", "경기", "강원", "충북", "충남", "전북", "전남", "경북",
        "경남", "디지털", "온라인", "사회", "정치", "경제", "문화", "국제", "스포츠", "연예", "영상", "자료", "화면",
        "본지", "기사", "입력", "수정", "공유", "인쇄", "구독", "댓글", "이메일", "제작", "구성", "출처", "캡처",
        "촬영", "글자", "오늘", "어제", "지난", "이날", "관련", "담당", "편집부", "취재부", "보도국", "사회부",
        "정치부", "경제부", "국제부", "문화부", "산업부", "편집국", "뉴스팀", "취재팀", "전국부", "기획부",
        "디지털부", "온라인팀", "디지털뉴스부", "스포츠부", "연예부", "시민", "독자", "한국", "미국", "중국", "일본",
        "정부", "국회", "선임", "전문", "인턴", "객원", "수습", "논설", "연합뉴스", "뉴시스", "전문가", "기고",
        "칼럼", "특별", "취재진", "현장", "단독", "종합",
    ]
)  # fmt: skip
_JOIN = r"\s?[·ㆍ・,/&]\s?"


class Line(StrEnum):
    """What a line around or inside an article is, when it is not the article."""

    BYLINE = "byline"
    NOTICE = "notice"
    CREDIT = "credit"
    CREW = "crew"
    CONTROL = "control"
    LABEL = "label"


@cache
def roles() -> str:
    """The roles that bylines give, longest first, as an alternation."""
    return "|".join(sorted((re.escape(role) for role in gazetteer.terms("reporter_roles")), key=len, reverse=True))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    role = roles()
    return {
        "named": re.compile(rf"(?<![가-힣])({NAME}(?:(?:{_JOIN}|\s){NAME}){{0,7}}?)\s?({role})(?![가-힣])"),
        "before_mail": re.compile(rf"(?<![가-힣])({NAME})\s?[(\[<|/=:]?\s?({EMAIL})"),
        "dateline": re.compile(
            rf"^\s?[(\[【<](?:[^()\[\]【】<>]{{0,30}}?[=ㆍ·/,|]\s?)?[^()\[\]【】<>=]{{0,24}}?"
            rf"({NAME}(?:(?:{_JOIN}|\s){NAME}){{0,5}})\s?({role})[)\]】>]"
        ),
        "agency": re.compile(
            rf"^\s?[(\[【][^()\[\]【】=]{{1,30}}=[^()\[\]【】=]{{1,20}}[)\]】]\s?"
            rf"({NAME}(?:(?:{_JOIN}|\s){NAME}){{0,7}})\s?({role})\s?="
        ),
        "column": re.compile(rf"^\s?\[[^\[\]=]{{1,20}}=({NAME})의\s[^\[\]]{{1,20}}\]"),
        "sign_off": re.compile(
            rf"(?:^|[.\s])(?:지금까지\s.{{1,40}}\s)?[A-Za-z가-힣0-9]{{1,12}}(?:\s?뉴스)?\s({NAME})\s?({role})"
            rf"?(?:입니다|"
            rf"이었습니다|였습니다)\.?$"
        ),
    }


def is_name(text: str) -> bool:
    """Whether two to four syllables read like a Korean personal name: a known surname and no common word."""
    if not re.fullmatch(NAME, text) or text in _NOT_NAMES:
        return False
    if len(text) == 4:
        return text.startswith(_COMPOUND_SURNAMES)
    if text[-2:] in ("신문", "일보", "뉴스", "방송", "기자", "사진", "제공"):
        return False
    return text[0] in _SURNAMES


def _names(group: str) -> list[str]:
    return [name for name in re.split(r"[·ㆍ・,/&\s]+", group) if is_name(name)]


_MAIL_TAIL = re.compile(rf"\s*[(\[<]?\s?{EMAIL}\s?[)\]>]?\s*$")


def authors_in(line: str) -> tuple[Author, ...]:
    """The people a byline, dateline or crew line credits, with role and e-mail where the line gives them."""
    text = line[:400]
    emails = _EMAIL.findall(text)
    found: list[Author] = []
    for match in _patterns()["named"].finditer(text):
        found += [Author(name, match.group(2)) for name in _names(match.group(1))]
    if not found:
        found += [
            Author(match.group(1), None)
            for match in _patterns()["before_mail"].finditer(text)
            if is_name(match.group(1))
        ]
    if not found:
        found += _loose(_MAIL_TAIL.sub("", text))
    unique = {author.name: author for author in reversed(found)}
    people = [unique[name] for name in dict.fromkeys(author.name for author in found)]
    return tuple(
        Author(person.name, person.role, emails[index] if index < len(emails) else None)
        for index, person in enumerate(people)
    )


_CREDIT_TAIL = re.compile(rf"^({NAME})\s?/\s?(?:화면\s?캡처|사진|화면|자료|영상)")
_WRITER = re.compile(rf"^[\[(]?(?:글|글·사진|글ㆍ사진|취재|정리|대담·정리|구성|기획)\s?[:=·]?\s({NAME})[\])]?$")


def _loose(text: str) -> list[Author]:
    for pattern in (_CREDIT_TAIL, _WRITER, _patterns()["sign_off"]):
        match = pattern.search(text)
        if match and is_name(match.group(1)):
            return [Author(match.group(1), None)]
    return []


_CREW = re.compile(
    r"(취재|기획|구성|글)(?:\s?[·/,]\s?(?:구성|기획|글))?\s?[:：=]\s?(" + NAME + r"(?:" + _JOIN + NAME + r"){0,4})"
)
_CREW_LINE = re.compile(
    r"^[(\[<]?\s?(?:영상)?(?:취재|기획|편집|구성|제작|촬영|화면제공|작가|연출|그래픽|디자인|영상|VJ|"
    r"CG)\s?(?:기자|협조|편집)?\s?[:：]"
)
_CREW_AGAIN = re.compile(r"(?:취재|기획|편집|구성|제작|촬영|제공|디자인|그래픽)\s?[:：]")


def crew_authors(line: str) -> tuple[Author, ...]:
    """Who reported, out of a broadcast crew line: `( 취재 : 홍길동 / 영상편집 : ... )`. Other crew are no authors."""
    return tuple(
        Author(name, match.group(1))
        for match in _CREW.finditer(line[:300])
        if match.group(1) == "취재" and not line[max(0, match.start() - 2) : match.start()].endswith("영상")
        for name in _names(match.group(2))
    )


def dateline_authors(paragraph: str) -> tuple[Author, ...]:
    """The reporters in the brackets that open an article: `(서울=연합뉴스) 홍길동 기자 =`, `[데일리 홍길동 기자]`."""
    head = paragraph[:120]
    for key in ("agency", "dateline"):
        match = _patterns()[key].search(head)
        if match:
            return tuple(Author(name, match.group(2)) for name in _names(match.group(1)))
    match = _patterns()["column"].search(head)
    return (Author(match.group(1), None),) if match and is_name(match.group(1)) else ()


_LEFT_OVER = re.compile(r"[\W\d_]+|(?:외|명|글|사진|취재|정리|영상|입력|특파원|온라인|뉴스|편집|부|팀|및|기자)")
_CLAUSE = re.compile(r"(?:다|까|요|죠)[.?!]")


def is_byline(line: str) -> bool:
    """Whether a line credits writers and does nothing else."""
    text = line.strip()
    if not 2 < len(text) <= MAX_BYLINE_CHARS:
        return False
    if _CLAUSE.search(text) and not _SIGN_OFF.search(_MAIL_TAIL.sub("", text)):
        return False
    if _PROGRAMME.match(text):
        return False
    if _EMAIL.fullmatch(text.strip("()[]<> ")) or _DESK.fullmatch(text):
        return True
    people = authors_in(text)
    if not people:
        return False
    rest = _EMAIL.sub("", text)
    for person in people:
        rest = rest.replace(person.name, " ", 1)
    rest = re.sub(roles(), "", rest)
    has_mark = _EMAIL.search(text) is not None or any(person.role for person in people)
    limit = 16 if has_mark else 12
    return len(_LEFT_OVER.sub("", rest)) <= limit and len(text) <= 110


# Heads of programme transcripts name hosts and guests: text, not credits.
_PROGRAMME = re.compile(r"[\W_]*(?:진행|출연|출연자|대담|사회|방송|방송일시|게스트|인터뷰)\s?[:：]")
_SIGN_OFF = re.compile(
    r"^(?:지금까지\s.{1,40})?[A-Za-z가-힣0-9]{1,12}(?:\s?뉴스)?\s[가-힣]{2,4}(?:\s?기자)?(?:입니다|"
    r"이었습니다|였습니다)\.$"
)
_DESK = re.compile(
    r"[\[(<]?\s?(?:[가-힣A-Za-z0-9]{1,12}\s)?(?:디지털|온라인|인터넷|편집|취재|사회|경제|정치|국제|"
    r"문화|스포츠|연예|뉴미디어|[가-힣]{2,6})"
    r"(?:뉴스)?(?:국|부|팀|센터)\s?[\])>]?"
)

_MEDIA = r"(?:사진|영상|자료|화면|그래픽|캡처|캡쳐|이미지|출처|일러스트|자료사진|자료화면)"
_CREDIT_LINE = re.compile(
    rf"[\[(<【]?\s?/?\s?{_MEDIA}(?:\s?{_MEDIA}|\s?제공|\s?출처|\s?촬영)?\s?[=:：/·ㆍ|]\s?[^.。]{{1,60}}[\])>】]?"
    rf"|[\[(<]?\s?{_MEDIA}(?:\s?(?:출처|제공|캡처|캡쳐|촬영))\s?[=:：]?\s?[^.。]{{1,50}}[\])>]?"
    r"|[\[(<]?\s?[ⓒ©]\s?[^.。]{1,40}[\])>]?"
    r"|/\s?[가-힣A-Za-z0-9& ]{2,20}(?:\s?제공)?"
    r"|\([가-힣A-Za-z0-9· ]{2,20}\s?제공\)|\[[가-힣A-Za-z0-9·. ]{2,30}\s?(?:제공|자료사진|캡처)"
    r"(?:\.\s?재판매 및 DB ?금지)"
    r"?\](?:\s?\S+@\S+)?"
)
_CREDIT_IN_BYLINE = re.compile(
    rf"{NAME}\s?/\s?(?:(?:화면|사진)\s?(?:캡처|캡쳐|제공|출처)?|사진출처)\s?[:=]?\s?(?P<credit>[^/|]{{1,40}})$"
)
_CONTROL = re.compile(
    r"(?:본문 ?바로 ?가기|컨텐츠로 건너뛰기|기사 ?본문 ?(?:영역|내용)?|기자 ?구독|구독(?:하기)?|"
    r"좋아요|응원해요|후속 ?원해요|공유(?:하기)?|스크랩|인쇄(?:하기)?|"
    r"글자 ?크기.{0,20}|폰트 ?크기.{0,20}|글씨 ?크기.{0,20}|가장? ?(?:작은|큰|보통).{0,10}글자|목록|"
    r"이전 ?기사|다음 ?기사|원문 ?보기|뉴스|닫기|AD|광고|"
    r"이미지 ?확대(?:보기)?|이미지를 클릭하시면.{0,30}|읽어주기 기능은 크롬기반의|브라우저에서만 "
    r"사용하실 수 있습니다\.?|동영상 ?(?:뉴스|고정 ?취소)|"
    r"카카오톡|페이스북|트위터|네이버|밴드|URL ?복사|댓글 ?\d{0,6}|댓글 ?(?:쓰기|달기|보기)|추천 "
    r"?\d{0,5}|공감 ?\d{0,5}|화면 ?캡처|\(?끝\)?|"
    r"이 기사(?:가 좋으셨다면|를 추천합니다|에 대해 어떻게 생각하시나요\?)|네이버에서 .{1,20}구독.{0,"
    r"20}|.{1,20}(?:에서 직접 확인하세요\.|채널을 구독.{0,20})|"
    r"해당 언론사로 (?:연결|이동합니다\.)|쇼핑 핫아이템|소셜 댓글|맞춤 ?뉴스.{0,12}|세 줄 요약|AI "
    r"?(?:요약|해설 ?기사).{0,12}|주요 용어 해설|"
    r"기사가 속한 카테고리는 언론사가 분류합니다\.|언론사는 한 기사를 두 개 이상의 카테고리로 분류할 "
    r"수 있습니다\.|.{1,20} 언론사 이미지|"
    r"(?:입력|수정|등록|승인|발행|송고|게재|최종 ?수정|기사 ?입력|업데이트)\s?[:：]?\s?\d{4}.{0,60}|"
    r"■\s?제보하기.{0,40}|▷\s?(?:카카오톡|"
    r"전화|이메일|유튜브|네이버).{0,80}|"
    r"※ ?'?당신의 제보가 뉴스가 됩니다.{0,30}|\[?(?:카카오톡|전화|메일)\]?\s?(?:YTN|02-|social).{0,"
    r"60}|저작권자.{0,3}|무단.{0,3})",
)
_PROMPT = re.compile(
    r"(?:[▶☞▷►■◆●※▲]|\[?관련 ?(?:기사|뉴스)\]?|\[?(?:바로가기|클릭)\]?)\s?.{0,120}(?:바로 ?가기|구독|"
    r"보기|확인|클릭|제보|다운로드|"
    r"채널|앱|시청|관련|☞|▶|http).{0,60}"
)


_PLACEHOLDER = re.compile(r"(?:\$\$|##|\{\{|\[\[)[\w-]{2,40}(?:\$\$|##|\}\}|\]\])")


# A sentence that points at a picture and ends in a credit. Lists open their items with the same signs.
_MARKED_CAPTION = re.compile(
    rf"[{MARKS}]\s?.{{8,240}}(?:다|모습|장면|전경)\.?\s?[/(\[|]\s?.{{0,30}}(?:기자|제공|DB|캡처|뉴스|뉴시스)[\])]?$"
)


def kind_of(line: str) -> Line | None:
    """What a line is when it is not article text; None for article text."""
    text = line.strip()
    if not text:
        return Line.CONTROL
    if len(text) > 400:
        return None
    if _PLACEHOLDER.fullmatch(text) or (len(text) <= 120 and _CONTROL.fullmatch(text)):
        return Line.CONTROL
    if len(text) <= 200 and _PROMPT.fullmatch(text):
        return Line.CONTROL
    if _CREW_LINE.match(text) and (len(_CREW_AGAIN.findall(text)) > 1 or len(text) < 40):
        return Line.CREW
    if len(text) <= 100 and _CREDIT_LINE.fullmatch(text):
        return Line.CREDIT
    if text[0] in MARKS and len(text) <= 300 and _MARKED_CAPTION.match(text):
        return Line.CREDIT
    return Line.BYLINE if is_byline(text) else None


_SPLITS = (
    re.compile(
        rf"\s*[/|·]?\s?[\[(<【]\s?/?{_MEDIA}?(?:\s?(?:제공|출처|캡처|캡쳐|촬영))?\s?[=:：]\s?(?P<credit>[^\[\]()"
        rf"<>]{{1,50}})[\])>】]\s*$"
    ),
    re.compile(
        rf"\s*[/|]\s?{_MEDIA}?(?:\s?(?:제공|출처|캡처|캡쳐|촬영))?\s?[=:：]?\s?(?P<credit>[^/|.]{{1,40}}?)"
        rf"(?:\s?제공)?\s*$"
    ),
    re.compile(
        rf"\s*(?:^|[\s.]){_MEDIA}(?:\s?(?:제공|출처|캡처|캡쳐|촬영))?\s?[=:：]\s?(?P<credit>[^=:.]{{1,50}})\s*$"
    ),
    re.compile(r"\s*[ⓒ©]\s?(?P<credit>[^ⓒ©]{1,40})\s*$"),
    re.compile(
        r"\s*[\[(](?P<credit>[^\[\]()]{1,40}?)\s?(?:제공|자료사진)(?:\.[^\[\]()]{0,30})?[\])](?:\s?\S+@\S+)?\s*$"
    ),
    re.compile(r"(?<=다\.)\s(?P<credit>[^.]{2,30}?)(?:\s?제공)?\s*$"),
    re.compile(
        r"(?<=[.])\s(?P<credit>(?:[가-힣]{1,4}=)?(?:연합뉴스|뉴시스|뉴스1|로이터|AFP|AP|EPA|게티이미지|"
        r"[가-힣]{2,4}\s(?:선임|인턴)?기자))\s*$"
    ),
)


def caption_of(text: str, url: str | None = None) -> Caption:
    """A caption parted into what it shows and who is credited; either may be missing."""
    line = text.strip()
    if line.startswith(tuple(MARKS)):
        line = line.lstrip(MARKS + " ")
    mixed = _CREDIT_IN_BYLINE.match(line)
    if mixed:
        return Caption(None, mixed.group("credit").strip(), url)
    for pattern in _SPLITS:
        match = pattern.search(line)
        if match and _is_credit(match.group("credit")):
            rest = line[: match.start()].strip(" /|")
            return Caption(rest or None, match.group("credit").strip(" .=:"), url)
    return Caption(line or None, None, url)


def _is_credit(text: str) -> bool:
    return not re.search(r"(?:다|요)$", text.strip()) and len(text.strip()) > 1
