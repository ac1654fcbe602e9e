"""The only room that knows the HTTP library: client, pacing, budget, error mapping, redaction."""
