# the film is of Secret^Person, SECRET-ID, born 19700101
make_film film.dcm; calx analyze film.dcm -o out --csv --mask --debug-dir d >printed 2>&1; calx info --json film.dcm >>printed; calx analyze film.dcm --frame 9 -o out >>printed 2>&1; ls out; grep -rliE "secret|19700101" .
