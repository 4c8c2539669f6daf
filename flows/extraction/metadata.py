"""What the head of a page says: meta elements by name, language, addresses, dates, authors, tags."""

from dataclasses import dataclass

from flows.extraction.tree import Element, clean, select

MAX_VALUES = 40

_FREE = ("isaccessibleforfree", "schema:isaccessibleforfree", "https://schema.org/isaccessibleforfree")
_FREE_PATH = (
    '@itemprop="isAccessibleForFree" or @property="isAccessibleForFree" or @property="schema:isAccessibleForFree"'
)


@dataclass(frozen=True, slots=True)
class Metas:
    """Meta elements by lower-case name (`name`, `property` or `itemprop`), values cleaned, in page order."""

    values: dict[str, tuple[str, ...]]

    def first(self, *names: str) -> str:
        """The first value under the first of these names that has one; an empty string for none."""
        for name in names:
            found = self.values.get(name)
            if found:
                return found[0]
        return ""

    def all(self, *names: str) -> tuple[str, ...]:
        """Every value under these names, in order of the names."""
        return tuple(value for name in names for value in self.values.get(name, ()))


def read_metas(root: Element) -> Metas:
    """Collect the meta elements of a page, wherever they stand (broken pages hold them in the body)."""
    found: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        value = clean((meta.get("content") or "")[:5000])
        if name and value and len(found.setdefault(name, [])) < MAX_VALUES:
            found[name].append(value)
    return Metas({name: tuple(values) for name, values in found.items()})


def read_lang(root: Element, metas: Metas) -> str | None:
    """The language that the page claims, as a lower-case primary tag."""
    html = root if root.tag == "html" else root.getroottree().getroot()
    claimed = html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang")
    claimed = claimed or metas.first("og:locale", "content-language", "language", "dc.language")
    tag = (claimed or "").strip().lower().replace("_", "-").split("-")[0]
    return tag if tag.isalpha() and 2 <= len(tag) <= 3 else None


def read_is_free(root: Element, metas: Metas, is_shown: bool = True) -> bool | None:
    """schema.org's `isAccessibleForFree` as microdata or RDFa state it, in meta or in visible elements.

    One part that is not free makes the page one with a paywall. `is_shown` is False where the page's text is known not
    to hold the word, which spares the search.
    """
    said = [*metas.all(*_FREE)]
    for node in select(root, f"//*[{_FREE_PATH}][not(self::meta)]", 10) if is_shown else []:
        said.append(clean(node.get("content") or node.get("href") or node.text))
    answers = [word.lower().rsplit("/", 1)[-1] in ("true", "1", "yes") for word in said if word]
    return all(answers) if answers else None


def read_tags(metas: Metas) -> tuple[str, ...]:
    """The publisher's tags, article tags before keyword lists."""
    tags = metas.all("article:tag", "og:article:tag", "news_keywords", "keywords", "parsely-tags")
    words = (word.strip(" #") for value in tags[:60] for word in value.replace(";", ",").split(","))
    return tuple(dict.fromkeys(word for word in words if 1 < len(word) <= 60))[:40]
