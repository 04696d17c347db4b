cp film.png film.overlay.png; calx analyze film.png film.overlay.png -o .; status=$?; cmp film.png film.overlay.png; exit $status
