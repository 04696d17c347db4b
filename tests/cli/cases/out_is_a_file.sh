echo text > out; calx analyze film.png -o out; status=$?; cat out; exit $status
