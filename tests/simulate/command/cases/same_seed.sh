# What is there is kept; the same seed gives the same bytes for any number of jobs.
calx-simulate --count 2 --seed 3 --pitch 1.2 -q -j 1 -o a; calx-simulate --count 2 --seed 3 --pitch 1.2 -o a; calx-simulate --count 2 --seed 3 --pitch 1.2 -q -j 2 -o b; diff -r a b
