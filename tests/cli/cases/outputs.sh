calx analyze -q film.png -o a/b --mask --csv; ls a/b
