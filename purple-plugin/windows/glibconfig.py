# SPDX-License-Identifier: GPL-2.0-or-later
"""Derives the glibconfig.h of 32-bit Windows from the one that GLib was installed with: glibconfig.py THEIRS OURS.
GLib's other headers are the same everywhere; Debian has no GLib for Windows that would bring this one."""
import re
import sys

# What GLib's own build for i686-w64-mingw32 writes (a long has 32 bits there, as has a pointer).
CHANGES = [
    (r'typedef signed long (gint64|gssize|gintptr);',
     lambda m: f"typedef signed {'long long' if m[1] == 'gint64' else 'int'} {m[1]};"),
    (r'typedef unsigned long (guint64|gsize|guintptr);',
     lambda m: f"typedef unsigned {'long long' if m[1] == 'guint64' else 'int'} {m[1]};"),
    (r'\(val##(U?)L\)', r'(val##\1LL)'),
    (r'(G_G(?:UINT|INT)64_(?:MODIFIER|FORMAT)) "l', r'\1 "ll'),
    (r'(G_G(?:S?SIZE|U?INTPTR)_(?:MODIFIER|FORMAT))(\s+)"l', r'\1\2"'),
    (r'(G_(?:MAX|MIN)S?SIZE\s+G_(?:MAX|MIN)U?)LONG', r'\1INT'),
    (r'(GLIB_SIZEOF_(?:VOID_P|LONG|SIZE_T|SSIZE_T)\s+)8', r'\g<1>4'),
    (r'\(g(u?)long\) \((p|i|u)\)', r'(g\1int) (\2)'),
    (r'(#define G(?:LONG|ULONG|SIZE|SSIZE)_TO_(?:LE|BE)\(val\)\s+\(\(\w+\) GU?INT)64', r'\g<1>32'),
    (r'#define G_OS_UNIX', '#define G_OS_WIN32\n#define G_PLATFORM_WIN32'),
    (r'G_THREADS_IMPL_POSIX', 'G_THREADS_IMPL_WIN32'),
    (r'typedef int GPid;', 'typedef void* GPid;'),
    (r'G_PID_FORMAT "i"', 'G_PID_FORMAT "p"'),
    (r'G_MODULE_SUFFIX "so"', 'G_MODULE_SUFFIX "dll"'),
    (r'GLIB_SYSDEF_AF_INET6 10', 'GLIB_SYSDEF_AF_INET6 23'),
    (r"(G_DIR_SEPARATOR(?:_S)?\s+)(['\"])/", r'\1\2\\\\'),
    (r"(G_SEARCHPATH_SEPARATOR(?:_S)?\s+)(['\"]):", r'\1\2;'),
    (r'#define (?:G_VA_COPY_AS_ARRAY|G_HAVE_GNUC_VISIBILITY|GLIB_USING_SYSTEM_PRINTF|GLIB_HAVE_ALLOCA_H)\b.*\n', ''),
]


def derive(text):
    for pattern, replacement in CHANGES:
        text, count = re.subn(pattern, replacement, text)
        if count == 0:
            raise SystemExit(f'glibconfig.py: nothing in it looks like {pattern}; GLib has changed')
    return text


def main():
    with open(sys.argv[1], encoding='utf-8') as theirs:
        derived = derive(theirs.read())
    with open(sys.argv[2], 'w', encoding='utf-8') as ours:
        ours.write(derived)


if __name__ == '__main__':
    main()
