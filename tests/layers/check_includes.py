# SPDX-License-Identifier: MIT
"""Holds every #include to the layer table in server-core/meson.build, and every source to the house's measures.

    check_includes.py ROOT     prints one line for each breach; exit code 1 when there is one
"""
import ast
import pathlib
import re
import sys

SOURCE_LINES, HEADER_LINES, FUNCTION_LINES = 400, 150, 40
PRODUCT = ("server-core", "proxy65", "purple-plugin")
CODE = (".cpp", ".h")
SCRIPTS = (".py", ".sh")
EXCEPTIONS = "tests/layers/exceptions.txt"

# A library's headers, and the folders or files (below server-core) that may include them.
LIBRARIES = [
    (r"libxml/", "libxml2", ("xml/",)),
    (r"gnutls/", "GnuTLS", ("net/", "xmpp/")),
    (r"sqlite3", "SQLite", ("store/sqlite/",)),
    (r"(glib|gio|gmodule|gobject)([./-]|$)", "GLib", ("base/", "settings")),
    (r"boost/asio|boost/beast", "Asio",
     ("net/", "stream/", "http/", "admin/", "cluster/", "base/task.h", "store/wait.h", "main.cpp")),
    (r"(idn2|uni(case|ctype|norm|str|types))\.h", "libidn2 and libunistring", ("xmpp/",)),
    (r"zlib\.h", "zlib", ("net/",)),
    (r"(purple|pidgin|account|conversation|xmlnode)\.h|libpurple/", "libpurple", ()),
]
# What a brace opens that is no function: what holds functions, and what is as if it were not there.
CLASS = re.compile(r"\s*(template.*> )?(class|struct|union|enum)\b")
FOLDER = re.compile(r"(inline )?namespace\b|extern \"C\" \{")
THREADS = re.compile(r"std::(jthread|thread|mutex|async|condition_variable)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
PROXY65_USES = {"base", "xml", "xmpp", "net"}
PLUGIN_USES = {"base/organisation.h", "base/text.h", "base/result.h"}  # result.h is part of organisation.h


def layer_table(root):
    """Folder -> the folders it may use, from the table that Meson builds by."""
    text = (root / "server-core/meson.build").read_text()
    rows = re.findall(r"^\s*\['(\w+)',\s*(\[[^\]]*\])", text, re.MULTILINE)
    table = {name: set(ast.literal_eval(uses)) | {name} for name, uses in rows}
    if "base" not in table or "modules" not in table:
        sys.exit("server-core/meson.build: no layer table found")
    return table


def exceptions(root):
    """Path -> reason: the files that may be longer, or hold a longer function."""
    listed = root / EXCEPTIONS
    lines = listed.read_text().splitlines() if listed.exists() else []
    return dict(line.split(None, 1) for line in lines if line.strip() and not line.startswith("#"))


def check_core_include(path, name, table):
    """What is wrong with `#include "name"` in server-core/`path`, or None."""
    layer, target = path.split("/")[0], name.split("/")[0]
    if "/" not in name and "/" in path:
        return "is not included by folder"
    if layer == path:  # main.cpp and settings lie above the table
        is_allowed = target in ("base", "xmpp") or name == "routing/node.h"  # where the limits are
        if layer.startswith("settings") and not is_allowed and not name.startswith("settings"):
            return "settings uses base, xmpp and routing/node.h only"
        return None
    if layer not in table:
        return f"folder {layer} is not in the layer table"
    if target not in table[layer]:
        return f"{layer} may not use {target}"
    if layer == target == "modules":
        return check_module_include(path, name)
    return None


def check_module_include(path, name):
    here, other = path.removeprefix("modules/"), name.removeprefix("modules/")
    own = here.split("/")[0] if "/" in here else pathlib.PurePath(here).stem
    theirs = other.split("/")[0] if "/" in other else pathlib.PurePath(other).stem
    if other == "modules.h" or here == "modules.cpp" or own == theirs:
        return None
    return "a module includes no other module"


def check_library(path, name):
    for pattern, library, homes in LIBRARIES:
        if re.match(pattern, name) and not path.startswith(homes):
            return f"{library} stays in {', '.join(homes) or 'the plugin'}"
    return None


def check_include(path, quote, name, table, own_headers):
    folder, _, rest = path.partition("/")
    if folder == "server-core":
        return check_core_include(rest, name, table) if quote == '"' else check_library(rest, name)
    if quote == "<":
        if folder == "proxy65" and re.match(r"libxml/|gnutls/|sqlite3|glib|gio/|purple|libpurple", name):
            return "proxy65 reaches this library through base, xml, xmpp or net"
        if folder == "purple-plugin" and re.match(r"boost/|libxml/|gnutls/|sqlite3", name):
            return "the plugin uses libpurple and GLib only"
        return None
    if name in own_headers or name.removeprefix(folder + "/") in own_headers:
        return None
    if folder == "proxy65" and name.split("/")[0] not in PROXY65_USES:
        return "proxy65 uses base, xml, xmpp and net only"
    if folder == "purple-plugin" and name not in PLUGIN_USES:
        return "the plugin uses base/organisation and base/text only"
    return None


def functions(lines, begin, end, indent=0):
    """First line and number of lines of each function that begins at this indentation between two lines, and of those in
    its classes. The house's format puts the last brace under the first word, however many lines the signature takes."""
    pad, head, is_open = " " * indent, None, False
    for number in range(begin, end):
        line = lines[number]
        if is_open and line.startswith(pad + "}"):
            if CLASS.match(lines[head]):
                yield from functions(lines, head + 1, number, indent + 4)
            else:
                yield head + 1, number - head + 1
            head, is_open = None, False
        elif not is_open and line.startswith(pad) and re.match(r"[^\s}#/)]", line[indent:]):
            head = number
        if head is not None and not is_open:
            is_open = line.endswith("{") and not line.endswith("= {")
            if line.endswith((";", "}")) or (is_open and FOLDER.match(lines[head])):
                head, is_open = None, False


def long_functions(path, text):
    """Line and length of each that is longer than the measure."""
    lines = text.splitlines()
    if path.endswith(CODE):
        found = functions(lines, 0, len(lines))
    elif path.endswith(".py"):
        found = ((node.lineno, node.end_lineno - node.lineno + 1) for node in ast.walk(ast.parse(text))
                 if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    else:
        found = ()
    return [(line, length) for line, length in found if length > FUNCTION_LINES]


def check_measures(path, text, excused):
    lines = text.splitlines()
    most = HEADER_LINES if path.endswith(".h") else SOURCE_LINES
    if path in excused:
        return
    if len(lines) > most:
        yield f"{path}: {len(lines)} lines, {most} is the measure; split it or give the reason in {EXCEPTIONS}"
    for start, length in long_functions(path, text):
        yield f"{path}:{start}: a function of {length} lines, {FUNCTION_LINES} is the measure"


def check_first_line(path, lines):
    first = lines[1:2] if lines and lines[0].startswith("#!") else lines[:1]
    if not first or "SPDX-License-Identifier: " not in first[0]:
        yield f"{path}:1: no SPDX line"
    elif path.startswith("purple-plugin/") != ("GPL-2.0-or-later" in first[0]):
        yield f"{path}:1: the plugin is GPL-2.0-or-later, all else is MIT"


def check_code(path, lines, table, own_headers):
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if found:
            wrong = check_include(path, found[1], found[2], table, own_headers)
            if wrong:
                yield f"{path}:{number}: {found[2]}: {wrong}"
        if THREADS.search(line) and not path.startswith(("server-core/store/", "proxy65/lane")):
            yield f"{path}:{number}: threads and locks live in store/ and proxy65/lane only"


def sources(root):
    for folder in (*PRODUCT, "tests", "tools", ".ci"):
        for file in sorted((root / folder).rglob("*")):
            is_script = file.suffix in SCRIPTS or (folder in ("tools", ".ci") and not file.suffix)
            if file.is_file() and "__pycache__" not in file.parts and (
                    file.suffix in CODE or is_script or file.name == "meson.build"):
                yield file


def breaches(root):
    table, excused = layer_table(root), exceptions(root)
    for path in excused:
        if not (root / path).exists():
            yield f"{EXCEPTIONS}: {path} is gone; remove its line"
    for file in sources(root):
        path = file.relative_to(root).as_posix()
        folder = path.split("/")[0]
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines()
        yield from check_first_line(path, lines)
        if file.name != "meson.build":
            yield from check_measures(path, text, excused)
        if file.suffix in CODE and folder in PRODUCT:
            own = {f.relative_to(root / folder).as_posix() for f in (root / folder).rglob("*.h")}
            yield from check_code(path, lines, table, own)


def main():
    found = list(breaches(pathlib.Path(sys.argv[1])))
    for line in found:
        print(line)
    print(f"{len(found)} breaches" if found else "every source keeps to the layers and measures")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
