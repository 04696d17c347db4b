calx analyze -q film.png --debug-dir learned; calx analyze -q film.png --debug-dir classical --detector classical; find learned classical -type f | sort
