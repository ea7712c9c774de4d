"""The site of a node: Django's settings, addresses, what every page passes through, and the server."""
