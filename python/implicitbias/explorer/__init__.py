"""The explorer: a page on which points move, and separators, limits and certificates follow.

What is shown is a `State`, which edits turn into another one. A `Scene` is a state with its runs and what
is said of them; `figures` draws it, `page` holds figures and controls together, and `server` shows it in a
browser.
"""
