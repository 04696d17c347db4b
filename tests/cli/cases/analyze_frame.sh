# three.dcm: the film, the film upside down with left and right exchanged, and the film again
make_film one.dcm; python3 -c '
film = open("one.dcm", "rb").read()
rows, data = film.index(b"\x28\0\x10\0US"), film.index(b"\xe0\x7f\x10\0OW")
pixels = film[data + 12 :]
turned = b"".join(pixels[i : i + 2] for i in range(len(pixels) - 2, -2, -2))
frames, count = pixels + turned + pixels, b"\x28\0\x08\0IS\x02\x003 "
header = film[:rows] + count + film[rows : data + 8]
open("three.dcm", "wb").write(header + len(frames).to_bytes(4, "little") + frames)'
calx info three.dcm | grep frames
for frame in 0 1 2; do
  calx analyze -q three.dcm --frame $frame --detector classical --spacing 0.6 -o $frame
  grep centroid $frame/three.findings.json
done
for frame in 3 -1; do calx analyze three.dcm -o out --frame $frame; done
calx analyze one.dcm --frame 1; ls out
