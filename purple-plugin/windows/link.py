# SPDX-License-Identifier: GPL-2.0-or-later
"""Links the DLL: link.py DLL COMMAND..., where COMMAND is the compiler with everything but -o."""
import pathlib
import re
import subprocess
import sys

# GCC's start code registers the tables for exceptions with a libgcc that Pidgin has loaded, while the one linked in
# throws: any exception would end Pidgin, even one that is caught. So it must not find that library: other letters, same length.
SHARED_LIBGCC, NO_LIBGCC = b'libgcc_s_dw2-1.dll', b'no_libgcc_shared__'
REMEDY = """link.py: in no .def file of purple-plugin/windows: {names}.
  A name of libpurple: add it to libpurple.def. A name of GLib: if GLib 2.28 has it (`Since` in its documentation), add it to libglib.def;
  if not, do without it: Pidgin for Windows brings GLib 2.28, and would not load the plugin.
"""


def main():
    dll = pathlib.Path(sys.argv[1])
    done = subprocess.run([*sys.argv[2:], '-o', dll], stderr=subprocess.PIPE, text=True, errors='replace', check=False)
    sys.stderr.write(done.stderr)
    unknown = sorted(set(re.findall(r"undefined reference to [`'](?:_imp__)?((?:g|purple|serv|xmlnode)_\w+)'", done.stderr)))
    if unknown:
        sys.stderr.write(REMEDY.format(names=', '.join(unknown)))
    if done.returncode != 0:
        sys.exit(1)
    dll.write_bytes(dll.read_bytes().replace(SHARED_LIBGCC, NO_LIBGCC))


if __name__ == '__main__':
    main()
