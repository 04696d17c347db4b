echo '{"cuont": 2}' > order.json; calx-simulate --json order.json -o films
