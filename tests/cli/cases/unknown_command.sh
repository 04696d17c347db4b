calx analize film.png
