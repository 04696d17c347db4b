# A film that does not say how large it is gets the usual length of its part of the body: 240 mm for a hand, and 430 for a pelvis,
# whose pixels, of 0.26 mm then, stay as they are.
calx-trainset --skeleton procedural --count 1 --seed 2 --normal 1 -o film; size() { head -c 24 "$1" | tail -c 8 | od -An -tu4 --endian=big; }; size film/*.tone.png; for part in hand pelvis; do printf 'film/00000002.tone.png\t%s\t\t\n' $part; done >list; calx-trainset --films list --insertions 1 --seed 5 -o set; ls set; for film in set/*.tone.png; do size $film; done
