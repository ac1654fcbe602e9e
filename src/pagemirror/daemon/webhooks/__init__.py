"""Pushes as Git servers tell of them: who may say so (`signatures`), what was pushed (`pushes`), whom it concerns
(`matching`), and the routes. A webhook only marks a mirror dirty; the pass looks for itself.
"""

from pagemirror.daemon.webhooks.deliveries import Deliveries
from pagemirror.daemon.webhooks.routes import Heard, routes

__all__ = ["Deliveries", "Heard", "routes"]
