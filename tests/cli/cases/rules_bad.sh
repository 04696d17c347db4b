echo "{}" > r.json; calx rules --check r.json > out.txt 2>&1; status=$?; cut -c1-29 out.txt; exit $status
