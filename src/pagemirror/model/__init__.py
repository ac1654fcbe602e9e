"""Frozen data shared by all rooms: ids, documents, pages, records, plans, errors. Knows no room."""
