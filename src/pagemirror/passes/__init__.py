"""One run of a mirror, from snapshot to recorded outcomes."""
