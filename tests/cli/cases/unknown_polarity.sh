calx analyze film.png --polarity inverse
