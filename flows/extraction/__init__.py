"""From a page's bytes to an article: pure functions, values in, values out. `reader.extract` is the way in."""
