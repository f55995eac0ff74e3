"""Words for people: labels, enum members and error texts in Chinese and English (requirement 16.9).

Codes are stored, labels are translated: renaming a label never changes stored data.
The catalogues are the files of the folders ``en`` and ``zh`` beside this file, one a subject; an application adds its
own with :func:`extend`.
"""

from crmcore.i18n.catalogue import LANGUAGES, Language, extend, has_text, keys, language_of, text

__all__ = ["LANGUAGES", "Language", "extend", "has_text", "keys", "language_of", "text"]
