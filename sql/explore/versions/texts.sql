-- what:   Every text that the article has had
-- title:  Texts
-- reads:  mart.article_versions, mart.rights
-- column number: 1 for the first text seen
-- column headline: of this text
-- column first_seen: first capture that shows it
-- column change: what became of the text before: body, title_only and others
-- column declared: the text says of itself that it was changed
-- column words_added: words of the body that the text before had not
-- column words_removed: words of the text before that are gone
-- column body: paragraphs of this text
-- column article_id: stable id of the article
-- column redistribution: prohibited, permission_required, allowed; null = not stated
-- column reproduction: prohibited, permission_required, allowed; null = not stated
-- text:   body
SELECT texts.version_number AS number, texts.title AS headline,
       strftime(timezone($zone, texts.first_captured_at), '%Y-%m-%d %H:%M') AS first_seen,
       texts.change, texts.is_declared AS declared, texts.words_added, texts.words_removed, texts.body, texts.article_id,
       rights.redistribution, rights.reproduction
FROM article_versions AS texts
LEFT JOIN rights ON rights.article_id = texts.article_id
WHERE texts.article_id = $article
ORDER BY texts.version_number
