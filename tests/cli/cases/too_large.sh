printf 'NRRD0004\ntype: uchar\ndimension: 2\nsizes: 20000 20000\nencoding: raw\n\n' > big.nrrd; calx info big.nrrd; calx analyze big.nrrd --max-megapixels 500; calx info film.png --max-megapixels 0
