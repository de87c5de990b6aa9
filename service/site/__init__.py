"""`panah site build`: templates, words, bundles and an instance make the pages. The same input gives the same bytes."""

from service.site.build import build_site

__all__ = ["build_site"]
