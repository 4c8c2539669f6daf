-- what:   The period in numbers
-- title:  In numbers
-- reads:  mart.coverage, mart.completeness, mart.story_articles, mart.quotes, mart.corrections
-- column articles: articles published in the period that are here
-- column outlets: publishers of these articles
-- column copies: of these articles, the ones that share text with an earlier one
-- column stories: happenings that these articles tell
-- column speakers: people and organisations quoted by name
-- column quotes: quotations, those of nobody named included
-- column changes: articles of which a changed text was seen in the period
-- column missing: addresses listed for the period without an article
SELECT
    (SELECT coalesce(sum(article_count), 0)::BIGINT FROM coverage WHERE news_date BETWEEN $since AND $until) AS articles,
    (SELECT count(DISTINCT publisher) FROM coverage WHERE news_date BETWEEN $since AND $until) AS outlets,
    (SELECT coalesce(sum(copy_count), 0)::BIGINT FROM coverage WHERE news_date BETWEEN $since AND $until) AS copies,
    (SELECT count(DISTINCT story_id) FROM story_articles WHERE news_date BETWEEN $since AND $until) AS stories,
    (SELECT count(DISTINCT speaker_name) FROM quotes
     WHERE published_date BETWEEN $since AND $until AND speaker_type IN ('person', 'organisation')) AS speakers,
    (SELECT count(*) FROM quotes WHERE published_date BETWEEN $since AND $until) AS quotes,
    (SELECT count(DISTINCT article_id) FROM corrections
     WHERE CAST(timezone($zone, new_captured_at) AS DATE) BETWEEN $since AND $until AND outcome <> 'cosmetic') AS changes,
    (SELECT coalesce(sum(missing_count), 0)::BIGINT FROM completeness
     WHERE news_date BETWEEN $since AND $until) AS missing
