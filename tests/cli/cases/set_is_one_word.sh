calx analyze -q --set lesions.min_area_mm2=1 film.png && echo analysed
