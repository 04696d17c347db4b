calx analyze -q film.png -o out --no-overlay; ls out
