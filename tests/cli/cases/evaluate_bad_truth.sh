mkdir truth new; echo '{"schema": "calx.truth/1"}' > truth/film.truth.json; calx evaluate --truth truth --results new
