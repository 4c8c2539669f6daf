"""The names in a credit: `By Jo Doe and Max Roe, staff writers` gives two."""

import re

from flows.extraction.tree import clean

MAX_NAME_CHARS = 60

PREFIX = re.compile(
    r"^\s*(?:(?:written|reported|posted|story|words|text|texte|article)?\s?(?:by|von|par|por|di|da|"
    r"door|av|af|oleh|od|autor(?:in)?|autore|auteur|author|"
    r"autorin/autor|redaktion|text|texte|foto|reporter|penulis|editor|yazar|文|記者)\s*[:：]?\s+|(?:by|von|автор|autor|"
    r"author|penulis|text)\s*[:：]\s*)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:,?\s+(?:and|und|et|y|e|og|och|en|i|&|och|dan|na|with|mit|avec|met|med)\s+|[;/|•·]|,(?!\s*(?:Jr|Sr|PhD|Ph\.D|M\.?D)\b))\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[,|(–-]\s*)?(?:(?:(?:senior|staff|chief|political|foreign|deputy|managing) )*(?:reporter|"
    r"writer|correspondent|editor|journalist|columnist)|redakteur(?:in)?|korrespondent(?:in)?|journalist(?:in)?|"
    r"reporterin|chefredakteur(?:in)?|journaliste|rédact(?:eur|rice)(?: en chef)?|periodista|redactora?|giornalista|"
    r"redattore|redattrice|jornalista|repórter|redakt[øö]r|toimittaja|dziennikarka?|muhabiri?|jurnalis|wartawan|"
    r"\bin [a-z][\w ]{2,20}|\bfor (?:dailymail|mailonline)[\w.]*|@\w+|"
    r"\b(?:published|updated|posted|publié|mis à jour|veröffentlicht|aktualisiert|stand|publicado|actualizado|"
    r"pubblicato|aggiornato|gepubliceerd|bijgewerkt|publisert|oppdatert|publicerad|uppdaterad|opublikowano|"
    r"atualizado)\b.*|\d{1,2}[./ ].*|\s\d{1,3})\)?$",
    re.IGNORECASE,
)
NO_NAME = re.compile(
    r"https?:|www\.|@|[()\[\]<>{}:=*]|^\d+$|\d{4}|^(?:admin|administrator|webmaster|root|user|editor|"
    r"staff|guest|author|by|powered by|null|none|undefined|developer)$|^on ",
    re.IGNORECASE,
)
CJK = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")


def split_names(text: str) -> list[str]:
    """The names in a credit: `By Jo Doe and Max Roe` gives two."""
    line = clean(text)[:400]
    if "http" in line or "www." in line:
        return []
    parts = [part for part in _SPLIT.split(PREFIX.sub("", line)) if part and not _TAIL.fullmatch(part)]
    return [name for name in (_without_tail(part).strip(" .,;-–|*") for part in parts) if _is_plausible(name)]


def _without_tail(part: str) -> str:
    """A name without role or place after it; what would leave a single word is kept whole."""
    cut = _TAIL.sub("", part)
    name = cut if " " in cut.strip() else part
    # Pages print a name twice where one stands in the picture's place.
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half > 1 and words[:half] == words[half:] else name


def _is_plausible(name: str) -> bool:
    if len(name) > 12 and CJK.search(name):
        return False
    return 1 < len(name) <= MAX_NAME_CHARS and not NO_NAME.search(name) and len(name.split()) <= 6
