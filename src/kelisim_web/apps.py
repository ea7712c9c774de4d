"""The one Django app of a node."""

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """The node."""

    name = "kelisim_web"
