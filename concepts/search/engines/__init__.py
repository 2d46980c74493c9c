"""What the two databases say differently: how the index is kept, and how it is asked.

Both index the same stems, which `words` makes, so neither's own language rules have a say.
"""

from concepts.search.engines import postgresql, sqlite
from concepts.search.engines.engine import Engine

ENGINES: dict[str, Engine] = {"sqlite": sqlite.ENGINE, "postgresql": postgresql.ENGINE}
"""By the vendor's name, as Django's connections have it."""

__all__ = ["ENGINES", "Engine"]
