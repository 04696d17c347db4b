mkdir -p out/film.findings.json; calx analyze -q film.png -o out; status=$?; ls -A out; exit $status
