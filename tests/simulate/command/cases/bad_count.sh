calx-simulate --count 0 -o films
