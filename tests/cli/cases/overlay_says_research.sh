calx analyze -q film.png -o out; grep -a -o "For research use only. Not for diagnosis." out/*
