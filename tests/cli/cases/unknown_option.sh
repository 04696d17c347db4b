calx analyze film.png --speed 3
