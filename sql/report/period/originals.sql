-- what:   How much of each outlet's coverage is its own, and what the rest is
-- title:  Copies and originals
-- reads:  mart.coverage
-- column publisher: the news organisation
-- column articles: articles
-- column originals: of these, the ones that share text with no earlier article
-- column share: originals of articles
-- column wire: copies whose text names an agency or the sender of a press release
-- column portal: its own article shown by a portal
-- column repeats: its own text again
SELECT
    publisher, sum(article_count)::BIGINT AS articles, sum(original_count)::BIGINT AS originals,
    sum(original_count) / sum(article_count) AS share, sum(wire_count)::BIGINT AS wire,
    sum(portal_count)::BIGINT AS portal, sum(repeat_count)::BIGINT AS repeats
FROM coverage
WHERE news_date BETWEEN $since AND $until
GROUP BY publisher
ORDER BY articles DESC, publisher
