"""Quotations in Japanese and Chinese: whose words they are, and what is no speech at all."""

import pytest

from flows.enrichment.annotator import annotate
from flows.enrichment.document import Document, Outcome, Quote


def said(lang: str | None, *body: str) -> list[Quote]:
    return list(annotate(Document("x", None, body, lang=lang)).quotes)


@pytest.mark.parametrize(
    ("lang", "text", "who", "kind"),
    [
        ("ja", "田中一郎首相は「橋を直す」と述べた。", "田中一郎", "person"),
        ("ja", "「橋を直す」と話すのは、大工の中村太さんだ。", "中村太", "person"),
        ("ja", "「橋が消えていた」。大工の中村太さん（34）はそう語る。", "中村太", "person"),
        ("ja", "アンナ・ベルク大統領は「全員無事だ」と発表した。", "アンナ・ベルク", "person"),
        ("ja", "港湾省の担当者は「けが人はいない」と説明した。", None, "anonymous"),
        ("ja", "専門家は「橋は危ない」と警告する。", None, "crowd"),
        ("ja", "ハロー電力は「深くおわびする」とのコメントを出した。", None, "organisation"),
        ("zh", "市长陈立明表示：“大桥会修好。”", "陈立明", "person"),
        ("zh", "“大桥会修好。”李娜说。", "李娜", "person"),
        ("zh", "总统安娜·贝格在讲话中指出：“所有人都安全。”", "安娜·贝格", "person"),
        ("zh", "一名不愿透露姓名的官员告诉记者：“我们不知道。”", None, "anonymous"),
        ("zh", "据警方介绍，司机“没有停车就离开了现场”。", None, "organisation"),
        ("zh", "外交部發言人林美玲表示：「我們不接受。」", "林美玲", "person"),
    ],
)
def test_who_is_told_beside_the_marks_speaks(lang: str, text: str, who: str | None, kind: str) -> None:
    (one,) = said(lang, text)
    assert (one.speaker_name, one.speaker_type) == (who, kind)
    assert one.speaker


def test_a_family_name_with_a_title_is_resolved() -> None:
    found = said("ja", "高橋真理教授は湾を調べてきた。", "高橋教授は「水が熱い」と指摘した。")
    assert [(q.speaker, q.speaker_name) for q in found] == [("高橋教授", "高橋真理")]


def test_he_is_who_spoke_before() -> None:
    found = said("zh", "议员陈立明强调：“问题太多。”他还说：“我们需要答案。”")
    assert [q.speaker_name for q in found] == ["陈立明", "陈立明"]


def test_a_sentence_without_subject_goes_on_with_the_one_before() -> None:
    found = said("ja", "木村明議員は「疑問が多い」と強調した。「答えが必要だ」とも述べた。")
    assert [q.speaker_name for q in found] == ["木村明", "木村明"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ja", "小説「塩の道」が賞を受けた。"),
        ("ja", "いわゆる「緑のリスト」は廃止された。"),
        ("ja", "同社は「ノヴァ」という新しい車を発売した。"),
        ("ja", "この町は「水の都」と呼ばれる。"),
        ("zh", "所谓的“绿色名单”已于五月取消。"),
        ("zh", "横幅上写着“人人有水喝”。"),
    ],
)
def test_terms_and_titles_are_no_speech(lang: str, text: str) -> None:
    assert said(lang, text) == []


def test_the_signs_tell_the_language_where_nobody_states_it() -> None:
    (one,) = said(None, "田中一郎首相は「橋を直す」と述べた。")
    assert one.speaker_name == "田中一郎"


def test_a_full_stop_inside_the_marks_ends_no_sentence() -> None:
    (one,) = said("ja", "田中一郎首相は「橋を直す。道も直す。」と述べた。")
    assert one.speaker_name == "田中一郎"


@pytest.mark.parametrize(
    "text",
    [
        "「閉じない、と田中一郎首相は述べた。",
        "「" * 20_000 + "」" * 20_000,
        "王明说：“" * 10_000,
        "阿·" * 20_000,
        "\ud800「\ud800」と述べた",
    ],
    ids=["unclosed", "nested", "open", "dots", "surrogates"],
)
@pytest.mark.parametrize("lang", ["ja", "zh"])
def test_broken_marks_get_an_answer(lang: str, text: str) -> None:
    assert annotate(Document("x", None, (text,), lang=lang)).outcome is Outcome.OK
