-- what:   what each article says about its use, signal by signal and as a verdict (strictest signal wins)
-- grain:  one row per article
-- key:    article_id
-- reads:  mart.article_facts
-- column article_id: stable id of the article
-- column publisher: the news organisation
-- column portal: portal that shows it
-- column title: headline
-- column published_date: day of publication in the publisher's zone
-- column holder: who holds the rights, by the notice
-- column reproduction: prohibited, permission_required, allowed; null = not stated
-- column redistribution: prohibited, permission_required, allowed; null = not stated
-- column ai_training: prohibited, permission_required, allowed; null = not stated
-- column notice: written notice as printed
-- column signals: every statement found: source, scope, use, value, raw
-- column signal_count: how many there are
-- column url: address after redirects
SELECT
    article_id, publisher, portal, title, published_date,
    rights_holder AS holder,
    rights_reproduction AS reproduction,
    rights_redistribution AS redistribution,
    rights_ai_training AS ai_training,
    rights_notice AS notice,
    rights_signals AS signals,
    len(rights_signals) AS signal_count,
    url
FROM lake.mart.article_facts
