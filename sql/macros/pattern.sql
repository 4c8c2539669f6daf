-- what:   sentences built after a pattern of kinds of names and words, with what stood in each place
-- macro:  pattern(wording, query := '', gap := 20, most := 200, newest := 10000)
-- parameter wording: PERSON, ORG, PLACE, DATE, TIME, AMOUNT, and words between quotation marks, in the order of the sentence
-- parameter query: only in articles that this search finds, as in search(); '' = in all
-- parameter gap: characters that may stand between two parts, 0 to 200; none before a quoted word of one syllable, which is a particle
-- parameter most: so many sentences, the newest
-- parameter newest: only in so many articles that have the words (and that the search finds), the newest: sentences of each are read
-- example: pattern('ORG "와" ORG "합병"')
-- grain:  one row per sentence that the pattern fits, newest first
-- reads:  matching, indexed_texts, staging.search_sentences, staging.word_forms, staging.postings, staging.entities
-- column article_id: stable id of the article
-- column published_date: day of publication in the publisher's zone
-- column publisher: the news organisation
-- column sentence: as written
-- column found: what stood for each PERSON, ORG and so on, in the order of the pattern
-- text:   sentence, found
WITH parts AS MATERIALIZED (
    SELECT CASE
        WHEN wording IS NULL OR len(parts) = 0 OR trim(regexp_replace(wording, '"[^"]+"|\b(PERSON|ORG|PLACE|DATE|TIME|AMOUNT)\b', '', 'g')) <> ''
        THEN error('A pattern is made of PERSON, ORG, PLACE, DATE, TIME, AMOUNT and words between quotation marks: '
            || 'pattern(''ORG "와" ORG "합병"'')')
        WHEN len(list_filter(parts, lambda part: part[1] <> '"')) > 9 THEN error('A pattern has nine kinds of names at most')
        WHEN gap < 0 OR gap > 200 THEN error('gap is 0 to 200 characters: pattern(''ORG "인수"'', gap := 40)')
        WHEN len(list_filter(parts, lambda part: part[1] = '"')) = 0 AND query = ''
        THEN error('Say a word in the pattern, or a search, so that not every sentence has to be read: '
            || 'pattern(''PERSON ORG'', query := ''네이버'')')
        ELSE parts
    END AS listed
    FROM (SELECT regexp_extract_all(wording, '"[^"]+"|PERSON|ORG|PLACE|DATE|TIME|AMOUNT') AS parts)
),
kinds AS (
    FROM (VALUES ('PERSON', 'PS'), ('ORG', 'OG'), ('PLACE', 'LC'), ('DATE', 'DT'), ('TIME', 'TI'), ('AMOUNT', 'QT')) AS kinds (word, type)
),
words AS (
    SELECT trim(part, '"') AS word FROM (SELECT unnest(parts.listed) AS part FROM parts) WHERE part[1] = '"'
),
-- Korean words of two syllables and more, or such parts of them: a sentence with one has a word as written
-- (staging.word_forms) with it inside, and its article the terms that this was read as. So the index tells which
-- articles can have the sentence; where a word was read as particles alone, it tells nothing of that word.
clues AS MATERIALIZED (
    SELECT pieces.piece, coalesce(list_filter(string_split(forms.terms, ' '), lambda term: contains(term, pieces.piece))[1],
        nullif(string_split(forms.terms, ' ')[1], '')) AS term
    FROM (SELECT DISTINCT unnest(regexp_extract_all(words.word, '[가-힣]{2,}')) AS piece FROM words) AS pieces
    JOIN lake.staging.word_forms AS forms ON contains(forms.form, pieces.piece)
),
telling AS (
    SELECT clues.piece FROM clues GROUP BY clues.piece HAVING count(*) = count(clues.term)
),
terms AS MATERIALIZED (
    SELECT DISTINCT clues.piece, clues.term FROM clues WHERE clues.piece IN (SELECT telling.piece FROM telling)
),
-- A word that no article has written is telling, too: of nothing.
unseen AS (
    SELECT count(*) AS pieces
    FROM (SELECT DISTINCT unnest(regexp_extract_all(words.word, '[가-힣]{2,}')) AS piece FROM words) AS pieces
    WHERE pieces.piece NOT IN (SELECT clues.piece FROM clues)
),
wanted AS MATERIALIZED (
    SELECT hits.number FROM lake.mart.matching(CASE WHEN query = '' THEN 'x' ELSE query END) AS hits WHERE query <> ''
),
with_words AS MATERIALIZED (
    SELECT found.number
    FROM lake.staging.postings AS found
    JOIN terms ON terms.term = found.term
    GROUP BY found.number
    HAVING count(DISTINCT terms.piece) = (SELECT count(*) FROM telling)
),
texts AS MATERIALIZED (
    SELECT texts.number, texts.article_id, texts.publisher, texts.published_date, texts.capture_id, texts.extractor, texts.annotator
    FROM lake.mart.indexed_texts() AS texts
    WHERE (query = '' OR texts.number IN (SELECT wanted.number FROM wanted))
      AND ((SELECT count(*) FROM telling) = 0 OR texts.number IN (SELECT with_words.number FROM with_words))
      AND (SELECT unseen.pieces FROM unseen) = 0
    ORDER BY texts.published_date DESC NULLS LAST, texts.number DESC
    LIMIT newest
),
listed_words AS MATERIALIZED (
    SELECT list(words.word) AS all_words FROM words
),
candidates AS MATERIALIZED (
    SELECT sentences.number, sentences.place, sentences.sentence
    FROM lake.staging.search_sentences AS sentences
    JOIN texts ON texts.number = sentences.number, listed_words
    WHERE len(list_filter(listed_words.all_words, lambda one: NOT contains(sentences.sentence, one))) = 0
       OR listed_words.all_words IS NULL
),
named AS (
    SELECT DISTINCT texts.number, kinds.word, entities."text" AS name
    FROM lake.staging.entities AS entities
    JOIN (SELECT * FROM texts WHERE texts.number IN (SELECT candidates.number FROM candidates)) AS texts
        ON texts.capture_id = entities.capture_id AND texts.extractor = entities.extractor AND texts.annotator = entities.annotator
    JOIN kinds ON kinds.type = entities.type
),
-- Per sentence and kind the names in it, as one alternative of a regular expression, the longest first.
choices AS (
    SELECT
        candidates.number, candidates.place, any_value(candidates.sentence) AS sentence, named.word,
        '(' || string_agg(regexp_escape(named.name), '|' ORDER BY len(named.name) DESC, named.name) || ')' AS choice
    FROM candidates
    JOIN named ON named.number = candidates.number AND contains(candidates.sentence, named.name)
    GROUP BY candidates.number, candidates.place, named.word
),
sentences AS (
    SELECT
        choices.number, choices.place, any_value(choices.sentence) AS sentence,
        map_from_entries(list({'key': choices.word, 'value': choices.choice})) AS choice_of
    FROM choices
    GROUP BY choices.number, choices.place
),
ready AS (
    SELECT
        sentences.number, sentences.place, sentences.sentence,
        list_filter(parts.listed, lambda part: part[1] <> '"') AS asked,
        array_to_string(list_transform(
            parts.listed,
            lambda part, nth:
                -- A word of one syllable is a particle: it stands right behind what it follows.
                CASE WHEN nth = 1 OR (part[1] = '"' AND len(part) = 3) THEN '' ELSE '.{0,' || gap || '}?' END
                || CASE WHEN part[1] = '"' THEN regexp_escape(trim(part, '"')) ELSE sentences.choice_of[part] END
        ), '') || repeat('()', 9) AS expression
    FROM sentences, parts
    WHERE len(list_filter(parts.listed, lambda part: part[1] <> '"' AND sentences.choice_of[part] IS NULL)) = 0
),
fitting AS (
    SELECT
        ready.number, ready.place, ready.sentence,
        -- A group's number must be a constant; the expression ends in empty groups, so that all nine are there.
        [
            regexp_extract(ready.sentence, ready.expression, 1), regexp_extract(ready.sentence, ready.expression, 2),
            regexp_extract(ready.sentence, ready.expression, 3), regexp_extract(ready.sentence, ready.expression, 4),
            regexp_extract(ready.sentence, ready.expression, 5), regexp_extract(ready.sentence, ready.expression, 6),
            regexp_extract(ready.sentence, ready.expression, 7), regexp_extract(ready.sentence, ready.expression, 8),
            regexp_extract(ready.sentence, ready.expression, 9)
        ][1:len(ready.asked)] AS found
    FROM ready
    WHERE regexp_matches(ready.sentence, ready.expression)
)
SELECT texts.article_id, texts.published_date, texts.publisher, fitting.sentence, fitting.found
FROM fitting
JOIN texts ON texts.number = fitting.number
ORDER BY texts.published_date DESC NULLS LAST, texts.article_id, fitting.place
LIMIT most
