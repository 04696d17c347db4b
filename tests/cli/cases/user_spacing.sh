calx analyze film.png --spacing 0.2,0.1 | head -1
