echo hello > note.dcm; : > empty.png; calx analyze note.dcm empty.png
