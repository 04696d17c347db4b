calx analyze film.png --region hnd
