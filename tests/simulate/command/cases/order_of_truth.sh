# The order in a film's truth makes that film again.
calx-simulate --count 3 --seed 3 --pitch 1.2 --pattern localized -q -o a; python3 -c "import json, sys; json.dump(json.load(open(sys.argv[1]))['order'], sys.stdout)" a/000002-*.truth.json > order.json; cat order.json; calx-simulate --json order.json -q -o b; for film in b/*; do cmp "$film" "a/${film#b/}"; done; ls b | wc -l
