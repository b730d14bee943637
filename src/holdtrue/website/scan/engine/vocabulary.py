"""The words of consent banners, language by language: the 24 official ones of the Union and Norwegian.

Written as `wording.plain` leaves a text: without accents, in lower case, Greek without its letter for the end of a
word. A star means that the word may go on.
"""

from holdtrue.website.scan.engine.words import Words
from holdtrue.website.scan.engine.words_germanic import GERMANIC
from holdtrue.website.scan.engine.words_others import OTHERS
from holdtrue.website.scan.engine.words_romance import ROMANCE
from holdtrue.website.scan.engine.words_slavic import SLAVIC

LANGUAGES: dict[str, Words] = {**GERMANIC, **ROMANCE, **SLAVIC, **OTHERS}
