#!/bin/bash
# make_bones.sh FOLDER: an arm and a hip of three ellipsoids each under the names of Z-Anatomy, enough
# for films of the elbow and the hip. PLY as text, so that a case may damage it with a line of sed.
set -euo pipefail
folder=$1/z-anatomy/skeletal
mkdir -p "$folder"

# bone NAME X Y Z WIDTH HEIGHT: an ellipsoid of latitude bands, its poles single vertices; mm, y up.
bone() {
  awk -v x="$2" -v y="$3" -v z="$4" -v wide="$5" -v high="$6" 'BEGIN {
    bands = 24; around = 24; pi = atan2(0, -1)
    print "ply\nformat ascii 1.0"
    print "element vertex " 2 + (bands - 1) * around "\nproperty float x\nproperty float y\nproperty float z"
    print "element face " 2 * around * (bands - 1) "\nproperty list uchar int vertex_indices\nend_header"
    printf "%.3f %.3f %.3f\n", x, y + high / 2, z
    for (i = 1; i < bands; ++i)
      for (j = 0; j < around; ++j) {
        ring = wide / 2 * sin(pi * i / bands)
        printf "%.3f %.3f %.3f\n", x + ring * sin(2 * pi * j / around),
          y + high / 2 * cos(pi * i / bands), z + ring * cos(2 * pi * j / around)
      }
    printf "%.3f %.3f %.3f\n", x, y - high / 2, z
    last = 1 + (bands - 1) * around
    for (j = 0; j < around; ++j) {
      next_j = (j + 1) % around
      print 3, 0, 1 + j, 1 + next_j
      print 3, last, last - around + next_j, last - around + j
      for (i = 0; i < bands - 2; ++i) {
        a = 1 + i * around
        print 3, a + j, a + around + j, a + around + next_j
        print 3, a + j, a + around + next_j, a + next_j
      }
    }
  }' >"$folder/$1.ply"
}
bone Humerus.r -200 1210 50 30 320
bone Ulna.r -190 930 60 22 270
bone Radius.r -212 905 45 20 240
bone Hip_bone.r -80 880 30 90 200
bone Sacrum 0 900 40 90 110
bone Femur.r -110 640 20 50 430
