"""The web server: dials answered in turns on one event loop, all else by Flask on threads."""
