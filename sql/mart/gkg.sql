-- what:   articles under the 27 columns of GDELT's GKG 2.1: filled where we have the facts, null where not
-- grain:  one row per article
-- key:    GKGRECORDID
-- reads:  mart.articles, mart.people, mart.organisations, mart.places, mart.quotes, mart.dates_mentioned, mart.amounts, mart.links
-- text:   V2.1QUOTATIONS
-- article: split_part(GKGRECORDID, '-', 2)
-- form:   tsv
-- column GKGRECORDID: YYYYMMDDHHMMSS of V2.1DATE, a hyphen, and our article_id where GDELT has a number
-- column V2.1DATE: publication in UTC as the number YYYYMMDDHHMMSS (midnight where only the day is known; else the capture); GDELT: its batch
-- column V2SOURCECOLLECTIONIDENTIFIER: 1 = on the web, the identifier is an address; 2 = the identifier is a citation
-- column V2SOURCECOMMONNAME: host of the address, without www.; without an address the publisher's name
-- column V2DOCUMENTIDENTIFIER: address; without one publisher, headline and day
-- column V1COUNTS: null: GDELT's kinds of counts (killed, arrested) are not told apart here; see V2.1AMOUNTS
-- column V2.1COUNTS: null, as above
-- column V1THEMES: null: GDELT's themes are not ours; mart.keywords has telling terms
-- column V2ENHANCEDTHEMES: null, as above
-- column V1LOCATIONS: type#name#FIPS country#ADM1#latitude#longitude#feature; type 4 throughout, ADM1 and feature empty: not known here
-- column V2ENHANCEDLOCATIONS: type#name#FIPS country#ADM1#ADM2#latitude#longitude#feature#offset; one block a mention
-- column V1PERSONS: names, joined by semicolons
-- column V2ENHANCEDPERSONS: name,offset; one block a mention
-- column V1ORGANIZATIONS: names, joined by semicolons
-- column V2ENHANCEDORGANIZATIONS: name,offset; one block a mention
-- column V1.5TONE: null: no tone is measured
-- column V2.1ENHANCEDDATES: resolution#month#day#year#offset; resolution 1 year, 2 month, 3 day; of an interval its beginning
-- column V2GCAM: null: none of its dictionaries is used
-- column V2.1SHARINGIMAGE: address of the first picture with a caption
-- column V2.1RELATEDIMAGES: addresses of the others, joined by semicolons
-- column V2.1SOCIALIMAGEEMBEDS: null: embeds are not read
-- column V2.1SOCIALVIDEOEMBEDS: null, as above
-- column V2.1QUOTATIONS: offset|length|verb|quote, joined by #
-- column V2.1ALLNAMES: name,offset of people, organisations and places; one block a mention
-- column V2.1AMOUNTS: number,unit,offset
-- column V2.1TRANSLATIONINFO: null: nothing is translated
-- column V2EXTRASXML: PAGE_LINKS, PAGE_TITLE, PAGE_AUTHORS and, where the minute is known, PAGE_PRECISEPUBTIMESTAMP
-- Offsets count characters from 0 in headline, line end, and paragraphs joined by line ends; empty for captions.
WITH fips(country, code) AS (
    -- Only countries of which both codes are certain; of others the field is empty, since a wrong code names another land.
    VALUES
        ('KR', 'KS'), ('KP', 'KN'), ('JP', 'JA'), ('CN', 'CH'), ('TW', 'TW'), ('HK', 'HK'), ('MN', 'MG'), ('RU', 'RS'),
        ('US', 'US'), ('CA', 'CA'), ('MX', 'MX'), ('BR', 'BR'), ('AR', 'AR'), ('CL', 'CI'), ('GB', 'UK'), ('IE', 'EI'),
        ('FR', 'FR'), ('DE', 'GM'), ('IT', 'IT'), ('ES', 'SP'), ('PT', 'PO'), ('NL', 'NL'), ('BE', 'BE'), ('CH', 'SZ'),
        ('AT', 'AU'), ('SE', 'SW'), ('NO', 'NO'), ('FI', 'FI'), ('DK', 'DA'), ('PL', 'PL'), ('HU', 'HU'), ('GR', 'GR'),
        ('UA', 'UP'), ('TR', 'TU'), ('IL', 'IS'), ('IR', 'IR'), ('IQ', 'IZ'), ('SA', 'SA'), ('AE', 'AE'), ('EG', 'EG'),
        ('IN', 'IN'), ('PK', 'PK'), ('VN', 'VM'), ('TH', 'TH'), ('SG', 'SN'), ('MY', 'MY'), ('ID', 'ID'), ('PH', 'RP'),
        ('AU', 'AS'), ('NZ', 'NZ'), ('ZA', 'SF')
),
-- Not set aside: where few columns or articles are asked for, each use reads only these.
told AS NOT MATERIALIZED (
    SELECT
        article_id, url, publisher, title, authors, published_at,
        list_filter(list_transform(captions, lambda one: CASE
            WHEN one.url LIKE 'http%' THEN one.url
            WHEN one.url LIKE '//%' THEN 'https:' || one.url
            WHEN one.url LIKE '/%' THEN nullif(regexp_extract(url, '^https?://[^/]+'), '') || one.url
        END), lambda one: one IS NOT NULL) AS images,
        coalesce(published_date, captured_at::DATE) AS day,
        coalesce(published_at::TIMESTAMP, published_date::TIMESTAMP, captured_at::TIMESTAMP) AS at,
        -- Where each paragraph begins; short lists, so summing each from the start costs little.
        list_transform(range(len(body) + 1), lambda n:
            len(title) + 1 + n + coalesce(list_sum(list_transform(body[1:n], lambda part: len(part))), 0)
        ) AS begins
    FROM lake.mart.articles
),
names AS (
    SELECT article_id, 'person' AS kind, number, name, mentions, NULL AS lat, NULL AS lon, NULL AS country
    FROM lake.mart.people
    UNION ALL
    SELECT article_id, 'organisation', number, name, mentions, NULL, NULL, NULL FROM lake.mart.organisations
    UNION ALL
    SELECT article_id, 'place', number, name, mentions, lat, lon, country FROM lake.mart.places
),
clean AS (
    SELECT
        names.article_id, names.kind, names.number, told.begins, names.mentions,
        translate(names.name, ';,#|"' || chr(9) || chr(10) || chr(13), '        ') AS name,
        coalesce(fips.code, '') AS code,
        coalesce(round(names.lat, 4)::VARCHAR, '') || '#' || coalesce(round(names.lon, 4)::VARCHAR, '') AS point
    FROM names
    JOIN told ON told.article_id = names.article_id
    LEFT JOIN fips ON fips.country = names.country
),
placed AS (
    SELECT
        * EXCLUDE (begins, mentions),
        list_transform(mentions, lambda one: coalesce(
            (CASE one.paragraph WHEN -1 THEN one."start" ELSE begins[one.paragraph + 1] + one."start" END)::VARCHAR, ''
        )) AS offsets
    FROM clean
),
named AS (
    SELECT
        article_id,
        string_agg(name, ';' ORDER BY number) FILTER (kind = 'person') AS persons,
        string_agg(array_to_string(list_transform(offsets, lambda o: name || ',' || o), ';'), ';' ORDER BY number)
            FILTER (kind = 'person' AND len(offsets) > 0) AS enhanced_persons,
        string_agg(name, ';' ORDER BY number) FILTER (kind = 'organisation') AS organisations,
        string_agg(array_to_string(list_transform(offsets, lambda o: name || ',' || o), ';'), ';' ORDER BY number)
            FILTER (kind = 'organisation' AND len(offsets) > 0) AS enhanced_organisations,
        string_agg('4#' || name || '#' || code || '##' || point || '#', ';' ORDER BY number)
            FILTER (kind = 'place') AS locations,
        string_agg(array_to_string(
            list_transform(offsets, lambda o: '4#' || name || '#' || code || '###' || point || '##' || o), ';'
        ), ';' ORDER BY number) FILTER (kind = 'place' AND len(offsets) > 0) AS enhanced_locations,
        string_agg(array_to_string(list_transform(offsets, lambda o: name || ',' || o), ';'), ';' ORDER BY kind, number)
            FILTER (len(offsets) > 0) AS all_names
    FROM placed
    GROUP BY article_id
),
dates AS (
    SELECT
        said.article_id,
        string_agg(
            CASE len(said.value) WHEN 4 THEN '1#0#0#' WHEN 7 THEN '2#' ELSE '3#' END
                || CASE WHEN len(said.value) >= 7 THEN said.value[6:7]::INTEGER || '#' ELSE '' END
                || CASE len(said.value) WHEN 7 THEN '0#' WHEN 10 THEN said.value[9:10]::INTEGER || '#' ELSE '' END
                || said.value[1:4] || '#'
                || coalesce((CASE said.paragraph
                    WHEN -1 THEN said."start" ELSE told.begins[said.paragraph + 1] + said."start" END)::VARCHAR, ''),
            ';' ORDER BY said.number
        ) AS dates
    FROM (SELECT * REPLACE (split_part(value, '/', 1) AS value) FROM lake.mart.dates_mentioned) AS said
    JOIN told ON told.article_id = said.article_id
    WHERE regexp_matches(said.value, '^\d{4}(-\d{2}(-\d{2})?)?$')
    GROUP BY said.article_id
),
amounts AS (
    SELECT
        said.article_id,
        string_agg(
            regexp_replace(printf('%.4f', said.value), '\.?0+$', '') || ','
                || translate(coalesce(said.unit, said.kind), ';,#|' || chr(9) || chr(10), '      ') || ','
                || coalesce((CASE said.paragraph
                    WHEN -1 THEN said."start" ELSE told.begins[said.paragraph + 1] + said."start" END)::VARCHAR, ''),
            ';' ORDER BY said.number
        ) AS amounts
    FROM lake.mart.amounts AS said
    JOIN told ON told.article_id = said.article_id
    GROUP BY said.article_id
),
quotes AS (
    SELECT
        said.article_id,
        string_agg(
            coalesce((CASE said.paragraph
                WHEN -1 THEN said."start" ELSE told.begins[said.paragraph + 1] + said."start" END)::VARCHAR, '')
                || '|' || len(said."text") || '|' || coalesce(said.verb, '') || '|'
                || translate(said."text", '#|' || chr(9) || chr(10) || chr(13), '     '),
            '#' ORDER BY said.number
        ) AS quotations
    FROM lake.mart.quotes AS said
    JOIN told ON told.article_id = said.article_id
    GROUP BY said.article_id
),
links AS (
    SELECT article_id, string_agg(url, ';' ORDER BY number) AS urls FROM lake.mart.links GROUP BY article_id
),
extras AS (
    SELECT
        told.article_id,
        concat(
            '<PAGE_LINKS>' || links.urls || '</PAGE_LINKS>',
            '<PAGE_TITLE>' || told.title || '</PAGE_TITLE>',
            '<PAGE_AUTHORS>'
                || nullif(array_to_string(list_transform(told.authors, lambda one: one.name), ';'), '')
                || '</PAGE_AUTHORS>',
            '<PAGE_PRECISEPUBTIMESTAMP>' || strftime(told.published_at::TIMESTAMP, '%Y%m%d%H%M%S')
                || '</PAGE_PRECISEPUBTIMESTAMP>'
        ) AS xml
    FROM (
        SELECT
            article_id, published_at,
            replace(replace(replace(title, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') AS title,
            list_transform(authors, lambda one: struct_pack(
                name := replace(replace(replace(one.name, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')
            )) AS authors
        FROM told
    ) AS told
    LEFT JOIN (
        SELECT article_id, replace(replace(replace(urls, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') AS urls FROM links
    ) AS links ON links.article_id = told.article_id
)
SELECT
    strftime(told.at, '%Y%m%d%H%M%S') || '-' || told.article_id AS GKGRECORDID,
    strftime(told.at, '%Y%m%d%H%M%S')::BIGINT AS "V2.1DATE",
    CASE WHEN told.url IS NULL THEN 2 ELSE 1 END AS V2SOURCECOLLECTIONIDENTIFIER,
    translate(
        coalesce(nullif(regexp_extract(lower(told.url), '^https?://(?:www\.)?([^/:?#]+)', 1), ''), told.publisher),
        chr(9) || chr(10) || chr(13), '   '
    ) AS V2SOURCECOMMONNAME,
    translate(
        coalesce(told.url, concat_ws(', ', told.publisher, told.title, told.day)), chr(9) || chr(10) || chr(13), '   '
    ) AS V2DOCUMENTIDENTIFIER,
    NULL::VARCHAR AS V1COUNTS,
    NULL::VARCHAR AS "V2.1COUNTS",
    NULL::VARCHAR AS V1THEMES,
    NULL::VARCHAR AS V2ENHANCEDTHEMES,
    named.locations AS V1LOCATIONS,
    named.enhanced_locations AS V2ENHANCEDLOCATIONS,
    named.persons AS V1PERSONS,
    named.enhanced_persons AS V2ENHANCEDPERSONS,
    named.organisations AS V1ORGANIZATIONS,
    named.enhanced_organisations AS V2ENHANCEDORGANIZATIONS,
    NULL::VARCHAR AS "V1.5TONE",
    dates.dates AS "V2.1ENHANCEDDATES",
    NULL::VARCHAR AS V2GCAM,
    translate(told.images[1], chr(9) || chr(10) || chr(13), '   ') AS "V2.1SHARINGIMAGE",
    translate(
        nullif(array_to_string(told.images[2:], ';'), ''),
        chr(9) || chr(10) || chr(13), '   '
    ) AS "V2.1RELATEDIMAGES",
    NULL::VARCHAR AS "V2.1SOCIALIMAGEEMBEDS",
    NULL::VARCHAR AS "V2.1SOCIALVIDEOEMBEDS",
    quotes.quotations AS "V2.1QUOTATIONS",
    named.all_names AS "V2.1ALLNAMES",
    amounts.amounts AS "V2.1AMOUNTS",
    NULL::VARCHAR AS "V2.1TRANSLATIONINFO",
    translate(extras.xml, chr(9) || chr(10) || chr(13), '   ') AS V2EXTRASXML
FROM told
JOIN extras ON extras.article_id = told.article_id
LEFT JOIN named ON named.article_id = told.article_id
LEFT JOIN dates ON dates.article_id = told.article_id
LEFT JOIN amounts ON amounts.article_id = told.article_id
LEFT JOIN quotes ON quotes.article_id = told.article_id
