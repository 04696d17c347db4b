calx analyze film.png --set lesions.min_area_mm2
