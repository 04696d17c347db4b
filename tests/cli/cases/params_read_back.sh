calx params --json > p.json && calx analyze -q film.png --params p.json && echo read
