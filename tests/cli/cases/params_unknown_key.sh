echo '{"lesions": {"min_area": 1}}' > p.json; calx analyze film.png --params p.json
