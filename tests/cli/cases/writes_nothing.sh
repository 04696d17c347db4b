calx analyze -q film.png; ls
