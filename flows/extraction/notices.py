"""Written notices about use, read clause by clause, in Korean, English, Japanese, German and French.

A clause names a use; the scope ends at a word that forbids, reserves or allows. Korean `무단` means "without
permission", so what it governs needs permission; a ban without it is a ban. Method and forms after the project's
notes on Korean news, section 2.6.
"""

import re
import unicodedata
from dataclasses import dataclass

MAX_NOTICE_CHARS = 600


@dataclass(frozen=True, slots=True)
class Clause:
    """One use and what a notice says of it: `prohibited`, `permission_required` or `allowed`."""

    use: str
    value: str


_SIGN = re.compile(r"[ⓒ©⒞]|\(\s?[cC]\s?\)|\bcopyrights?\b|저작권", re.IGNORECASE)
_BANNED = r"(?:금지|금합니다|금함|불허|불가|할 수 없|허용하지)"
_KOREAN_NOTICE = re.compile(
    r"무단\s?(?:전재|복제|복사|사용|이용|배포|도용|게재)|재배포\s?(?:및|,|·|를|를\s)?.{0,20}"
    + _BANNED
    + r"|저작권자?\s?[ⓒ©|(]|저작권법|재판매\s?및\s?DB|AI\s?(?:학습|데이터).{0,12}"
    + _BANNED
    + r"|(?:이|본|위|해당) ?(?:기사|저작물|자료|게시물|보도자료|글|사진|콘텐츠)[은는이가].{0,60}공공누리.{0,60}이용"
    + r"|공공누리.{0,40}(?:따라|따른|의해|으로|조건).{0,12}(?:이용|활용|사용)할 수 있(?:습니다|음)"
)
# A line that speaks of its own content and bars training on it; a report about such a ban speaks of others'.
_OWN_CONTENT = (
    r"(?:this|our|all) (?:content|contents|article|articles|material|website|site|text)\b|"
    r"(?:diese[rnms]?|unsere[rnms]?|alle) (?:inhalte?n?|artikel|texte?|beitr[aä]ge?n?|website|webseite)\b|"
    r"(?:ce|cet|ces|nos|les) (?:contenus?|articles?|textes?|site)\b|(?:este|estos|nuestros|los) contenidos?\b|"
    r"(?:este|estes|nossos|os) conteúdos?\b|(?:questi|questo|i nostri|i) contenut[oi]\b|本サイト|当サイト|本記事|本紙"
)
_TRAINING = (
    r"(?:train|entra[iî]nement|apprentissage|entrenamiento|entrenar|treinamento|treinar|addestramento|addestrare|学習|"
    r"data[- ]mining|データマイニング|スクレイピング|クローリング|fouille)"
)
_BARRED = (
    r"(?:untersagt|nicht gestattet|verboten|interdite?|prohibid[ao]|proibid[ao]|vietat[ao]|prohibited|not permitted|"
    r"not allowed|禁じ|禁止|認められ|認めま|お断り)"
)
_FOREIGN_NOTICE = re.compile(
    r"all rights? reserved|(?:may|must|can) ?not be (?:reproduced|published|broadcast|rewritten|"
    r"redistributed|copied|republished)|"
    r"no part of this|without (?:the )?(?:prior|express|written).{0,30}(?:permission|consent)|click "
    r"for restrictions|tdm rights? reserved|text and data mining|text- und data-mining.{0,40}vorbehalten|"
    rf"(?:{_OWN_CONTENT}).{{0,80}}{_TRAINING}.{{0,80}}{_BARRED}|{_TRAINING}.{{0,80}}(?:{_OWN_CONTENT}).{{0,80}}{_BARRED}|"
    r"(?:nachdruck|vervielfältigung).{0,60}(?:untersagt|verboten|nur mit|nicht gestattet)|"
    r"無断(?:転載|複製|使用)|転載を禁|alle rechte vorbehalten|nutzungsvorbehalt|44b|tous droits réservés|"
    r"reproduction (?:interdite|totale)|todos los derechos reservados|tutti i diritti riservati|riproduzione riservata|"
    r"rechten voorbehouden|prawa zastrzeżone|rättigheter (?:är )?förbehålln?a|rettigheter forbeholdt|"
    r"direitos reservados|版权所有|版權所有|(?:禁止|不得|未经|未經).{0,12}(?:转载|轉載|复制|複製)|"
    r"(?:^|\s)(?:copyright|[ⓒ©])\s",
    re.IGNORECASE,
)
_USES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("reproduction", re.compile(r"전재|복제|복사|도용|게재")),
    ("redistribution", re.compile(r"재?배포|재송신|재판매")),
    ("collection", re.compile(r"수집|크롤링|스크랩|스크래핑|DB")),
    (
        "ai_training",
        re.compile(
            r"AI\s?(?:의\s?)?(?:학습|데이터|모델|활용|이용|훈련|트레이닝)|인공지능.{0,8}학습|생성형|"
            r"머신\s?러닝|기계\s?학습"
        ),
    ),
)
_SCOPE_END = re.compile(
    r"금지|금합니다|금함|불허|불가|허용하지|저촉|허용(?!하지)|가능(?!성)|허락 없이|prohibited", re.IGNORECASE
)
_HOLDER = re.compile(
    r"(?:(?:copyrights?|저작권자)\s?(?:(?:[ⓒ©|:]|\(\s?c\s?\))\s?)?|[ⓒ©]\s?|\(\s?c\s?\)\s?)"
    r"(?:\d{4}(?:\s?[-~–]\s?\d{4})?\s?)?(?:by\s)?"
    r"(?P<holder>[^\[\]<>()（）.,，|\n]{1,60}?(?:\.(?:com|co\.kr|kr|net|org|at|de|jp)\b)?(?:\s?&\s?[\w.]{1,30})?)\s?"
    r"(?=[.,(（\[\]<>|\n]|무단|재배포|all right|rights|$)",
    re.IGNORECASE,
)
_DOMAIN_AFTER = re.compile(r"\s?&\s?[\w-]{1,30}(?:\.[a-z]{2,4}){1,2}\.?\s*$")
_SLOGAN = re.compile(r"['‘’\"“”][^'‘’\"“”]{1,40}['‘’\"“”]\s?")


_WORDS = (
    "©", "ⓒ", "copyright", "무단", "재배포", "저작권", "재판매", "공공누리", "금지", "금합", "금함", "불허", "불가",
    "할 수 없", "허용하지", "reserved", "not be ", "no part of", "without ", "click for", "data mining",
    "data-mining", "prohib", "permitted", "無断", "転載", "学習", "マイニング", "版权", "版權",
    "转载", "轉載", "复制", "複製",
    "vorbehalt", "nachdruck", "vervielfält", "untersagt", "verboten", "gestattet", "44b", "droits", "rdite",
    "reproduction ", "derechos", "diritti", "riservata", "vietat", "proib", "voorbehouden", "zastrzeżone", "förbehåll",
    "forbeholdt", "direitos",
)  # fmt: skip
"""Every notice holds one of these: a cheap test that spares nearly all lines the patterns."""
_ANY_WORD = re.compile("|".join(map(re.escape, _WORDS)))
# A cheaper test before it. Every alternative begins with one rare letter, so that `re` skips from one to the next: a
# piece from inside each word above, and of each sign that marks a block (`html_page`), in lower case.
_LATIN_HINT = re.compile(
    r"b(?:e |eh)|d(?:ere|ire|iri|ite|roi|ru)|f(?:orb|örb)|g(?:est|t)|k for|mining|p(?:art of|erm|rod|roh|roi)|"
    r"v(?:at|ed|erb|erv|és|iet|oo|orb)|without |yright|zast|44b|\(c\)"
)
_OTHER_HINT = re.compile("[©ⓒ⒞무재저공금불할허無転学マ版转轉复複]")


def may_hold_notice(lower: str) -> bool:
    """Whether a text, in lower case, may hold a notice. Wrong for some texts without one, for none with one."""
    return _LATIN_HINT.search(lower) is not None or (not lower.isascii() and _OTHER_HINT.search(lower) is not None)


def is_notice(line: str) -> bool:
    """Whether a line is a copyright or use notice rather than prose about copyright."""
    text = line.strip()
    if not 5 < len(text) <= MAX_NOTICE_CHARS:
        return False
    lower = text.lower()
    if not may_hold_notice(lower) or not _ANY_WORD.search(lower):
        return False
    if _KOREAN_NOTICE.search(text):
        return _SIGN.search(text) is not None or len(text) < 120
    if len(text) > 300:
        return False
    return bool(_FOREIGN_NOTICE.search(text)) and (len(text) < 160 or _SIGN.search(text[:30]) is not None)


def holder_of(notice: str) -> str | None:
    """Who holds the right according to a notice; a slogan in quotation marks before the name is left out."""
    text = _SLOGAN.sub("", unicodedata.normalize("NFKC", notice.replace("ⓒ", "©").replace("⒞", "©")))
    match = _HOLDER.search(text)
    name = _DOMAIN_AFTER.sub("", match.group("holder")).strip(" -·:'\"&.") if match else ""
    return name if 1 < len(name) <= 60 and not name.isdigit() else None


def clauses_of(notice: str) -> tuple[Clause, ...]:
    """Every use that a notice speaks of, with what it says. Empty for a bare sign of copyright."""
    text = unicodedata.normalize("NFKC", notice)
    found = [*_korean(text), *_japanese(text), *_western(text)]
    return tuple(dict.fromkeys(found))


def _korean(text: str) -> list[Clause]:
    if not re.search(r"[가-힣]", text):
        return []
    found: list[Clause] = []
    start = 0
    for end in list(_SCOPE_END.finditer(text))[:12]:
        scope = text[max(start, end.start() - 160) : end.start()]
        start = end.end()
        word = end.group()
        if word in ("저촉", "허락 없이"):
            continue
        allowed = word in ("허용", "가능")
        has_muddan = "무단" in scope
        for use, pattern in _USES:
            match = pattern.search(scope)
            if match is None:
                continue
            if allowed:
                value = "allowed"
            elif use == "ai_training":
                # The ban on training stands on its own: 무단 governs what is listed with 전재, not this clause.
                value = "prohibited"
            else:
                value = "permission_required" if has_muddan else "prohibited"
            found.append(Clause(use, value))
    return found


def _japanese(text: str) -> list[Clause]:
    found = []
    if re.search(r"(?:無断|許可なく).{0,12}(?:転載|複製|複写|使用)|(?:転載|複製).{0,10}(?:禁じ|禁止|お断り)", text):
        found.append(Clause("reproduction", "permission_required"))
        found.append(Clause("redistribution", "permission_required"))
    if re.search(r"(?:禁止|不得|未经|未經).{0,12}(?:转载|轉載|复制)", text):
        found.append(Clause("reproduction", "permission_required"))
        found.append(Clause("redistribution", "permission_required"))
    if re.search(r"(?:クローリング|スクレイピング).{0,40}(?:禁|認められ|お断り)", text):
        found.append(Clause("collection", "prohibited"))
    if re.search(r"(?:AI|人工知能|機械学習|データマイニング|テキストマイニング).{0,40}(?:禁|認められ|お断り)", text):
        found.append(Clause("ai_training", "prohibited"))
    return found


_WEST_COPY = re.compile(
    r"(?:may|must|can) ?not be (?:\w+,? ){0,4}?(?:reproduced|published|copied|republished|rewritten)|"
    r"no part of .{0,60}reproduced|"
    r"reproduction (?:is )?(?:strictly )?(?:prohibited|interdite|forbidden)|riproduzione riservata|"
    r"(?:vervielfältigung|nachdruck).{0,60}(?:nicht|untersagt|verboten|nur mit)|"
    r"toute reproduction.{0,60}interdite|(?:prohibida|proibida|vietata).{0,30}(?:reproducción|reprodução|riproduzione)|"
    r"(?:reproducción|reprodução|riproduzione).{0,40}(?:prohibida|proibida|vietata)",
    re.IGNORECASE,
)
_WEST_SPREAD = re.compile(
    r"(?:re)?distribut\w+|rebroadcast|broadcast|republi\w+|weiterverbreitung|verbreitung.{0,30}(?:untersagt|verboten)",
    re.IGNORECASE,
)
_WEST_AI = re.compile(
    r"(?:train\w*|develop\w*|machine learning|artificial intelligence|\bAI\b|\bKI\b|text and data "
    r"mining|\btdm\b|data mining|scraping).{0,80}"
    r"(?:prohibited|not permitted|not allowed|forbidden|reserved|untersagt|interdit|without)|"
    r"(?:not|no part|prohibited|forbidden|without).{0,120}(?:train\w* (?:of )?(?:an? )?(?:ai|"
    r"artificial|machine|large language)|text and data mining|machine learning)|"
    r"nutzungsvorbehalt.{0,40}44b|44b\s?urhg|tdm rights? reserved|fouille de textes|data-mining.{0,40}vorbehalten|"
    r"(?:\bki\b|künstliche\w? intelligenz).{0,80}(?:untersagt|nicht gestattet|verboten)|"
    r"(?:untersagt|nicht gestattet|verboten).{0,80}\bki\b|"
    r"(?:entra[iî]nement|apprentissage|\bia\b).{0,80}interdite?|interdite?.{0,80}(?:entra[iî]nement|\bia\b)|"
    r"(?:\bia\b|intelig[eê]n[ct]ia artificial|intelligenza artificiale).{0,80}(?:prohibid|proibid|vietat)|"
    r"(?:prohibid|proibid|vietat).{0,80}(?:\bia\b|intelig[eê]n[ct]ia artificial|intelligenza artificiale)",
    re.IGNORECASE,
)
_PERMISSION = re.compile(
    r"permission|consent|authori[sz]|genehmigung|zustimmung|autorisation|autorización|autorização|autorizzazione",
    re.IGNORECASE,
)


def _western(text: str) -> list[Clause]:
    found = []
    if _WEST_COPY.search(text):
        value = "permission_required" if _PERMISSION.search(text) else "prohibited"
        found.append(Clause("reproduction", value))
        if _WEST_SPREAD.search(text):
            found.append(Clause("redistribution", value))
    if _WEST_AI.search(text):
        found.append(Clause("ai_training", "prohibited"))
    return found
