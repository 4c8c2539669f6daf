"""Lines that stand in article containers and are not article: one table, in the languages met.

Each pattern must fit the whole line (or its opening, where noted), so that prose which merely holds such words
stays. Korean line kinds (bylines, notices, credits, crew) live in `korean.py`.
"""

import re
from functools import lru_cache

from flows.extraction.patterns import grouped

MAX_LINE_CHARS = 400

# Openings of lines that lead to another article or to an offer. Sources: pages met while measuring; the languages'
# usual words for "read also", "sign up", "follow us", "advertisement".
_OPENINGS = (
    # English
    r"read (?:more|also|next|on)\b|also read\b|see also\b|more (?:on this|from|stories)\b|related(?: "
    r"(?:articles?|stories|content|topics?|news|coverage|reading|links?))?\s*(?:[:：]|$)|"
    r"recommended(?: reading| stories)?\s*(?:[:：]|$)|don'?t miss\s*[:：]|click here (?:to|for)\b|sign "
    r"up (?:for|to|here)\b|subscribe (?:to|now|here|today)\b|"
    r"follow (?:us|@|\w+ on)\b.{0,60}\b(?:twitter|facebook|instagram|telegram|x|whatsapp|google news)"
    r"\b|join our\b|download (?:the|our) app\b|"
    r"get (?:the latest|our|all the latest|more)\b.{0,80}\b(?:newsletter|inbox|app|whatsapp|headlines)\b|"
    r"(?:photo|image|picture|photograph|file photo|photo credit|image credit|credit|illustration|"
    r"video|source image)s?\s*(?:by|[:：©])|"
    r"watch\s*[:：]|listen\s*[:：]|"
    r"story continues below|article continues|continue reading|advertisement\b|this article (?:was|is)"
    r" (?:originally|first) (?:published|appeared)\b|"
    r"(?:all rights reserved|copyright ©|©|\(c\))\s|we use cookies|your browser does not support|this video (?:is|can)|"
    r"have you (?:a story|got a)|do you have a (?:story|tip)|got a (?:tip|story)|contact (?:us|the "
    r"(?:author|reporter)) at\b|"
    r"(?:filed under|posted in|tagged|tags?|topics?|categories|category|etiquetas|schlagworte|"
    r"mots-clés)\b\s*(?:[:：|]|$|with\b)|don'?t miss\b.{0,3}$|more great .{2,30} stories|"
    r"share this (?:article|story|post)\b|support (?:our|independent) journalism|"
    # German
    r"lesen sie (?:auch|hier|mehr|dazu)\b|lies (?:auch|hier|mehr)\b|mehr (?:zum thema|dazu|lesen|"
    r"artikel|aktuelle|nachrichten|news|infos?)\b.{0,60}(?:[:：]|$)|auch (?:interessant|lesenswert)\b|"
    r"(?:das könnte sie auch|dazu passt|passend dazu|weitere (?:artikel|themen|nachrichten|infos)|zum "
    r"thema|jetzt lesen|hier geht'?s)\b|"
    r"(?:anzeige|werbung|foto|bild|fotos?|quelle|grafik|video)\s*(?:[:：]|$)|© |\(?mit material (?:von|der)\b|"
    r"(?:jetzt|hier) (?:abonnieren|anmelden|bestellen)\b|empfohlener externer inhalt|externer inhalt\b|"
    # French, Spanish, Portuguese, Italian
    r"(?:à )?lire aussi\b|lire (?:plus|la suite)\b|à voir aussi\b|voir aussi\b|publicité\b|"
    r"abonnez-vous\b|inscrivez-vous\b|(?:crédits? )?photo\s*[:：©]|"
    r"l(?:ee|ea|eer) (?:también|además|más)\b|te puede interesar\b|ver también\b|noticias? "
    r"relacionad[ao]s?\b|más información\s*(?:[:：]|$)|publicidad\b|suscríbete\b|síguenos\b|"
    r"leia (?:também|mais)\b|veja (?:também|mais)\b|saiba mais\b|assine\b|leggi anche\b|leggi "
    r"(?:tutto|di più)\b|vedi anche\b|guarda anche\b|iscriviti\b|"
    # Dutch, Scandinavian
    r"lees (?:ook|meer|verder)\b|bekijk ook\b|meer over\b|les (?:også|mer)\b|se også\b|läs (?:också|"
    r"mer|även)\b|læs (?:også|mere)\b|annonse?\b\s*$|reklame?\b\s*$|foto\s*[:：]|bild\s*[:：]|"
    # Slavic, Turkish, others
    r"(?:czytaj|zobacz|przeczytaj) (?:także|też|również|więcej)\b|reklama\b\s*$|читайте (?:также|ещё|"
    r"нас|по теме)\b|подписывайтесь\b|фото\s*[:：]|читайте також\b|"
    r"(?:ilgili|benzer) haber|haberin devamı\b|(?:baca|simak) (?:juga|selengkapnya)\b|soma (?:pia|zaidi)\b|"
    # Japanese, Chinese
    r"(?:関連記事|あわせて読みたい|【関連|▼関連|続きを読む|こちらもおすすめ|おすすめ記事|PR\s*$|"
    r"広告\s*$)|(?:相关(?:阅读|新闻|报道)|延伸阅读|責任編輯|责任编辑|"
    r"更多新聞|看更多|推薦閱讀|延伸閱讀)"
)
_OPENING = re.compile(rf"(?:[>»▶►▷☞→•*◆■➤👉📌+\-–—\[(]\s*)*(?:{grouped(_OPENINGS)})", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|pub|reklam|annonce?|"
    r"sponsored(?: content)?|share|shares|tweet|"
    r"comments?|print|email|e-mail|copy link|link copied|whatsapp|facebook|twitter|x|linkedin|"
    r"pinterest|reddit|telegram|"
    r"save|saved|listen|play|loading\.*|close|menu|search|next|previous|back|home|top|more|read more|"
    r"see more|show more|"
    r"\d+ (?:min(?:ute)?s?|comments?|shares?|views?|kommentare)(?: read)?|(?:\d{1,2}:)?\d{1,2}:\d{2}|"
    r"teilen|drucken|kommentare|kommentieren|"
    r"merken|vorlesen|zur startseite|startseite|compartir|comentarios|imprimir|partager|condividi|"
    r"delen|dela|del|paylaş|"
    r"[\W\d_]{1,12})",
    re.IGNORECASE,
)
# The whole line credits or dates, and nothing else.
_BYLINE = re.compile(
    r"(?:by|von|par|por|de|di|door|av|af|oleh|text|texte|words|written by|reported by|autor|author|story)\s*[:：]?\s+"
    r"(?:[^\W\d_][\w.'’-]{0,30}[ ,]{1,2}){0,6}[^\W\d_][\w.'’-]{0,30}",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"(?:(?:first |last |originally )?(?:published|updated|posted|modified|created|stand|aktualisiert|"
    r"veröffentlicht|publié|mis à jour|"
    r"publicado|actualizado|pubblicato|aggiornato|gepubliceerd|opublikowano|diterbitkan|更新|公開|配信)\b)"
    r"?[\s:：|,-]*(?:(?:on|am|le|el|il|at|um|à)\s)?"
    r"(?:\w{2,10}(?:-feira)?[,.]?\s)?"
    r"(?:\d{1,4}[./\- ]\s?(?:de |of )?(?:\d{1,2}|\w{3,12})[./\- ,]\s?(?:de |del )?\d{2,4}|"
    r"\w{3,12}\.? \d{1,2},? \d{4}|(?=\d{1,2}[:.h]\d{2}))[\s,|–-]*(?:(?:at|um|às|à|a las|alle|kl\.?|,)\s)?"
    r"(?:\d{1,2}[:.h]\d{2}(?::\d{2})?)?\s*(?:am|pm|uhr|[A-Z]{2,4})?\.?",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:related (?:articles|stories|content|news|posts|topics)|more (?:from|on this story|stories|"
    r"news)\b.{0,40}|you (?:may|might) (?:also )?like\b.{0,20}|"
    r"(?:recommended|trending|most (?:read|popular))(?: (?:stories|articles|for you|now))?|read "
    r"(?:next|more)|up next|about the author|comments|leave a (?:reply|comment)|"
    r"das könnte (?:sie|dich) auch interessieren.{0,10}|mehr zum thema|weitere (?:artikel|themen|"
    r"nachrichten)|auch interessant|"
    r"lire aussi|sur le même sujet|noticias relacionadas|más noticias|te puede interesar|articoli "
    r"correlati|leia também|relaterade artiklar|"
    r"lees ook|関連記事|関連ニュース|おすすめ記事|相关新闻|延伸閱讀|관련 ?기사|관련 ?뉴스|주요 ?뉴스|"
    r"인기 ?기사|많이 본 (?:뉴스|기사)|"
    r"지금 봐야 ?할 뉴스|오늘의 핫 ?클릭|이 시각 (?:헤드라인|주요뉴스)|추천 ?(?:기사|뉴스)|댓글)\s*[:：]?",
    re.IGNORECASE,
)


def is_furniture(text: str) -> bool:
    """Whether a line is an offer, a pointer to another article, a control, a byline or a time stamp."""
    return len(text) <= MAX_LINE_CHARS and _is_furniture(text)


@lru_cache(maxsize=2_000)  # a line is asked about as a block, and again as a line
def _is_furniture(text: str) -> bool:
    return bool(
        _WHOLE.fullmatch(text)
        or _OPENING.match(text)
        or (len(text) < 90 and (_BYLINE.fullmatch(text) or _STAMP.fullmatch(text)))
    )


def is_byline(text: str) -> bool:
    """Whether a line names who wrote, and nothing else."""
    return len(text) < 90 and _BYLINE.fullmatch(text) is not None


def is_end(text: str) -> bool:
    """Whether a line heads the lists that follow an article: nothing after it is article."""
    return len(text) < 60 and _END.fullmatch(text) is not None
