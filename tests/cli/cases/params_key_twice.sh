echo '{"lesions": {}, "lesions": {}}' > p.json; calx analyze film.png --params p.json
