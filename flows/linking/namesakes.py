"""People of one name told apart: by the organisation beside the name, and by what is named in the same articles.

Under one name, what stands at one organisation is one person (a post). Two posts are one person where their articles
name the same company: people and organisations weighed by how rare they are, by the smaller of the shares of articles
in which they are named (of one more article than there are, since one alone is no habit). The organisation of a post
counts as named in all its articles, so that an article on somebody at B that names A ties the two (`전 A 대표가 B
사장으로`). A name without organisation goes to a person article by article, by how often the person is named and by
the article's company; where that does not tell, it stays a name without organisation.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.linking.decisions import Decision
from flows.linking.registry import Designation, Entity, Evidence, Ids, Seen, Sets, by_hand, entities

MIN_TIE = 0.5
"""From here on two posts are one person. Set on the made-up corpora of `tests/bench/registry.py`, other seeds."""

OWN_ORGANISATION = 2.0
"""How much more the organisation of a post weighs, named beside the other post, than any third name."""

FORMER_ORGANISATION = 4.0
"""The same where articles call the post a former one: somebody who left is somewhere else now."""

MIN_PICK, PICK_LEAD = math.log(12), math.log(4)
"""A name without organisation in one article is the person of that name whom the article's company makes so many times
likelier than somebody unknown, and so many times likelier than the next person of the name."""

UNKNOWN_ARTICLES = 20
"""Articles that somebody unknown of the name is taken to be in: who is in a thousand is meant without any company."""

MIN_CORPUS_ARTICLES = 1000
"""Rarity in a smaller corpus is counted as in one of this size: in ten articles nothing is common yet."""

MAX_POSTS_AN_ITEM = 16
"""Company that more posts of one name keep tells none of them apart."""


@dataclass(frozen=True, slots=True)
class Company:
    """What is named beside a designation: articles looked at, and item -> articles of those that name it.

    Items are `person NAME` and `organisation ID`; the person's own name is none.
    """

    article_count: int
    items: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Post:
    """One name at one organisation, or a person's posts together; a name without organisation has none."""

    lead: Designation
    organisations: frozenset[str]  # ids, or keys of those that the registry has not
    shares: Mapping[str, float]  # item -> share of the articles that name it
    article_count: int
    is_former: bool = False


@dataclass(frozen=True, slots=True)
class Namesakes:
    """The people of one name, laid out for `pick`: how likely each is before an article, and whose company is what."""

    leads: tuple[Designation, ...]
    priors: tuple[float, ...]  # logarithm of articles + 0.5, in the order of `leads`
    carriers: Mapping[str, Sequence[tuple[int, float]]]  # item -> place in `leads`, share of articles that name it


@dataclass(frozen=True, slots=True)
class People:
    """People, and of names that also stand without an organisation who of the name may be meant there."""

    entities: tuple[Entity, ...]
    meant: Mapping[str, Namesakes]  # name's key -> the people of the name


Join = Callable[[Designation, Designation, Evidence], None]


def organisation_item(organisation: str) -> str:
    """The item under which an organisation is company."""
    return f"organisation {organisation}"


@dataclass(frozen=True, slots=True)
class Everywhere:
    """How often items are named in the whole corpus: item -> articles, and all articles."""

    articles: Mapping[str, int]
    corpus: int

    def share(self, item: str) -> float:
        """The share of all articles that name the item."""
        return self.articles.get(item, 0) / max(self.corpus, MIN_CORPUS_ARTICLES)

    def weight(self, item: str) -> float:
        """How much the item tells, 0 to 1: next to nothing where it is everywhere, nothing where it is nowhere."""
        if item not in self.articles:
            return 0.0
        total = math.log1p(max(self.corpus, MIN_CORPUS_ARTICLES))
        return max(0.0, 1.0 - math.log1p(self.articles[item]) / total)


def tie(one: Post, other: Post, everywhere: Everywhere) -> float:
    """How strongly their company ties two posts; from MIN_TIE on they are one person."""
    factors: dict[str, float] = {}
    for post in (one, other):
        factor = FORMER_ORGANISATION if post.is_former else OWN_ORGANISATION
        factors.update((organisation_item(organisation), factor) for organisation in post.organisations)
    small, large = sorted((one.shares, other.shares), key=len)
    total = 0.0
    for item, share in sorted(small.items()):
        if item in large:
            weight, least = everywhere.weight(item), min(share, large[item])
            total += weight * least * factors[item] if item in factors else weight**2 * least
    return total


def namesakes(meant: Sequence[Post]) -> Namesakes:
    """Lay out the people of one name, once for all articles that name them without organisation."""
    carriers: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, post in enumerate(meant):
        for item, share in post.shares.items():
            carriers[item].append((place, share))
    priors = tuple(math.log(post.article_count + 0.5) for post in meant)
    return Namesakes(tuple(post.lead for post in meant), priors, carriers)


def pick(items: Collection[str], meant: Namesakes, everywhere: Everywhere) -> Designation | None:
    """Who of several people of one name is meant in an article that names these items; None where it cannot be told.

    A naive Bayes classifier: before the article, people are as likely as they are often named with an organisation; an
    item counts by how much more often it is named beside the person than everywhere. What is not named beside the
    person tells nothing, since company is known from a sample.
    """
    company = [0.0] * len(meant.leads)
    for item in items:
        if (carried := meant.carriers.get(item)) and (common := everywhere.share(item)) > 0:
            for place, share in carried:
                company[place] += max(0.0, math.log(share / common))
    scores = [told + prior for told, prior in zip(company, meant.priors, strict=True)]
    best = max(scores, default=-math.inf)
    if best < MIN_PICK + math.log(UNKNOWN_ARTICLES):
        return None
    place = scores.index(best)
    next_best = max((*scores[:place], *scores[place + 1 :]), default=-math.inf)
    return meant.leads[place] if best - next_best >= PICK_LEAD else None


def people(
    seen: Sequence[Seen],
    home: Mapping[str, str],
    company: Mapping[Designation, Company],
    everywhere: Everywhere,
    decisions: Sequence[Decision],
    ids: Ids,
) -> People:
    """People behind designations.

    Args:
        seen: All designations of the names asked about.
        home: Organisation's key -> id of the organisation in the registry.
        company: What is named beside a designation, for names with more than one post; others need none.
        everywhere: How often the items are named at all.
        decisions: Decided by hand.
        ids: Ids given before.
    """
    hand = by_hand(decisions, "person", [one.designation for one in seen], home)
    sets = Sets(hand.apart)
    told: dict[Designation, list[Evidence]] = defaultdict(list)

    def join(one: Designation, other: Designation, evidence: Evidence) -> None:
        if sets.join(one, other):
            told[other].append(evidence)

    for link in hand.links:
        join(link.one, link.other, link.evidence)
    by_name: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        by_name[one.designation.name].append(one)
    meant: dict[str, Namesakes] = {}
    for name in sorted(by_name):
        posts, bare = _posts(by_name[name], home, company, join)
        for score, first, other in _ties(posts, everywhere):
            if sets.may_join(first.lead, other.lead):
                join(first.lead, other.lead, _same_company(other, score))
        if bare is None or not posts:
            continue
        persons = _persons(posts, sets)
        if all(sets.top(bare) != sets.top(person.lead) for person in persons):  # else a hand has joined them
            meant[name] = namesakes(persons)
    return People(tuple(entities("person", seen, sets, told, hand, ids)), meant)


def _posts(
    seen: Sequence[Seen],
    home: Mapping[str, str],
    company: Mapping[Designation, Company],
    join: Join,
) -> tuple[list[Post], Designation | None]:
    """The posts of one name, those of one organisation joined, and the name without organisation, if it stands so."""
    at: dict[str, list[Seen]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: one.designation):
        at[home.get(one.designation.organisation, one.designation.organisation)].append(one)
    posts = []
    bare = None
    for organisation, group in sorted(at.items()):
        lead = group[0].designation
        for one in group[1:]:
            join(lead, one.designation, Evidence("same_organisation", one.designation.organisation))
        if not organisation:
            bare = lead
            continue
        shares = _shares([company[one.designation] for one in group if one.designation in company])
        shares[organisation_item(organisation)] = 1.0
        articles = sum(one.article_count for one in group)
        posts.append(Post(lead, frozenset([organisation]), shares, articles, any(one.former_count for one in group)))
    return posts, bare


def _same_company(other: Post, score: float) -> Evidence:
    return Evidence("same_company", f"{other.lead.organisation or 'no organisation stated'}: {score:.2f}")


def _shares(companies: Iterable[Company]) -> dict[str, float]:
    counts: Counter[str] = Counter()
    articles = 0
    for one in companies:
        articles += one.article_count
        counts.update(one.items)
    return {item: count / (articles + 1) for item, count in counts.items()}  # one article in common is no habit


def _persons(posts: Sequence[Post], sets: Sets) -> tuple[Post, ...]:
    """The posts of each person as one: all organisations, and of each item the highest share."""
    groups: dict[Designation, list[Post]] = defaultdict(list)
    for post in posts:
        groups[sets.top(post.lead)].append(post)
    found = []
    for _, group in sorted(groups.items()):
        shares: dict[str, float] = {}
        for post in group:
            for item, share in post.shares.items():
                shares[item] = max(share, shares.get(item, 0.0))
        organisations = frozenset().union(*(post.organisations for post in group))
        found.append(Post(group[0].lead, organisations, shares, sum(post.article_count for post in group)))
    return tuple(found)


def _ties(posts: Sequence[Post], everywhere: Everywhere) -> list[tuple[float, Post, Post]]:
    """Pairs of posts that are one person, the strongest first; only pairs with company in common are looked at."""
    carriers: dict[str, list[int]] = defaultdict(list)
    for number, post in enumerate(posts):
        for item in post.shares:
            carriers[item].append(number)
    pairs = {
        (one, other)
        for numbers in carriers.values()
        if 1 < len(numbers) <= MAX_POSTS_AN_ITEM
        for at, one in enumerate(numbers)
        for other in numbers[at + 1 :]
    }
    scored = [(tie(posts[one], posts[other], everywhere), one, other) for one, other in sorted(pairs)]
    return [
        (score, posts[one], posts[other])
        for score, one, other in sorted(scored, key=lambda pair: (-pair[0], pair[1:]))
        if score >= MIN_TIE
    ]
