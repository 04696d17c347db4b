mkdir a b; cp film.png a; mv film.png b; calx analyze -q */film.png -o out; ls out
