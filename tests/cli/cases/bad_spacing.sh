for mm in 0 -0.1 nan 0,1 0.1,0.2,0.3 "0,15"; do calx analyze film.png --spacing=$mm; done
