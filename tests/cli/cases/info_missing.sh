calx info none.dcm film.png > out.txt; status=$?; head -1 out.txt; exit $status
