"""Rights: a statement missed is text exported that should not be; one invented is text withheld for nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.extraction import notices
from flows.extraction.rights import read_rights
from flows.extraction.structured import Stated
from tests.extraction.pages import english, read

BAN, LEAVE = "prohibited", "permission_required"


@pytest.mark.parametrize(
    ("notice", "reproduction", "redistribution", "training"),
    [
        ("<저작권자(c) 가온일보, 무단 전재-재배포 금지>", LEAVE, LEAVE, None),
        ("[ⓒ 가온일보 & gaon.kr, 무단전재 및 재배포 금지]", LEAVE, LEAVE, None),
        ("Copyright ⓒ 가온일보. All rights reserved. 무단 전재, 재배포 및 AI학습 이용 금지", LEAVE, LEAVE, BAN),
        ("ⓒ 가온방송 무단 전재, 재배포 및 이용(AI학습 포함) 금지", LEAVE, LEAVE, BAN),
        ("[저작권자(c) 가온방송 무단전재, 재배포 및 AI 데이터 활용 금지]", LEAVE, LEAVE, BAN),
        ("모든 콘텐츠(기사)는 저작권법의 보호를 받은바, 무단 전재·복사·배포를 금합니다.", LEAVE, LEAVE, None),
        ("© 가온일보 All rights reserved.", None, None, None),
        ("無断転載・複製を禁じます", LEAVE, LEAVE, None),
        ("This material may not be published, broadcast, rewritten or redistributed.", BAN, BAN, None),
        ("No part of this site may be reproduced without written permission.", LEAVE, None, None),
        ("Nutzungsvorbehalt gemäß § 44b UrhG", None, None, BAN),
        ("© 2026 The Courier. Use of this content to train AI systems is prohibited.", None, None, BAN),
        ("記事・写真の無断転載を禁じます。AI学習への利用も禁止します。", LEAVE, LEAVE, BAN),
        ("Die Nutzung dieser Inhalte für das Training von KI-Systemen ist untersagt.", None, None, BAN),
        ("Alle Rechte vorbehalten. Nachdruck nur mit Genehmigung des Verlags.", LEAVE, None, None),
        ("Text- und Data-Mining vorbehalten", None, None, BAN),
        ("Tous droits réservés. Toute reproduction interdite sans autorisation.", LEAVE, None, None),
        ("L'utilisation de ces contenus pour l'entraînement de modèles d'IA est interdite.", None, None, BAN),
        ("Todos los derechos reservados. Prohibida su reproducción total o parcial.", BAN, None, None),
        ("版权所有，未经授权禁止转载", LEAVE, LEAVE, None),
    ],
)
def test_a_notice_is_read_clause_by_clause(
    notice: str, reproduction: str | None, redistribution: str | None, training: str | None
) -> None:
    rights = read_rights([notice], None, Stated())
    assert (rights.reproduction, rights.redistribution, rights.ai_training) == (reproduction, redistribution, training)
    assert rights.signals
    assert rights.signals[0].raw == notice


@pytest.mark.parametrize(
    ("notice", "holder"),
    [
        ("<저작권자(c) 가온일보, 무단 전재-재배포 금지>", "가온일보"),
        ("[ⓒ 가온일보 & gaon.kr, 무단전재 및 재배포 금지]", "가온일보"),
        ("저작권자 ⓒ '시민의 벗' 가온일보(www.gaon.kr), 무단전재 및 재배포금지", "가온일보"),
        ("Copyright 2026 The Eastmere Courier. All rights reserved", "The Eastmere Courier"),
    ],
)
def test_the_holder_is_named(notice: str, holder: str) -> None:
    assert notices.holder_of(notice) == holder


@pytest.mark.parametrize(
    "line",
    [
        "저작권 침해 소송이 다시 시작됐다고 법원이 밝혔다.",
        "The right to reproduce the painting was sold.",
        "AI 학습에 쓰인 사진이 문제가 됐다.",
        "Das Gericht hat der Firma den Einsatz von KI im Unterricht untersagt.",
        "政府は学校でのAIの利用を禁止した。",
        "La ville interdit l'entraînement des chiens dans le parc.",
    ],
)
def test_prose_about_rights_is_no_notice(line: str) -> None:
    assert not notices.is_notice(line)


@pytest.mark.parametrize(
    ("headers", "robots", "head", "training"),
    [
        ((("tdm-reservation", "1"),), None, "", LEAVE),
        ((("X-Robots-Tag", "noai, noimageai"),), None, "", BAN),
        ((("Content-Usage", "train-ai=n"),), None, "", BAN),
        ((), "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n", "", BAN),
        ((), "User-Agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n", "", BAN),
        ((), "User-agent: *\nDisallow: /admin\n", "", None),
        ((), None, '<meta name="tdm-reservation" content="1">', LEAVE),
        ((), None, '<meta name="robots" content="noai">', BAN),
        ((), None, '<meta name="GPTBot" content="noindex">', BAN),
        ((), "User-agent: GPTBot\nDisallow: /news/\n", "", BAN),
        ((), "User-agent: GPTBot\nDisallow: /*/1$\n", "", BAN),
        ((), "User-agent: GPTBot\nDisallow: /sport/\n", "", None),
        ((), "User-agent: *\nContent-Usage: /news train-ai=n\n", "", BAN),
        ((), "User-agent: *\nContent-Usage: /sport train-ai=n\n", "", None),
        ((), None, '<meta name="robots" content="index, follow">', None),
    ],
)
def test_machine_readable_signals_count(
    headers: tuple[tuple[str, str], ...], robots: str | None, head: str, training: str | None
) -> None:
    article = read(english(head), "https://courier.example/news/1", headers=headers, robots_txt=robots)
    assert article.rights.ai_training == training
    if training:
        assert any(signal.use == "ai_training" for signal in article.rights.signals)


def test_the_strictest_signal_wins_and_all_are_kept() -> None:
    rights = read_rights(
        ["ⓒ 가온일보 무단전재 및 재배포 금지"], None, Stated(license="https://creativecommons.org/licenses/by/4.0/")
    )
    assert rights.reproduction == LEAVE
    assert {signal.value for signal in rights.signals if signal.use == "reproduction"} == {LEAVE, "allowed"}


def test_the_notice_is_out_of_the_body() -> None:
    notice = "ⓒ 가온일보 무단 전재, 재배포 및 AI학습 이용 금지"
    article = read(
        english(
            body=("The library opens in spring, officials said on Monday evening in the town hall.",) * 1 + (notice,)
        )
    )
    assert all("AI" not in line for line in article.body)
    assert article.rights.raw == notice


@pytest.mark.parametrize("word", [*notices._WORDS, "(c)", "⒞", "produced", "ntersagt", "iservat", "éservés", "prohibi"])
def test_the_first_cheap_test_lets_every_word_of_a_notice_through(word: str) -> None:
    assert notices.may_hold_notice(f"zu {word}")


@given(st.text(max_size=300))
def test_no_line_makes_the_notice_reader_raise(line: str) -> None:
    notices.is_notice(line)
    notices.clauses_of(line)
    notices.holder_of(line)


def test_the_licence_of_a_picture_frees_the_picture_alone() -> None:
    link = '<a rel="license noopener" href="https://creativecommons.org/licenses/by/4.0/">CC BY</a>'
    picture = f"<figure><img src='/x.jpg'><figcaption>The store {link}</figcaption></figure>"
    rights = read(english(before=picture)).rights
    assert rights.reproduction is None
    assert {one.scope for one in rights.signals if one.source == "link"} == {"asset"}
    assert read(english(before=f"<p>{link}</p>")).rights.reproduction == "allowed"
