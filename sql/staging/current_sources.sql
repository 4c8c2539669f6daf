-- what:   each source as its file describes it now
-- grain:  one row per source
-- key:    source_id
-- reads:  raw.sources
-- column source_id: name of the source file
-- column name: the publisher's own name
-- column name_en: its name in English
-- column kind: publisher, portal, agency, import or url_list
-- column home: address of its front page
-- column lang: BCP 47, of most of its articles
-- column country: ISO 3166 alpha-2
-- column timezone: IANA zone in which its days are counted
-- column is_sample: true for the made-up press that ships with the project
SELECT source_id, name, name_en, kind, home, lang, country, timezone, is_sample
FROM lake.raw.sources
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY loaded_at DESC, digest) = 1
