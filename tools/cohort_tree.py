"""A folder tree as archives have them, made from the sample films: for trying `calx run`.

Films with new UIDs, exact copies, damaged films, files that are no films, deep folders, odd names,
links and loops of links. The same seed gives the same tree.
"""

import os
import random
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "sample_images"
UID = re.compile(rb"2\.25\.[0-9]{10,39}")


@dataclass
class Tree:
    """What was put where."""
    folder: Path
    files: int = 0  # names that a run must account for
    kinds: dict = field(default_factory=dict)


def with_new_uids(film, rng):
    """The film with every UID of the 2.25 kind replaced by another of the same length."""
    new = {}

    def replace(match):
        old = match.group()
        if old not in new:
            digits = len(old) - len(b"2.25.")
            new[old] = b"2.25." + str(rng.randrange(10 ** (digits - 1), 10 ** digits)).encode()
        return new[old]

    return UID.sub(replace, film)


def element(film, tag, vr):
    """Where the value of an explicit little-endian element begins."""
    return film.index(struct.pack("<HH", *tag) + vr) + 8


def with_word(film, tag, value):
    at = element(film, tag, b"US")
    return film[:at] + struct.pack("<H", value) + film[at + 2:]


def with_text(film, tag, vr, text):
    """Before the pixels, an element of a short form that the film did not have."""
    at = film.index(PIXELS)
    return film[:at] + struct.pack("<HH", *tag) + vr + struct.pack("<H", len(text)) + text + film[at:]


def with_long_value(film):
    """The film's last element before the pixels claims four gigabytes."""
    at = film.index(PIXELS)
    return film[:at] + struct.pack("<HH", 0x28, 0x3006) + b"OW\0\0" + struct.pack("<I", 0xFFFFFFF0) + film[at:]


def cut_short(film):
    """Uncompressed, and half of the pixels missing."""
    size = [struct.unpack_from("<H", film, element(film, tag, b"US"))[0] for tag in (ROWS, COLUMNS)]
    for syntax in SYNTAXES:
        film = film.replace(syntax, b"1.2.840.10008.1.2.1".ljust(len(syntax), b"\0"), 1)
    whole = 2 * size[0] * size[1]
    return film[:film.index(PIXELS)] + PIXELS + b"OW\0\0" + struct.pack("<I", whole) + bytes(whole // 2)


def flipped(film, rng):
    """Bits turned over in the compressed pixels alone."""
    data, start = bytearray(film), film.index(PIXELS) + 60
    for _ in range(200):
        data[rng.randrange(start, len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def mutant(film, rng):
    data = bytearray(film)
    for _ in range(rng.randrange(1, 40)):
        data[rng.randrange(len(data) if rng.random() < 0.3 else 2000)] = rng.randrange(256)
    return bytes(data)


ROWS, COLUMNS, BITS, FRAMES = (0x28, 0x10), (0x28, 0x11), (0x28, 0x100), (0x28, 0x08)
PIXELS = struct.pack("<HH", 0x7FE0, 0x10)
SYNTAXES = (b"1.2.840.10008.1.2.5\0", b"1.2.840.10008.1.2.4.70")  # of the samples: RLE, JPEG lossless
JPEG_2000 = b"1.2.840.10008.1.2.4.90"

BROKEN = [
    lambda film, rng: b"",
    lambda film, rng: film[:rng.randrange(1, 132)],                # not even the preamble
    lambda film, rng: film[:rng.randrange(132, 1200)],             # ends in the header
    lambda film, rng: film[:len(film) // 2],                       # ends in the pixels
    lambda film, rng: with_word(with_word(film, ROWS, 65535), COLUMNS, 65535),  # claims 4 gigapixels
    lambda film, rng: with_word(film, ROWS, 0),
    lambda film, rng: with_word(film, BITS, 7),
    lambda film, rng: film[:132] + bytes(rng.randrange(256) for _ in range(3000)),
    lambda film, rng: film[:200] + b"\xff" * 400 + film[600:],
    lambda film, rng: with_long_value(film),
    lambda film, rng: with_text(film, FRAMES, b"IS", b"2000000000"),
    lambda film, rng: cut_short(film),
    lambda film, rng: flipped(film, rng),
    lambda film, rng: film.replace(SYNTAXES[1], JPEG_2000, 1),     # says JPEG 2000 and is not
]

OTHERS = [
    (".txt", b"Please call the ward about the films of Monday.\n"),
    (".csv", b"id,side\n1,left\n"),
    (".pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"),
    (".zip", b"PK\x03\x04" + bytes(200)),
    (".html", b"<!doctype html><title>viewer</title>"),
    (".exe", b"MZ" + bytes(500)),
    (".db", b"SQLite format 3\x00" + bytes(84)),
    ("", bytes(4096)),
]

ODD_NAMES = [b"with blanks .dcm", "R\u00f6ntgen \u624b.dcm".encode(), b"not-utf8-\xff\xfe.dcm", b"=1+1.dcm", b"-rf", b"quote\"s,comma.dcm",
             b"line\nbreak.dcm", b"back\\slash", b"x" * 250, b"IM000001", b".hidden", b"%s%n"]


def folder_for(root, i, rng):
    if i % 97 == 0:
        return root / "deep" / Path(*[f"level{d}" for d in range(rng.randrange(20, 40))])
    return root / f"patient-{i % 61:03}" / f"study-{i % 7}" / f"series {i % 3}"


def put(tree, kind, i, content, rng, suffix=".dcm"):
    folder = folder_for(tree.folder, i, rng)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{kind}-{i:05}{suffix}".encode()
    if i % 41 == 0:
        name = b"%05d " % i + ODD_NAMES[i // 41 % len(ODD_NAMES)][:240]
    with open(os.path.join(os.fsencode(folder), name), "wb") as file:
        file.write(content)
    tree.files += 1
    tree.kinds[kind] = tree.kinds.get(kind, 0) + 1


def put_links(tree):
    """Links that lead nowhere are two more names to account for; a loop and a pipe add none."""
    root = tree.folder
    (root / "loop").mkdir()
    (root / "loop" / "up").symlink_to("..")
    (root / "loop" / "self").symlink_to("self")
    (root / "loop" / "nowhere").symlink_to("no such file")
    os.mkfifo(root / "loop" / "pipe")
    tree.files += 2
    tree.kinds["dead link"] = 2


def make_tree(folder, count, seed=1):
    """`count` files: of ten, seven films, and one each of copies, damaged films and other files."""
    rng = random.Random(seed)
    tree = Tree(Path(folder))
    films = [path.read_bytes() for path in sorted(SAMPLES.glob("*.dcm"))]
    earlier = films[0]
    for i in range(count):
        film = with_new_uids(films[i % len(films)], rng)
        match i % 10:
            case 3:
                put(tree, "copy", i, earlier, rng)
            case 6:
                if i % 20 == 6:
                    put(tree, "broken", i, BROKEN[i // 20 % len(BROKEN)](film, rng), rng)
                else:
                    put(tree, "mutant", i, mutant(film, rng), rng)
            case 9:
                suffix, content = OTHERS[i // 10 % len(OTHERS)]
                put(tree, "other", i, content, rng, suffix)
            case _:
                put(tree, "film", i, film, rng)
                earlier = film if i % 3 == 0 else earlier
    put_links(tree)
    return tree
