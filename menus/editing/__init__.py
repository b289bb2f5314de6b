"""Changes to a tree that an editor makes: the file's text and its translations together. Pure.

What a change does not mean stays as it is, character by character: comments, order, quotes.
"""
