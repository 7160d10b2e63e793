"""The words of reports, in Swedish and English, by key: the catalogue's domain `report`."""

from __future__ import annotations

from rus_funding.words.language import LANGUAGES, phrases

TEXTS = {lang: phrases(lang, "report") for lang in LANGUAGES}
