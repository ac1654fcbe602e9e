"""The only writer to a target: look, intent, send, record; and recovery of what was cut."""
