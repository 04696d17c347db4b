calx-simulate --count 4 --seed 2 --pitch 1.5 --normal-share 0 --no-masks --montage sheet.png --outlines -q -o films; head -c 4 sheet.png | tail -c 3
