-- what:   What was found in the article, and where it stands
-- title:  Annotations
-- reads:  staging.articles, staging.annotations, staging.people, staging.organisations, staging.places, staging.quotes, staging.statements, staging.dates, staging.amounts, staging.events, staging.keywords
-- column kind: person, organisation, place, quote, statement, date, amount, event or keyword
-- column number: from 0 within the article and kind
-- column name: the full name; the speaker; the day that is meant; the amount; the kind of event; the word
-- column says: organisation and role; what was said; value and unit; whom it happened to
-- column paragraph: of the body, from 0; -1 the headline; -2 and below captions
-- column begins: first character
-- column ends: one past the last character
-- column redistribution: prohibited, permission_required, allowed; null = not stated
-- column reproduction: prohibited, permission_required, allowed; null = not stated
-- text:   says
WITH newest AS (
    SELECT capture_id, extractor, rights_redistribution AS redistribution, rights_reproduction AS reproduction
    FROM (
        SELECT capture_id, extractor, captured_at, outcome, rights_redistribution, rights_reproduction
        FROM lake.staging.articles
        WHERE article_id = $article
        QUALIFY row_number() OVER (PARTITION BY capture_id ORDER BY extracted_at DESC, extractor DESC, attempt DESC) = 1
    )
    WHERE outcome = 'ok'
    ORDER BY captured_at DESC, capture_id DESC
    LIMIT 1
),
counted AS MATERIALIZED (
    SELECT
        noted.capture_id, noted.extractor, arg_max(noted.annotator, noted.annotated_at) AS annotator,
        any_value(newest.redistribution) AS redistribution, any_value(newest.reproduction) AS reproduction
    FROM lake.staging.annotations AS noted
    JOIN newest ON newest.capture_id = noted.capture_id AND newest.extractor = noted.extractor
    WHERE noted.article_id = $article AND noted.outcome = 'ok'
    GROUP BY noted.capture_id, noted.extractor
),
found AS (
    SELECT capture_id, extractor, annotator, 'person' AS kind, number, name, concat_ws(' ', org, role) AS says, unnest(mentions) AS place
    FROM lake.staging.people WHERE article_id = $article
    UNION ALL
    SELECT capture_id, extractor, annotator, 'organisation', number, name, NULL, unnest(mentions)
    FROM lake.staging.organisations WHERE article_id = $article
    UNION ALL
    SELECT capture_id, extractor, annotator, 'place', number, name, country, unnest(mentions)
    FROM lake.staging.places WHERE article_id = $article
    UNION ALL
    SELECT capture_id, extractor, annotator, 'quote', number, coalesce(speaker_name, speaker), "text", {'paragraph': paragraph, 'start': start, 'end': "end"}
    FROM lake.staging.quotes WHERE article_id = $article
    UNION ALL
    SELECT capture_id, extractor, annotator, 'statement', number, coalesce(speaker_name, speaker), "text", {'paragraph': paragraph, 'start': start, 'end': "end"}
    FROM lake.staging.statements WHERE article_id = $article
    UNION ALL
    SELECT capture_id, extractor, annotator, 'date', number, value, "text", {'paragraph': paragraph, 'start': start, 'end': "end"}
    FROM lake.staging.dates WHERE article_id = $article
    UNION ALL
    SELECT capture_id, extractor, annotator, 'amount', number, concat_ws(' ', regexp_replace(value::VARCHAR, '\.0$', ''), unit), "text", {'paragraph': paragraph, 'start': start, 'end': "end"}
    FROM lake.staging.amounts WHERE article_id = $article
    UNION ALL
    SELECT capture_id, extractor, annotator, 'event', number, concat_ws(', ', type, modality, happened_on), concat_ws(' · ', array_to_string(who, ', '), what), {'paragraph': paragraph, 'start': start, 'end': "end"}
    FROM lake.staging.events WHERE article_id = $article
    UNION ALL
    SELECT capture_id, extractor, annotator, 'keyword', number, term, NULL, NULL
    FROM lake.staging.keywords WHERE article_id = $article
)
SELECT found.kind, found.number, found.name, found.says, found.place.paragraph AS paragraph, found.place.start AS begins, found.place."end" AS ends,
    counted.redistribution, counted.reproduction
FROM found
JOIN counted ON counted.capture_id = found.capture_id AND counted.extractor = found.extractor AND counted.annotator = found.annotator
ORDER BY found.kind, found.number, paragraph, begins
