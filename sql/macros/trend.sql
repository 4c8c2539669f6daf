-- what:   how much of the coverage a search finds, period by period, beside all that was published and is here
-- macro:  trend(query, by := 'day', share := true, outlet := '', since := DATE '0001-01-01', until := DATE '9999-12-31')
-- parameter query: as in search()
-- parameter by: length of a period: day, week, month, quarter or year
-- parameter share: value is the share of coverage; false = the estimated number of articles
-- parameter outlet: only of this news organisation
-- parameter since: only published on this day or later
-- parameter until: only published on this day or earlier
-- example: trend('네이버')
-- grain:  one row per period in which anything was published, in order
-- reads:  matching, indexed_texts, mart.completeness
-- column period: first day of the period, publisher's zone
-- column articles: articles found
-- column all_articles: all articles of the period that are in the index
-- column share: articles of all_articles, 0 to 1
-- column estimated_articles: articles, each day and publisher divided by its share of completeness: what a whole archive would hold
-- column completeness: share of the listed addresses of the period of which there is an article, 0 to 1; null where nothing was listed
-- column value: share, or estimated_articles, as asked
WITH unit AS (
    SELECT CASE
        WHEN lower("by") IN ('day', 'week', 'month', 'quarter', 'year') THEN lower("by")
        ELSE error('There is no period ' || "by" || '; take day, week, month, quarter or year: trend(''네이버'', by := ''week'')')
    END AS name
),
found AS (
    SELECT hits.publisher, hits.published_date, count(*) AS articles
    FROM lake.mart.matching(query) AS hits
    GROUP BY hits.publisher, hits.published_date
),
published AS (
    SELECT texts.publisher, texts.published_date, count(*) AS articles
    FROM lake.mart.indexed_texts() AS texts
    WHERE texts.published_date >= since AND texts.published_date <= until
      AND (outlet = '' OR texts.publisher = outlet)
    GROUP BY texts.publisher, texts.published_date
),
by_day AS (
    SELECT
        published.published_date, published.articles AS all_articles, coalesce(found.articles, 0) AS articles,
        listed.listed_count, listed.extracted_count,
        coalesce(found.articles, 0) / coalesce(nullif(listed.extracted_share, 0), 1) AS estimated
    FROM published
    LEFT JOIN found
        ON found.publisher IS NOT DISTINCT FROM published.publisher AND found.published_date = published.published_date
    LEFT JOIN lake.mart.completeness AS listed
        ON listed.publisher = published.publisher AND listed.news_date = published.published_date
),
by_period AS (
    SELECT
        date_trunc((SELECT unit.name FROM unit), by_day.published_date)::DATE AS period,
        sum(by_day.articles)::BIGINT AS articles,
        sum(by_day.all_articles)::BIGINT AS all_articles,
        sum(by_day.estimated) AS estimated_articles,
        sum(by_day.extracted_count) / nullif(sum(by_day.listed_count), 0) AS completeness
    FROM by_day
    GROUP BY ALL
)
SELECT
    by_period.period, by_period.articles, by_period.all_articles,
    by_period.articles / by_period.all_articles AS share,
    round(by_period.estimated_articles, 3) AS estimated_articles,
    by_period.completeness,
    CASE WHEN share THEN by_period.articles / by_period.all_articles ELSE round(by_period.estimated_articles, 3) END AS value
FROM by_period
ORDER BY by_period.period
