-- what:   the texts in the search index that count: of each article the newest, read and annotated
-- macro:  indexed_texts()
-- example: indexed_texts()
-- grain:  one row per article in the index
-- reads:  staging.search_texts, staging.search_replaced
-- column number: number of the text in the index
-- column article_id: stable id of the article
-- column publisher: the news organisation; the source's name where the page does not state one
-- column published_date: day of publication in the publisher's zone
-- column capture_id: WARC-Record-ID of the capture
-- column extractor: name and version of what read the text
-- column annotator: names and versions of the enrichers
SELECT
    texts.number, texts.article_id, texts.publisher, texts.published_date, texts.capture_id, texts.extractor, texts.annotator
FROM lake.staging.search_texts AS texts
ANTI JOIN lake.staging.search_replaced AS replaced ON replaced.number = texts.number
WHERE texts.outcome = 'ok'
