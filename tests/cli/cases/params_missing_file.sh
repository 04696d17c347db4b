calx analyze film.png --params none.json
