"""The views: one kind of page a file."""

from flows.exploring.view import View
from flows.exploring.views.article import ARTICLE
from flows.exploring.views.completeness import COMPLETENESS
from flows.exploring.views.network import NETWORK
from flows.exploring.views.quotes import QUOTES
from flows.exploring.views.search import SEARCH
from flows.exploring.views.stories import STORIES
from flows.exploring.views.story import STORY
from flows.exploring.views.trend import TREND
from flows.exploring.views.versions import VERSIONS

VIEWS: dict[str, View] = {
    view.name: view for view in (SEARCH, TREND, NETWORK, QUOTES, STORIES, COMPLETENESS, ARTICLE, VERSIONS, STORY)
}
"""By the first part of their address. The SQL cell is a page of its own: its question is not ours."""
