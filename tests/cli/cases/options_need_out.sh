for option in --mask --csv --no-overlay; do calx analyze film.png $option; done
