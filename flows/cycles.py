"""Work on one page or one article without Python's collector of reference cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cycles from running within the block.

    It would look through a page's thousands of elements, or an article's thousands of morphemes, again and again, and
    find none: both die by reference count. That took a twentieth of a page's time and a thirtieth of an article's.
    Threads may overlap: the collector then runs again as soon as the first that stopped it is done.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
