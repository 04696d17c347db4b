calx info film.png
