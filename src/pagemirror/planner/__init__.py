"""What to do for each page, from three views of it. Pure: no backend, clock or store."""
