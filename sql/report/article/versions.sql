-- what:   Its texts, and what became of the one before
-- title:  Texts
-- reads:  mart.article_versions
-- column number: 1 for the first text seen
-- column headline: of this text
-- column first_seen: first capture that shows it
-- column change: body, title_only and others
-- column declared: the text says of itself that it was changed
-- column words_added: words of the body that the text before had not
-- column words_removed: words of the text before that are gone
SELECT version_number AS number, title AS headline, strftime(timezone($zone, first_captured_at), '%Y-%m-%d %H:%M') AS first_seen,
       change, is_declared AS declared, words_added, words_removed
FROM article_versions WHERE article_id = $article AND (SELECT count(*) FROM article_versions WHERE article_id = $article) > 1
ORDER BY version_number
