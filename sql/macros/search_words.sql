-- what:   how a search is understood: each of its words and phrases with the terms that are looked up for it
-- macro:  search_words(query)
-- parameter query: as in search()
-- example: search_words('네이버 "소버린 AI" -주가')
-- grain:  one row per word or phrase of the query
-- reads:  staging.word_forms
-- column clause: number of the demand from 1; every clause must be met, by any one of its words
-- column literal: number of the word or phrase from 1
-- column is_negative: the clause is met where this is not found
-- column field: title, quote, speaker, person, org; empty = headline, body and captions
-- column said: the word or phrase as given
-- column alternatives: term sequences that count as this word, each a list of terms that stand side by side
WITH given AS (
    SELECT
        nfc_normalize(CAST(query AS VARCHAR)) AS whole,
        regexp_replace(nfc_normalize(CAST(query AS VARCHAR)), '"[^"]*"', ' x ', 'g') AS bare
),
checked AS (
    SELECT CASE
        WHEN whole IS NULL OR trim(whole) = '' THEN error(
            'The search is empty. Say at least one word: search(''네이버 "소버린 AI" -주가'')')
        WHEN contains(bare, '"') THEN error(
            'A quotation mark is not closed in: ' || whole || '. A phrase stands between two: search(''네이버 "소버린 AI"'')')
        WHEN regexp_matches(bare, '[()]') THEN error(
            'Brackets are read by `sillok search` and `sillok sql` only; here say a|b for either: search(''네이버 소버린|주권 -주가'')')
        WHEN regexp_matches(bare, '(^|\s)(AND|OR|NOT)(\s|$)') THEN error(
            'AND, OR and NOT are read by `sillok search` and `sillok sql` only; here all words must be there, a|b is '
            || 'either and -a is not: search(''네이버 소버린|주권 -주가'')')
        WHEN regexp_matches(regexp_replace(trim(bare), '\s*\|\s*', '|', 'g'), '^-?\||\|-?$|\|\|') THEN error(
            'There is a | without a word on each side in: ' || whole || '. Either of two: search(''소버린|주권'')')
        WHEN len(regexp_extract_all(bare, '[^\s|]+')) > 60 THEN error(
            'The search has more than 60 words. Ask in two parts, or for a phrase: search(''"소버린 AI" 네이버'')')
        WHEN NOT regexp_matches(whole, '[\p{L}\p{N}]') THEN error(
            'The search has no word in it: ' || whole || '. Say at least one: search(''네이버 "소버린 AI" -주가'')')
        WHEN regexp_matches(lower(bare), '(^|[\s|-])[a-z_]+:') AND len(list_filter(
            regexp_extract_all(lower(bare), '(?:^|[\s|-])([a-z_]+):', 1),
            lambda name: name NOT IN ('title', 'quote', 'speaker', 'person', 'org'))) > 0 THEN error(
            'There is no field ' || list_filter(
                regexp_extract_all(lower(bare), '(?:^|[\s|-])([a-z_]+):', 1),
                lambda name: name NOT IN ('title', 'quote', 'speaker', 'person', 'org'))[1]
            || ': there are title:, quote:, speaker:, person: and org:, as in search(''title:네이버 speaker:홍길동''). '
            || 'A colon in a text stands between quotation marks')
        ELSE regexp_replace(lower(whole), '\s*\|\s*', '|', 'g')
    END AS text
    FROM given
),
clauses AS (
    SELECT
        regexp_extract_all(text, '(?:-?(?:[a-z_]+:)?(?:"[^"]*"|[^\s"|]+)\|)*-?(?:[a-z_]+:)?(?:"[^"]*"|[^\s"|]+)') AS clause_texts
    FROM checked
),
numbered AS (
    SELECT generate_subscripts(texts, 1) AS clause, unnest(texts) AS clause_text
    FROM (
        SELECT CASE
            WHEN len(list_filter(clause_texts, lambda c: NOT regexp_matches(regexp_replace(c, '"[^"]*"', 'x', 'g'), '(^|\|)-'))) = 0
            THEN error('The search says only what must not be there; say a word that must be, too: search(''네이버 -주가'')')
            ELSE clause_texts
        END AS texts
        FROM clauses
    )
),
literals AS (
    SELECT
        clause, clause_text, unnest(texts) AS said, generate_subscripts(texts, 1) AS place
    FROM (SELECT *, regexp_extract_all(clause_text, '-?(?:[a-z_]+:)?(?:"[^"]*"|[^\s"|]+)') AS texts FROM numbered)
),
told AS (
    SELECT
        clause,
        row_number() OVER (ORDER BY clause, place) AS literal,
        starts_with(said, '-') AS is_negative,
        -- title:a|b asks for both in the headline
        coalesce(nullif(regexp_extract(said, '^-?([a-z]+):', 1), ''), regexp_extract(clause_text, '^-?([a-z]+):', 1)) AS field,
        said,
        regexp_extract_all(regexp_replace(said, '^-?(?:[a-z]+:)?', ''), '[\p{L}\p{N}]+') AS runs
    FROM literals
),
runs AS (
    SELECT
        literal,
        run,
        place,
        field NOT IN ('speaker', 'person', 'org') AND regexp_matches(run, '[가-힣]') AS is_korean
    FROM (SELECT literal, field, unnest(runs) AS run, generate_subscripts(runs, 1) AS place FROM told)
),
keys AS (
    SELECT DISTINCT run, run[1:size] AS form
    FROM (SELECT run, unnest(range(least(2, len(run)), len(run) + 1)) AS size FROM runs WHERE is_korean)
),
seen AS (
    SELECT keys.run, keys.form, forms.terms, sum(forms.text_count) AS texts
    FROM lake.staging.word_forms AS forms
    JOIN keys ON keys.form = forms.form
    GROUP BY ALL
),
longest AS (
    SELECT run, terms, texts, sum(texts) OVER (PARTITION BY run) AS all_texts
    FROM (FROM seen QUALIFY len(form) = max(len(form)) OVER (PARTITION BY run))
    WHERE terms <> ''
),
-- A word may have been read in several ways. Those of a tenth of its texts count, and rarer ones of several terms,
-- which no other word has by chance.
chosen AS (
    SELECT run, list(string_split(terms, ' ') ORDER BY texts DESC, terms) AS ways
    FROM (
        FROM longest
        WHERE texts * 10 >= all_texts OR contains(terms, ' ')
        QUALIFY row_number() OVER (PARTITION BY run ORDER BY texts DESC, terms) <= 4
    )
    GROUP BY run
),
placed AS (
    SELECT
        literal,
        list(coalesce(ways, [regexp_extract_all(
            runs.run,
            '[\x{3005}\x{3041}-\x{3096}\x{309d}-\x{309f}\x{30a1}-\x{30fa}\x{30fc}-\x{30ff}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{f900}-\x{faff}]|[^\x{3005}\x{3041}-\x{3096}\x{309d}-\x{309f}\x{30a1}-\x{30fa}\x{30fc}-\x{30ff}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{f900}-\x{faff}]+')])
            ORDER BY place) AS ways_by_run
    FROM runs
    LEFT JOIN chosen ON runs.is_korean AND chosen.run = runs.run
    GROUP BY literal
)
SELECT
    told.clause, told.literal, told.is_negative, told.field, told.said,
    list_reduce(
        placed.ways_by_run,
        lambda done, ways: flatten(list_transform(done, lambda a: list_transform(ways, lambda b: a || b)))
    )[1:16] AS alternatives
FROM told
JOIN placed ON placed.literal = told.literal
