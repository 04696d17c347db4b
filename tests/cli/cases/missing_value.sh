calx analyze film.png -o
