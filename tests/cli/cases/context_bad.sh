echo '{"phosphat_mmol_l": 1.2}' > c.json; calx analyze film.png --context c.json
