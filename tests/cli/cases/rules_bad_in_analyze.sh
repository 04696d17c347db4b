echo "{}" > r.json; calx analyze film.png --rules r.json > out.txt 2>&1; status=$?; cut -c1-15 out.txt; exit $status
