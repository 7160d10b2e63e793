"""The words of comparisons, in Swedish and English, by key: the catalogue's domain `compare`."""

from __future__ import annotations

from rus_funding.words.language import LANGUAGES, phrases

TEXTS = {lang: phrases(lang, "compare") for lang in LANGUAGES}
