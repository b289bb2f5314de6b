"""The menu editor: one screen at a time, with its phone beside it."""
