"""A made-up corpus of people and companies with labels: who is meant by each name, and which names are one company.

Nothing in it was written by a publisher or copied from a list of people. Names are built of syllables, few enough
that many people share one. People work somewhere, are written about beside their associates and beside whoever is in
the news, move (`전 A 대표`), sit on committees, and are often named without an organisation; companies have legal
forms, Latin names that articles introduce, and rivals in their branch that stand in the same articles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tests.steps.annotated import Text, Who

BEGINS = date(2026, 1, 1)
_FAMILY = tuple("김이박최정강조윤장임한오서신권황안송류홍")
_GIVEN = tuple("가나다라마바사아자하고노도로모보소오조호구누두루무부수우주후기니디리미비시이지히")
_STEMS = tuple("솔버느물하해달별새온미도한늘꽃들숲강산내")
_KINDS = ("전자", "은행", "화학", "건설", "식품", "물산", "통신", "제약", "에너지", "연구소", "대학교", "재단")
_ROLES = ("대표", "사장", "부사장", "이사", "팀장", "연구원", "교수", "위원장")
BRANCHES = 24
COMPANIES_A_BRANCH = 30


@dataclass(frozen=True)
class MadeCompany:
    """A company with its names; `latin` is introduced by articles (`솔빛전자(SBE)`)."""

    number: int
    branch: int
    name: str
    latin: str | None

    def written(self, draw: float) -> str:
        """One of its spellings."""
        if draw < 0.75:
            return self.name
        if draw < 0.8:
            return f"㈜{self.name}"
        if draw < 0.85:
            return f"{self.name}(주)"
        if draw < 0.9:
            return f"주식회사 {self.name}"
        return self.latin or self.name


@dataclass
class MadePerson:
    """A person: where from, since when where to, beside whom."""

    number: int
    name: str
    companies: tuple[MadeCompany, ...]  # first, and after `moves_on` the second
    committee: MadeCompany | None
    moves_on: date | None
    role: str
    associates: list["MadePerson"]

    def company(self, day: date) -> MadeCompany:
        """Where the person works on a day."""
        return self.companies[1] if self.moves_on and day >= self.moves_on else self.companies[0]


@dataclass(frozen=True)
class Labelled:
    """A text, and by name in it the number of the person and by spelling the number of the company meant."""

    text: Text
    people: dict[str, int]
    companies: dict[str, int]


class MadePeople:
    """Articles in the order of publication. The same seed gives the same corpus.

    Args:
        people_a_name: How many people share a name, on average.
    """

    def __init__(self, seed: int, people: int = 6000, people_a_name: float = 2.5, per_day: int = 500) -> None:
        self._random = np.random.default_rng(seed)
        self._per_day = per_day
        self._number = 0
        self.companies = self._companies()
        self.people = self._people(people, people_a_name)
        order = self._random.permutation(people)
        likely = 1.0 / (np.arange(people) + 3.0)
        self._likely = np.empty(people)
        self._likely[order] = likely / likely.sum()
        self._famous = [self.people[at] for at in order[:12]]
        self._publishers = [f"{stem}{kind}" for stem in _STEMS[:12] for kind in ("일보", "신문")]

    def _companies(self) -> list[MadeCompany]:
        names: dict[str, None] = {}
        while len(names) < BRANCHES * COMPANIES_A_BRANCH:
            stem = "".join(self._random.choice(_STEMS, size=3))
            names.setdefault(stem + str(self._random.choice(_KINDS)))
        letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        found = []
        for number, name in enumerate(names):
            latin = "".join(self._random.choice(letters, size=5)) if self._random.random() < 0.4 else None
            found.append(MadeCompany(number, number % BRANCHES, name, latin))
        return found

    def _people(self, count: int, people_a_name: float) -> list[MadePerson]:
        names = [self._name() for _ in range(max(1, int(count / people_a_name)))]
        found = []
        for number in range(count):
            branch = int(self._random.integers(BRANCHES))
            first, second, third = (self._company(branch) for _ in range(3))
            is_mover, sits = self._random.random() < 0.12, self._random.random() < 0.08
            day = BEGINS + timedelta(days=int(self._random.integers(5, 40))) if is_mover else None
            name, role = str(self._random.choice(names)), str(self._random.choice(_ROLES))
            companies = (first, second if is_mover else first)
            found.append(MadePerson(number, name, companies, third if sits else None, day, role, []))
        by_branch: dict[int, list[MadePerson]] = {}
        for one in found:
            by_branch.setdefault(one.companies[0].branch, []).append(one)
        for one in found:
            near = by_branch[one.companies[0].branch]
            picked = self._random.choice(len(near), size=6)
            one.associates = [near[at] for at in picked if near[at].name != one.name]
        return found

    def _name(self) -> str:
        return "".join((self._random.choice(_FAMILY), *self._random.choice(_GIVEN, size=2)))

    def _company(self, branch: int) -> MadeCompany:
        at = min(COMPANIES_A_BRANCH - 1, int(self._random.zipf(1.6)) - 1)
        return self.companies[branch + BRANCHES * at]

    def articles(self, count: int) -> Iterator[Labelled]:
        """The next `count` articles. Asked again, those after them."""
        for main in self._random.choice(len(self.people), size=count, p=self._likely):
            yield self._article(self.people[main])

    def _article(self, main: MadePerson) -> Labelled:
        random, number = self._random, self._number
        self._number += 1
        day = BEGINS + timedelta(days=number // self._per_day)
        beside = [
            main.associates[at] for at in random.integers(6, size=int(random.integers(4))) if at < len(main.associates)
        ]
        if random.random() < 0.3:
            beside.append(self._famous[int(random.integers(12))])
        people: dict[str, MadePerson] = {}
        for one in (main, *beside):
            people.setdefault(one.name, one)
        named = [self._who(one, day, 0.72 if one is main else 0.55) for one in people.values()]
        companies = [main.company(day)] if random.random() < 0.9 else []
        companies += [self._company(main.companies[0].branch) for _ in range(int(random.integers(3)))]
        if main.moves_on and day >= main.moves_on and random.random() < 0.3:
            companies.append(main.companies[0])
        bodies = [(company, company.written(random.random())) for company in dict.fromkeys(companies)]
        introduces = [company for company, _ in bodies if company.latin and random.random() < 0.15]
        names = {spelling: company.number for company, spelling in bodies}
        text = Text(
            f"article-{number:07d}",
            named,
            [
                (company.name, company.latin) if company in introduces and company.latin else (spelling,)
                for company, spelling in bodies
            ],
            aliases=[(company.latin, company.name) for company in introduces if company.latin],
            publisher=str(random.choice(self._publishers)),
            day=day,
        )
        for company in introduces:
            names |= {company.name: company.number, str(company.latin): company.number}
        return Labelled(text, {one.name: people[one.name].number for one in named}, names)

    def _who(self, one: MadePerson, day: date, share_with_organisation: float) -> Who:
        draw, company = self._random.random(), one.company(day)
        if draw >= share_with_organisation:
            return Who(one.name, None, one.role if draw < 0.9 else None)
        if one.committee and self._random.random() < 0.3:
            return Who(one.name, one.committee.name, "위원")
        if one.moves_on and day >= one.moves_on and self._random.random() < 0.15:
            return Who(one.name, one.companies[0].name, one.role, is_former=True)
        return Who(one.name, company.written(self._random.random()), one.role)


def pairwise(labels: Sequence[tuple[object, object, object]]) -> dict[str, float]:
    """Precision and recall over pairs of mentions of one name, and the share of pairs of namesakes kept apart.

    Args:
        labels: For each mention (name, true, found).
    """
    by_name: dict[object, list[tuple[object, object]]] = {}
    for name, true, found in labels:
        by_name.setdefault(name, []).append((true, found))
    both = true_pairs = found_pairs = apart = strangers = 0
    for some in by_name.values():
        cells: dict[tuple[object, object], int] = {}
        trues: dict[object, int] = {}
        founds: dict[object, int] = {}
        for true, found in some:
            cells[true, found] = cells.get((true, found), 0) + 1
            trues[true] = trues.get(true, 0) + 1
            founds[found] = founds.get(found, 0) + 1
        mine = [sum(n * (n - 1) // 2 for n in counts.values()) for counts in (cells, trues, founds)]
        both, true_pairs, found_pairs = both + mine[0], true_pairs + mine[1], found_pairs + mine[2]
        total = len(some) * (len(some) - 1) // 2
        strangers += total - mine[1]
        apart += total - mine[1] - (mine[2] - mine[0])
    return {
        "mentions": len(labels),
        "pairs": true_pairs,
        "precision": round(both / max(1, found_pairs), 4),
        "recall": round(both / max(1, true_pairs), 4),
        "pairs_of_namesakes": strangers,
        "namesakes_kept_apart": round(apart / max(1, strangers), 4),
    }
