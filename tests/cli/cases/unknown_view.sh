calx analyze film.png --view front
