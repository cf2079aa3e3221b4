"""An archive of what ministries publish."""

__version__ = "0.1.0"
