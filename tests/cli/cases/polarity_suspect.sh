make_film negative.png negative; calx analyze negative.png | grep polarity; calx analyze negative.png --polarity inverted | grep -c polarity
