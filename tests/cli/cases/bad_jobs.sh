calx analyze film.png -j 0
