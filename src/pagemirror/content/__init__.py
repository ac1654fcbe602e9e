"""Bytes in, values out: front matter, titles, tree, links. Pure."""
