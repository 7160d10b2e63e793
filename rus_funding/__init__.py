"""rus-funding: join money from many funds on projects so that a regional strategy gets the most."""

__version__ = "0.1.0"
