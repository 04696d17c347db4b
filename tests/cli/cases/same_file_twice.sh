calx analyze -q film.png film.png -o out; ls out
