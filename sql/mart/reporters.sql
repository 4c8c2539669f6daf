-- what:   reporters over outlets, joined by name and e-mail without joining strangers, as known now
-- grain:  one row per reporter
-- key:    reporter_id
-- reads:  staging.reporters
-- column reporter_id: stable id
-- column name: name used most
-- column names: all spellings, most used first
-- column emails: personal addresses; desks' addresses left out
-- column publishers: where, first and last day of publication there, articles there; earliest first
-- column publisher_count: publishers written for
-- column article_count: articles as they stand now that credit the reporter
-- column first_seen_date: day of the first article
-- column last_seen_date: day of the last article
-- column evidence: why the bylines are one person: same_email, same_publisher, same_article, same_text (copies); one_byline where there is one
-- column hints: who may be the same person and was not joined, with confidence 0 to 1
-- column bylines: the bylines joined: key of the name, publisher, e-mail
SELECT
    reporter_id,
    name,
    names,
    emails,
    publishers,
    len(publishers) AS publisher_count,
    article_count,
    first_seen_date,
    last_seen_date,
    evidence,
    hints,
    bylines
FROM (
    FROM lake.staging.reporters
    QUALIFY row_number() OVER (PARTITION BY reporter_id ORDER BY revision DESC) = 1
)
WHERE merged_into IS NULL AND article_count > 0
