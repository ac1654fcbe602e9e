"""The service: all mirrors in one process, kept level by what moves, by the clock and by who asks; with a server.

Built from below, each knowing only what is above it in this list:

- `schedule`, `verdicts`, `views`, `repeats`: pure. When a pass is due, what a report means, how a mirror stands.
- `runner`: one mirror's passes, one at a time, in a thread of its own (`passes` runs them through `app.App`).
- `loop`: all runners; reload, drain, and `interface.Service`, which is all that routes know of the service.
- `pages`: the status pages, a family of routes with templates.
- `web`: the application, put together from families of routes; `access` says who may ask for what, `limits` what a
  request may cost, `serving` and `front` bind and serve.
- `process`: the parts together, and the signals.

**A family of routes** is a function that gives Starlette routes, made anew at each reload:

    def routes(service: Service, access: Access) -> list[Route]

It is one line in `web.create_app`.

- Endpoints are wrapped in `access.reading(endpoint)` where they show page texts or statuses, and in
  `access.deciding(endpoint)` where they change anything. A login to the status pages counts for
  them alone.
- `service.views()` is in memory, and has the progress of passes under way. What blocks is asked by
  `await service.ask(lambda app: app.conflicts((), ()))`: in a thread, with an `App` of its own.
- After a decision, `service.poke((name,), trigger="decision", urgent=True)` has the mirror carry it out.
- Answers get a strict content policy (`style-src 'self'; img-src 'self'`, no script) and `no-store`; a route's own
  headers win. Bodies are read whole before a route sees them, 1 MiB at most.
"""

from pagemirror.daemon.process import Surroundings, serve

__all__ = ["Surroundings", "serve"]
