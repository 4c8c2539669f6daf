"""People: who is named, with the organisation and the title that the article states beside the name.

Reads entities, morphemes and texts; writes `Person`s. A name is a PS entity of more than a family name; family name
and title (`장 대표`), a given name, or the last part of a foreign name are mentions of the person named before. News
states org and title in five forms: NAME ORG ROLE, NAME ROLE, ORG NAME ROLE, ORG ROLE NAME, NAME(ORG).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flows import gazetteer
from flows.enrichment import entities_cjk, lexicon, titles
from flows.enrichment.document import Entity, Mention, Person
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.sentences import Span
from flows.enrichment.tokens import Token, has_hangul

VERSION = 4

_PLAIN = re.compile(r"[A-Za-z]|[○◯OX×*]+|.*[○◯×*].*|[가-힣]?[○◯]{2}|[A-Z]씨?")
_AFTER_UNNAMED = re.compile(r"\s?모(?:\s?\(|\s?씨|\s?군|\s?양|\s[가-힣])|\s?모$")
_PERSON_PARTICLE = re.compile(r"(?:은|는|이|가|의|와|과|도|를|을)(?=[\s,.])")
_FIRST_WORD = re.compile(r"[\s\d]")
_GENITIVE = re.compile(r"[가-힣]의 ")  # `하늘의 별`: no name of a person has a genitive inside
_OPENING, _CLOSING = "'‘\"“〈<《「『", "'’\"”〉>》」』"
_PRESS_ROLES = frozenset(["기자", "취재기자", "특파원", "앵커", "아나운서", "선임기자", "전문기자"])
_SIGNS = re.compile("[\u30a1-\u30fa\u30fc\u4e00-\u9fff々]{2,}")  # a name in Japanese or Chinese signs
_TAG = Token._fields.index("tag")  # half the time of the attribute, for every morpheme
MOST_READ = 60
"""Mentions of one person whose neighbours are read for titles."""


@dataclass(slots=True)
class _Found:
    """One person while the article is read."""

    name: str
    mentions: list[Mention] = field(default_factory=list)
    readings: list[titles.Title] = field(default_factory=list)


def enrich(reading: Reading, entities: Sequence[Entity]) -> tuple[Person, ...]:
    """People in the order in which they are first named in full. Never raises."""
    paragraphs = {paragraph.index: paragraph for paragraph in reading.paragraphs}
    spans = [_without_title(e) for e in entities if e.type == "PS"]
    found: dict[str, _Found] = {}
    rest: list[Entity] = []
    for entity in spans:
        paragraph = paragraphs[entity.paragraph]
        if _is_full(entity, paragraph):
            found.setdefault(entity.text, _Found(entity.text)).mentions.append(_mention(entity))
        else:
            rest.append(entity)
    _merge_parts(found)
    for entity in rest:
        owner = _owner(entity, paragraphs[entity.paragraph], found)
        if owner:
            owner.mentions.append(_mention(entity))
    context = titles.Context(entities, [paragraph.text for paragraph in reading.paragraphs])
    _add_missed(reading, found, entities, context)
    for person in found.values():
        person.mentions.sort(key=lambda m: (m.paragraph < 0 and m.paragraph != -1, abs(m.paragraph), m.start))
        person.readings = _readings(person, paragraphs, context)
    authors = frozenset(reading.document.author_names)
    return tuple(
        _person(person, reading.document.publisher)
        for person in found.values()
        if person.name in authors or _is_credible(person, paragraphs)
    )


def _add_missed(
    reading: Reading, found: dict[str, _Found], entities: Sequence[Entity], context: titles.Context
) -> None:
    """Names that the tagger passed over: of a person found elsewhere, or like a name with a title beside it."""
    covered = {(e.paragraph, at) for e in entities if e.type == "PS" for at in range(e.start, e.end)}
    for paragraph in reading.paragraphs:
        for token in [token for token in paragraph.tokens if token[_TAG] == "NNP"]:
            if token.end == token.start or (paragraph.index, token.start) in covered:
                continue
            # 김·상·욱: Kiwi takes a name that it does not know apart behind the family name.
            is_cut = token.end - token.start == 1 and paragraph.text[token.start + 3 : token.start + 4] in (" ", "(")
            end = token.start + 3 if is_cut else token.end
            name = paragraph.text[token.start : end]
            mention = Mention(paragraph.index, token.start, end)
            if name in found and len(name) > 2:
                found[name].mentions.append(mention)
            elif name not in found and _is_after_calling(paragraph, token.start, end):
                found[name] = _Found(name, [mention])
            elif len(name) == 3 and lexicon.is_name_like(name):
                title = titles.beside(paragraph, mention, context)
                if title and title.role:
                    found[name] = _Found(name, [mention])


def _is_after_calling(paragraph: Paragraph, start: int, end: int) -> bool:
    """`래퍼 비비가`: a calling of stage or sport right before, a particle of persons right behind."""
    name = paragraph.text[start:end]
    if not 2 <= len(name) <= 4 or not _PERSON_PARTICLE.match(paragraph.text, end) or name in lexicon.not_names():
        return False
    words = paragraph.text[max(0, start - 12) : start].split()
    return bool(words) and paragraph.text[start - 1] == " " and words[-1] in lexicon.callings()


def _is_credible(person: _Found, paragraphs: dict[int, Paragraph]) -> bool:
    """Whether a name has more to it than the tagger's word: a title, a shape, a person's particles."""
    name = person.name
    if any(title.role for title in person.readings) or any(_has_honorific(m, paragraphs) for m in person.mentions):
        return " " not in name or len(name.split()[0]) > 1
    mention = person.mentions[0]
    paragraph = paragraphs[mention.paragraph]
    tokens = [t for t in paragraph.tokens_in(Span(mention.start, mention.end)) if t.end > t.start]
    # `코로나19 확산세`: what opens with a word that names nobody is no name.
    if _FIRST_WORD.split(name, maxsplit=1)[0] in gazetteer.terms("not_names"):
        return False
    if not has_hangul(name):
        return not tokens or " " in name or len(person.mentions) > 1
    if len(name) == 3 and lexicon.is_name_like(name) and any(t.tag == "NNP" for t in tokens):
        return True
    if _GENITIVE.search(name) or all(_is_in_marks(m, paragraphs) for m in person.mentions):
        return False
    if any(t.tag not in ("NNP", "NNG", "SL", "NR", "XSN", "SP") for t in tokens):
        return False
    if len(name.split()[0]) == 1 and " " in name:
        return False
    if all(t.tag == "NNG" and t.is_known for t in tokens):
        return False
    if lexicon.ending_kind(name) or any(_is_site(m, paragraphs) for m in person.mentions):
        return False
    if any(part in lexicon.foreign_names() for part in name.split()) or " " in name:
        return True
    if len(name) == 2 and name[0] in lexicon.surnames() and not any(not t.is_known for t in tokens):
        return len(person.mentions) > 2
    return (any(not t.is_known for t in tokens) and not re.search(r"[A-Za-z]", name)) or len(person.mentions) > 1


def _has_honorific(mention: Mention, paragraphs: dict[int, Paragraph]) -> bool:
    after = paragraphs[mention.paragraph].text[mention.end : mention.end + 3].lstrip()
    return (after[:1] in ("씨", "양", "군") and not after[1:2].isalpha()) or after.startswith(
        ("씨는", "씨가", "씨의", "씨를", "씨와")
    )


def _is_in_marks(mention: Mention, paragraphs: dict[int, Paragraph]) -> bool:
    """Whether marks enclose the mention and nothing else: so titles of works and nicknames are printed."""
    text = paragraphs[mention.paragraph].text
    before, after = text[max(0, mention.start - 1) : mention.start], text[mention.end : mention.end + 1]
    return bool(before and after) and before in _OPENING and after in _CLOSING


def _is_site(mention: Mention, paragraphs: dict[int, Paragraph]) -> bool:
    """Whether the particle behind a mention is one that places take and people do not."""
    return paragraphs[mention.paragraph].text.startswith(("에서", "에는", "으로", "에 "), mention.end)


def _without_title(entity: Entity) -> Entity:
    """`김성한 안보실장` tagged as one name is 김성한."""
    name, _, last = entity.text.rpartition(" ")
    if len(name) < 2 or last not in lexicon.roles():
        return entity
    return replace(entity, text=name, end=entity.start + len(name))


def _mention(entity: Entity) -> Mention:
    return Mention(entity.paragraph, entity.start, entity.end)


def _is_full(entity: Entity, paragraph: Paragraph) -> bool:
    """Whether a PS entity names a person by itself: no initial, no family name alone, no `김모`."""
    name = entity.text
    if len(name) < 2 or _PLAIN.fullmatch(name) or name in lexicon.roles() or name in lexicon.honorifics():
        return False
    if name in lexicon.places() or not any(c.isalpha() for c in name):
        return False
    if not has_hangul(name):
        return len(name) > 2 or (_SIGNS.fullmatch(name) is not None and name not in entities_cjk.family_names())
    after = paragraph.text[entity.end : entity.end + 4]
    if name[0] in lexicon.surnames() and len(name) == 2 and _AFTER_UNNAMED.match(name[1:] + after):
        return False
    return not (len(name) == 2 and name[1] in "씨모군양")


def _merge_parts(found: dict[str, _Found]) -> None:
    """`레스터` is `앤드루 레스터`, `연경` is `김연경` where the whole name is in the article."""
    for name in sorted(found, key=len):
        longer = next((other for other in found if other != name and _is_part(name, other)), None)
        if longer:
            found[longer].mentions += found.pop(name).mentions


def _is_part(short: str, long: str) -> bool:
    if " " in long:
        return short in long.split()
    if _SIGNS.match(long):
        return short in re.split("[・·＝=]", long) or (len(short) < len(long) <= 5 and long.startswith(short))
    if len(long) == 3 and lexicon.is_name_like(long) and (long.startswith(short) or short[:-1] == long):
        return len(short) == 2 or short[-1] in "의은는이가도와과"
    return len(short) == 2 and len(long) == 3 and long.endswith(short) and long[0] in lexicon.surnames()


def _owner(entity: Entity, paragraph: Paragraph, found: dict[str, _Found]) -> _Found | None:
    """Whom a family name before a title means: the person of that name named last before, of that title if told."""
    name = entity.text.split()[0]
    if _SIGNS.fullmatch(name):
        return next((person for person in found.values() if person.name.startswith(name)), None)
    if len(name) != 1 or name not in lexicon.surnames():
        return None
    after = paragraph.text[entity.end : entity.end + 12]
    if _AFTER_UNNAMED.match(after) or (entity.text == name and not titles.follows(after)):
        return None
    same = [p for p in found.values() if p.name[0] == name and " " not in p.name and len(p.name) <= 4]
    return same[-1] if len(same) == 1 else _nearest(same, entity)


def _nearest(same: Sequence[_Found], entity: Entity) -> _Found | None:
    def place(person: _Found) -> tuple[int, int]:
        before = [m for m in person.mentions if (m.paragraph, m.start) < (entity.paragraph, entity.start)]
        last = before[-1] if before else None
        return (last.paragraph, last.start) if last else (-99, 0)

    return max(same, key=place, default=None)


def _readings(person: _Found, paragraphs: dict[int, Paragraph], context: titles.Context) -> list[titles.Title]:
    """Titles stated beside the mentions, the ones that count most first.

    The whole name in running text comes before a family name with a title, that before the headline and captions, and
    the words of others before nothing: inside quotations people are called many things.
    """
    ranked: list[tuple[tuple[bool, bool, bool], titles.Title]] = []
    for mention in person.mentions[:MOST_READ]:
        size = mention.end - mention.start
        paragraph = paragraphs[mention.paragraph]
        is_whole = size >= len(person.name)
        if not is_whole and paragraph.text[mention.start] != person.name[0]:
            continue
        title = titles.beside(paragraph, mention, context)
        if title:
            is_quoted = any(q.start <= mention.start < q.end for q in paragraph.quotes)
            ranked.append(((is_quoted, not is_whole, mention.paragraph < 0), title))
    ranked.sort(key=lambda pair: pair[0])
    return [title for _, title in ranked]


def _person(person: _Found, publisher: str | None) -> Person:
    """The first title stated counts; its organisation is the first one stated with the same title."""
    stated = person.readings
    role = next((t.role for t in stated if t.role), None)
    org = next((t.org for t in stated if t.org and t.role == role), None)
    if org is None:
        org = next((t.org for t in stated if t.org and t.role is None), None)
    if role in _PRESS_ROLES and org is None:
        org = publisher
    former = any(t.former for t in stated if t.role == role) if role else False
    confidence = 0.9 if role or len(person.mentions) > 1 else 0.7
    return Person(person.name, org, role, former, tuple(person.mentions), confidence)
