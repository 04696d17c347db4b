calx info --json film.png
