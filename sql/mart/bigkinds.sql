-- what:   articles under the 19 headings of BigKinds' Excel export, in its order and form: scripts made for it run on ours
-- grain:  one row per article
-- key:    "뉴스 식별자"
-- reads:  mart.articles, mart.sources, mart.people, mart.places, mart.organisations, mart.keywords, mart.syndication
-- text:   본문
-- article: substr("뉴스 식별자", 24)
-- form:   fixed
-- column 뉴스 식별자: 8 digits for the publisher, a dot, YYYYMMDDhhmmss, and our article_id where BigKinds has its number
-- column 일자: day of publication as the number YYYYMMDD; of the capture where the page states none
-- column 언론사: the news organisation
-- column 기고자: names of those credited, joined by commas
-- column 제목: headline with its markers in brackets, as printed: [단독]
-- column 통합 분류1: BigKinds' class where the publisher's own section says it without doubt; else null (theirs is a model's)
-- column 통합 분류2: null: one section gives one class
-- column 통합 분류3: null: one section gives one class
-- column 사건/사고 분류1: null: we have no such classes; mart.events tells events with evidence
-- column 사건/사고 분류2: null, as above
-- column 사건/사고 분류3: null, as above
-- column 인물: people named, in order of first mention, joined by commas
-- column 위치: places named, joined by commas
-- column 기관: organisations named, joined by commas
-- column 키워드: telling terms, best first, joined by commas (theirs: all nouns in order)
-- column 특성추출(가중치순 상위 50개): telling terms by weight, at most 50, joined by commas; ours has up to 15 an article
-- column 본문: the first 200 characters of the body
-- column URL: address of the article
-- column 분석제외 여부: 중복 (nearly the same text as an earlier article), 예외 (인사, 부고, 동정, 포토), else null
WITH classes(section, class) AS NOT MATERIALIZED (
    VALUES
        ('정치', '정치>정치일반'), ('국회', '정치>국회_정당'), ('정당', '정치>국회_정당'), ('국회·정당', '정치>국회_정당'),
        ('북한', '정치>북한'), ('북한·통일', '정치>북한'), ('외교', '정치>외교'), ('선거', '정치>선거'),
        ('행정', '정치>행정_자치'), ('청와대', '정치>청와대'), ('politics', '정치>정치일반'),
        ('경제', '경제>경제일반'), ('경제일반', '경제>경제일반'), ('금융', '경제>금융_재테크'), ('재테크', '경제>금융_재테크'),
        ('증권', '경제>증권_증시'), ('증시', '경제>증권_증시'), ('부동산', '경제>부동산'), ('산업', '경제>산업_기업'),
        ('기업', '경제>산업_기업'), ('유통', '경제>유통'), ('무역', '경제>무역'), ('자동차', '경제>자동차'),
        ('반도체', '경제>반도체'), ('취업', '경제>취업_창업'), ('창업', '경제>취업_창업'), ('외환', '경제>외환'),
        ('economy', '경제>경제일반'), ('business', '경제>산업_기업'),
        ('사회', '사회>사회일반'), ('사회일반', '사회>사회일반'), ('사건·사고', '사회>사건_사고'), ('사건사고', '사회>사건_사고'),
        ('교육', '사회>교육_시험'), ('노동', '사회>노동_복지'), ('복지', '사회>노동_복지'), ('환경', '사회>환경'),
        ('의료', '사회>의료_건강'), ('건강', '사회>의료_건강'), ('미디어', '사회>미디어'), ('여성', '사회>여성'),
        ('날씨', '사회>날씨'), ('society', '사회>사회일반'),
        ('문화', '문화>문화일반'), ('문화일반', '문화>문화일반'), ('연예', '문화>방송_연예'), ('방송', '문화>방송_연예'),
        ('방송·연예', '문화>방송_연예'), ('출판', '문화>출판'), ('책', '문화>출판'), ('음악', '문화>음악'),
        ('영화', '문화>영화'), ('종교', '문화>종교'), ('여행', '문화>요리_여행'), ('전시', '문화>전시_공연'),
        ('공연', '문화>전시_공연'), ('미술', '문화>미술_건축'), ('학술', '문화>학술_문화재'), ('생활', '문화>생활'),
        ('culture', '문화>문화일반'),
        ('국제', '국제>국제일반'), ('세계', '국제>국제일반'), ('글로벌', '국제>국제일반'), ('중국', '국제>중국'),
        ('일본', '국제>일본'), ('world', '국제>국제일반'), ('international', '국제>국제일반'),
        ('지역', '지역>지역일반'), ('전국', '지역>지역일반'), ('지방', '지역>지역일반'),
        ('스포츠', '스포츠>스포츠일반'), ('야구', '스포츠>야구'), ('축구', '스포츠>축구'), ('골프', '스포츠>골프'),
        ('농구', '스포츠>농구_배구'), ('배구', '스포츠>농구_배구'), ('sports', '스포츠>스포츠일반'),
        ('it', 'IT_과학>IT_과학일반'), ('과학', 'IT_과학>과학'), ('it·과학', 'IT_과학>IT_과학일반'),
        ('it/과학', 'IT_과학>IT_과학일반'), ('보안', 'IT_과학>보안'), ('모바일', 'IT_과학>모바일'),
        ('science', 'IT_과학>과학'), ('technology', 'IT_과학>IT_과학일반')
),
-- Lists are sorted below, not gathered in order: what is not asked for is not gathered then.
people AS (
    SELECT article_id, list(struct_pack(number, name := replace(name, ',', ' '))) AS names
    FROM lake.mart.people
    GROUP BY article_id
),
places AS (
    SELECT article_id, list(struct_pack(number, name := replace(name, ',', ' '))) AS names
    FROM lake.mart.places
    GROUP BY article_id
),
organisations AS (
    SELECT article_id, list(struct_pack(number, name := replace(name, ',', ' '))) AS names
    FROM lake.mart.organisations
    GROUP BY article_id
),
keywords AS (
    SELECT
        article_id,
        list(struct_pack(number, name := replace(term, ',', ' '))) AS terms,
        list(struct_pack(lightness := -weight, number, name := replace(term, ',', ' ')))
            FILTER (number < 50) AS best_terms
    FROM lake.mart.keywords
    GROUP BY article_id
),
told AS (
    SELECT
        articles.*,
        coalesce(articles.published_date, articles.captured_at::DATE) AS day,
        timezone(coalesce(sources.timezone, 'UTC'), articles.published_at) AS clock,
        lower(replace(articles.section, ' ', '')) AS whole_section,
        lower(trim(regexp_extract(articles.section, '[^>]*$'))) AS last_section
    FROM lake.mart.articles AS articles
    LEFT JOIN lake.mart.sources AS sources USING (source_id)
)
SELECT
    lpad((md5_number_lower(coalesce(told.publisher, '')) % 100000000)::VARCHAR, 8, '0') || '.'
        || strftime(told.day, '%Y%m%d') || coalesce(strftime(told.clock, '%H%M%S'), '000000')
        || told.article_id AS "뉴스 식별자",
    strftime(told.day, '%Y%m%d')::INTEGER AS "일자",
    told.publisher AS "언론사",
    nullif(array_to_string(list_transform(told.authors, lambda one: replace(one.name, ',', ' ')), ','), '') AS "기고자",
    array_to_string(list_transform(told.title_markers, lambda one: '[' || one || ']') || [told.title], ' ') AS "제목",
    coalesce(whole.class, last.class) AS "통합 분류1",
    NULL::VARCHAR AS "통합 분류2",
    NULL::VARCHAR AS "통합 분류3",
    NULL::VARCHAR AS "사건/사고 분류1",
    NULL::VARCHAR AS "사건/사고 분류2",
    NULL::VARCHAR AS "사건/사고 분류3",
    array_to_string(list_transform(list_sort(people.names), lambda one: one.name), ',') AS "인물",
    array_to_string(list_transform(list_sort(places.names), lambda one: one.name), ',') AS "위치",
    array_to_string(list_transform(list_sort(organisations.names), lambda one: one.name), ',') AS "기관",
    array_to_string(list_transform(list_sort(keywords.terms), lambda one: one.name), ',') AS "키워드",
    array_to_string(list_transform(list_sort(keywords.best_terms), lambda one: one.name), ',') AS "특성추출(가중치순 상위 50개)",
    left(array_to_string(told.body, ' '), 200) AS "본문",
    told.url AS "URL",
    CASE
        -- Nine tenths of both texts: their rule is not published; a part that was copied is no repeat.
        WHEN copies.share >= 0.9 AND copies.share_of_original >= 0.9 THEN '중복'
        WHEN list_has_any(told.title_markers, ['인사', '부고', '동정', '포토', '사진', '화보']) THEN '예외'
    END AS "분석제외 여부"
FROM told
LEFT JOIN classes AS whole ON whole.section = told.whole_section
LEFT JOIN classes AS last ON last.section = told.last_section
LEFT JOIN people ON people.article_id = told.article_id
LEFT JOIN places ON places.article_id = told.article_id
LEFT JOIN organisations ON organisations.article_id = told.article_id
LEFT JOIN keywords ON keywords.article_id = told.article_id
LEFT JOIN lake.mart.syndication AS copies ON copies.article_id = told.article_id
