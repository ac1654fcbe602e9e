"""The only room that knows the HTTP library: client, pacing, budget, error mapping, redaction.

Its parts are imported one by one: a command that only hides secrets, or reads the clock, opens no transport. The
library itself is imported when one is opened.
"""
