cp film.png b.png; cp film.png c.png; for j in 1 3; do calx analyze *.png -j $j --csv --mask -o out$j > out$j.txt; done; diff -r out1 out3 && cmp out1.txt out3.txt && echo same
