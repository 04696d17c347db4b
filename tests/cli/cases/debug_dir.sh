calx analyze -q film.png --debug-dir d; find d -name "*.png" | grep -q . && echo images; ls
