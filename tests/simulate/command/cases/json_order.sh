# The command line over the file, and no masks.
echo '{"count": 3, "seed": 5, "pitch": 1.2, "masks": false, "format": "png"}' > order.json; calx-simulate --json order.json --count 1 -o films; ls films | sed 's/-.*-/-X-/; s/^[^.]*/STEM/'
