"""Text on a page that is about the article and not of it: what a machine wrote, and corrections.

Summaries by a machine stand in boxes with a label (`AI 요약`, `AI-generated summary`) or a class of their own. They are
kept out of the body, since they are nobody's reporting, and kept apart, so that a reader can tell. Corrections stay
where they stand; their sentences are listed beside, after the cues of the project's notes on Korean news, section 2.7.
"""

import re
from functools import lru_cache

from flows.extraction.blocks import MACHINE_NAMES, Block
from flows.extraction.patterns import named
from flows.extraction.tree import BREAK, Element

MAX_LABEL_CHARS = 90
MAX_BOX = 2_000.0
"""A box with a label holds no more text than this, in Latin letters."""
MAX_BOX_SHARE = 0.4
"""A box that holds more of the page's text than this is the article, whoever wrote it."""
STEPS_UP = 3
NEIGHBOURS = 20
MAX_LINES = 20
MAX_LABELS = 10
"""More labels than this on a page are a list of something else."""
MAX_CORRECTION_CHARS = 800

_MACHINE = named(MACHINE_NAMES)
_SIGN = re.compile("AI|KI|IA|ChatGPT|인공지능")
_LABEL = re.compile(
    r"AI\s?(?:가\s|로\s)?(?:기사\s?|뉴스\s?|핵심\s?|3줄\s?|세\s?줄\s?)?(?:요약|해설|브리핑)|(?:AI|인공지능)(?:가|이|로|으로)\s?"
    r"(?:작성|요약|생성)|\bAI[- ](?:generated |written |powered )?summar(?:y|ies)\b|"
    r"\b(?:summar(?:y|i[sz]ed)|written|generated|created)\b.{0,30}\bby (?:an? )?(?:AI|ChatGPT|artificial intelligence)|"
    r"\bKI-(?:generierte )?Zusammenfassung|\bvon (?:einer |der )?KI (?:erstellt|zusammengefasst|generiert)|"
    r"[Rr]ésumé (?:généré|rédigé|créé) par (?:l['’]|une )?(?:IA|intelligence artificielle)|"
    r"[Rr]esumen (?:generado|elaborado|hecho) (?:por|con) (?:la )?(?:IA|inteligencia artificial)|"
    r"AI(?:による|が)?(?:記事)?(?:要約|生成)|laget av (?:ChatGPT|KI|AI)\b|(?:skapad|gjord) av (?:ChatGPT|AI)\b"
)
_CORRECTION = re.compile(
    r"바로\s?잡습니다|바로잡았습니다|정정\s?보도(?:문|합니다|를)|반론\s?보도(?:문|합니다|를)|알려왔습니다|"
    r"언론중재위원회의?\s.{0,12}(?:조정|결정)에 따른|기사(?:를|의|\s?내용을?)?.{0,12}(?:수정|정정)(?:했|하였|합)|"
    r"^\W*(?:correction|clarification|corrections and clarifications|erratum)\b.{0,30}[:：—–-]|"
    r"\bthis (?:article|story|piece|report) (?:was|has been) (?:amended|corrected|updated to correct)|"
    r"\ban earlier version of this (?:article|story)|^\W*korrektur(?:hinweis)?\b|"
    r"in einer (?:früheren|ersten|vorherigen) (?:version|fassung)|^\W*(?:rectificatif|fe de errores|errata corrige)\b|"
    r"訂正(?:いたし|し)ます|おわびして訂正|お詫びして訂正",
    re.IGNORECASE,
)


_CORRECTION_SIGNS = (
    "orrect", "larification", "mended", "rrat", "earlier version", "orrektur", "en Version", "en Fassung", "errores",
    "ectificatif", "바로", "정정", "반론", "알려왔", "언론중재", "수정", "訂正",
)  # fmt: skip


def taken_out(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """Part the blocks of a page into those that people wrote and the lines of boxes labelled as a machine's."""
    boxes: list[Element] = []
    labels = 0
    limit = min(MAX_BOX, MAX_BOX_SHARE * sum(block.length for block in blocks))
    for index, block in enumerate(blocks):
        text = block.text
        if len(text) <= MAX_LABEL_CHARS and _SIGN.search(text) and _LABEL.search(text):
            labels += 1
            if labels > MAX_LABELS:
                break
            box = _box_of(blocks, index, limit)
            if box is not None:
                boxes.append(box)
    if not boxes:
        return blocks, []
    inside = {id(block) for block in blocks if any(above in boxes for above in _with_above(block.element))}
    lines = [block.text.replace(BREAK, " ") for block in blocks if id(block) in inside]
    return [block for block in blocks if id(block) not in inside], lines[:MAX_LINES]


def _box_of(blocks: list[Block], index: int, limit: float) -> Element | None:
    """The widest element around a label that holds more than the label and is small enough to be a box."""
    label = blocks[index]
    near = blocks[max(0, index - NEIGHBOURS) : index + NEIGHBOURS]
    box = None
    for step, above in enumerate(label.element.iterancestors()):
        is_page = above.tag in ("body", "html", "article", "main") or next(above.iter("h1"), None) is not None
        if step == STEPS_UP or is_page:
            break
        held = [block for block in near if any(one is above for one in _with_above(block.element))]
        if sum(block.length for block in held) > limit:
            break
        if len(held) > 1:
            box = above
    return box


def _with_above(element: Element) -> list[Element]:
    return [element, *element.iterancestors()]


def is_machine_marked(block: Block) -> bool:
    """Whether the class that sets a block apart names it a machine's."""
    mark = block.mark
    return mark is not None and _names_machine(mark.get("class"), mark.get("id"))


@lru_cache(maxsize=5_000)
def _names_machine(words: str | None, name: str | None) -> bool:
    """Whether class or id name a machine's text. Sites repeat theirs, so answers are remembered."""
    return _MACHINE.search(f"{words or ''} {name or ''}".lower()[:300]) is not None


def marked_lines(blocks: list[Block]) -> list[str]:
    """The text of left-out blocks whose mark names them a machine's."""
    marked = (block for block in blocks if block.mark is not None and is_machine_marked(block))
    return [block.text.replace(BREAK, " ") for block in marked][:MAX_LINES]


def corrections_in(paragraphs: list[str]) -> list[str]:
    """The paragraphs that correct this or another article."""
    whole = "\n".join(paragraphs)
    signs = [sign for sign in _CORRECTION_SIGNS if sign in whole]  # a cheap test that spares nearly all the pattern
    if not signs:
        return []
    near = (text for text in paragraphs if len(text) <= MAX_CORRECTION_CHARS and any(sign in text for sign in signs))
    return [text for text in near if _CORRECTION.search(text)][:MAX_LINES]
