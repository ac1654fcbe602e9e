"""Reports: what the commands tell, as values; the command line turns them into prose, JSON or Markdown.

One module a family of commands, so that a short command makes only the classes that it needs.
"""
