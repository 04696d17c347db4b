calx analyse -q film.png -o out; ls out
