calx analyze -q none.dcm film.png -o out; status=$?; ls out; exit $status
