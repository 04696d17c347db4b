calx analyze film.png | tail -1
