"""Crimescene turns a failing stack trace into everything needed to close the bug."""

__version__ = "0.1.0"
