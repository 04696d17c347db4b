calx schema | python3 -m json.tool > s.json && echo valid
