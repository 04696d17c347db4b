calx-simulate --json nowhere.json -o films
