calx analyze -q film.png -o out --anatomy-masks --no-overlay; ls out; calx analyze film.png --anatomy-masks
