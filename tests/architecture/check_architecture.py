#!/usr/bin/env python3
"""Checks the shape of the source tree: check_architecture.py REPOSITORY.

Includes point one way along the data path, a folder sees the contracts of the folders before it and
none of their insides, each third-party library is named in one place, library code neither prints
nor parses numbers by the locale, and a long file has a stated reason.
"""

import re
import sys
from pathlib import Path

DATA_PATH = ["core", "load", "normalise", "network", "anatomy", "lesions", "subtype", "report", "pipeline", "cohort", "evaluate", "cli"]

# Folders that depend on fewer earlier ones than their place in the data path allows.
MAY_USE = {
    "load": {"core"},
    "normalise": {"core"},
    "network": {"core", "normalise"},
    "anatomy": {"core", "normalise", "network"},
    "lesions": {"core", "normalise", "network", "anatomy"},
    "subtype": {"core", "lesions"},
    "report": {"core", "lesions", "subtype"},
    "evaluate": {"core", "load", "report"},
}

# Which files of src/ may include a third-party library.
THIRD_PARTY = {
    r"CLI/|CLI11": r"cli/",
    r"itk[A-Z]\w*\.h": r"load/itk_\w+\.cpp",
    r"dcmtk/": r"load/\w+\.(cpp|hpp)",
    r"openjpeg\.h|openjpeg-": r"load/\w+\.cpp",
    r"jpeglib\.h": r"load/\w+\.cpp",
    r"ft2build\.h|freetype/": r"report/\w+\.cpp",
    r"png\.h": r"load/\w+\.cpp",
    r"sqlite3\.h": r"cohort/sqlite\.cpp",
    r"tbb/|oneapi/": r"(pipeline|cli)/\w+\.cpp",
    r"opencv2/dnn": r"network/inference\.cpp",
    r"opencv2/(?!core|imgproc|dnn)": r"$^",
}

# What a contract may show to its users beside the standard library and other contracts.
SHOWN_BY_CONTRACTS = r"opencv2/core\.hpp|tl/expected\.hpp"

# Words that library code (all folders but cli/) does without, and why.
UNWANTED = {
    r"std::(cout|cerr|clog)\b|\b(std::)?(printf|puts|fprintf)\(": "prints",
    r"std::sto(d|f|i|l|ul|ll)\b|\b(std::)?(atof|atoi|strtod|strtof)\(": "parses numbers by the locale",
    r"\bTO" r"DO\b|\bFIX" r"ME\b": "leaves work unfinished",
    r"\bstd::(rand|srand)\(": "draws from a hidden global generator",
}

MAX_LINES = 400
# Longer files, each with the reason why it is one file.
LONG_FILES = {}


def read_contracts(repository):
    """The headers that `cmake --install` puts down are the contracts between the folders."""
    text = (repository / "cmake/CalxInstall.cmake").read_text(encoding="utf-8")
    code = re.sub(r"#.*", "", text)
    return set(re.findall(r"\b[a-z]+/[a-z_]+\.hpp\b", code)) | {"core/version.hpp"}


def check_includes(name, text, contracts):
    """Complaints about the includes of one file of src/."""
    folder = name.split("/")[0]
    for include in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE):
        target = include.split("/")[0]
        if "/" in include and target in DATA_PATH:
            allowed = MAY_USE.get(folder, set(DATA_PATH[:DATA_PATH.index(folder)]))
            if target != folder and target not in allowed:
                yield f"{name}: includes {include}, against the data path"
            elif target not in (folder, "core") and include not in contracts:
                yield f"{name}: includes {include}, which is not a contract of {target}/"
            continue
        for library, files in THIRD_PARTY.items():
            if re.match(library, include) and not re.match(files, name):
                yield f"{name}: includes {include}, which belongs to {files}"
        if name in contracts and re.search(r"[/.]h", include) and not re.fullmatch(SHOWN_BY_CONTRACTS, include):
            yield f"{name}: is a contract and shows {include}"


def check_file(name, text, contracts):
    """Complaints about one file of src/."""
    lines = text.count("\n")
    if lines > MAX_LINES and name not in LONG_FILES:
        yield f"{name}: {lines} lines; split it or give the reason in LONG_FILES"
    if name in LONG_FILES and lines <= MAX_LINES:
        yield f"{name}: no longer long; remove it from LONG_FILES"
    if "/" not in name:
        return
    yield from check_includes(name, text, contracts)
    if not name.startswith("cli/"):
        code = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
        for pattern, why in UNWANTED.items():
            for match in re.finditer(pattern, code):
                yield f"{name}:{code.count(chr(10), 0, match.start()) + 1}: {match.group()} {why}"


def main():
    repository = Path(sys.argv[1])
    contracts = read_contracts(repository)
    complaints = [f"{name}: a contract that does not exist" for name in sorted(contracts)
                  if name != "core/version.hpp" and not (repository / "src" / name).exists()]
    files = sorted(path for path in (repository / "src").rglob("*") if path.suffix in (".cpp", ".hpp"))
    for path in files:
        name = path.relative_to(repository / "src").as_posix()
        complaints += check_file(name, path.read_text(encoding="utf-8"), contracts)
    for complaint in complaints:
        print(complaint)
    print(f"{len(files)} files, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
