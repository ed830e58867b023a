# SPDX-License-Identifier: MIT
"""What can be known of the Windows plugin without Windows: what it needs from others, what it shows, what GLib 2.28 lacks.
Each gate is also shown what it must refuse."""
import glob
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / 'purple-plugin/windows'
BUILT = pathlib.Path(os.environ['BUILD']) / 'purple-plugin/windows'
DLL = BUILT / 'libbioaster.dll'
TOOLS = 'i686-w64-mingw32-'
sys.path.insert(0, str(SOURCES))
import link  # noqa: E402

SYSTEM = {'KERNEL32.dll', 'msvcrt.dll', 'WS2_32.dll', 'ADVAPI32.dll'}
# Of libc, what takes a path or a variable: Windows reads those in the code page, and a name with an accent is another.
CODE_PAGE = re.compile(r'_?(w?fopen|w?freopen|w?open|sopen|creat|rename|remove|unlink|w?stat\w*|access|mkdir|rmdir|chmod|getenv|putenv|system'
                       r'|tmpfile|tmpnam|opendir)')

# What GLib 2.28 has in the code page too, under the plain name; its headers rename the calls, those of today do not.
TWICE = re.compile(r'g_(dir_open|dir_read_name|file_get_contents|file_open_tmp|file_test|filename_(from|to)_(uri|utf8)|find_program_in_path|get_(current|home'
                   r'|tmp)_dir|get_(real|user)_name|getenv|io_channel_new_file|mkstemp|setenv|spawn_\w*|unsetenv)')


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout


def names_of(definitions):
    """Name in the sources -> name in the library, as a .def file says."""
    lines = definitions.read_text().partition('EXPORTS\n')[2].splitlines()
    fields = [line.removesuffix(' DATA').split(' == ') for line in lines]
    return {field[0]: field[-1] for field in fields}


def imports(dll):
    """Library -> the names that `dll` takes from it."""
    found = {}
    for library, table in re.findall(r'DLL Name: (\S+)\n(.*?)\n\n', run(TOOLS + 'objdump', '-p', dll), re.DOTALL):
        found[library] = re.findall(r'(?m)^\s+[0-9a-f]+\s+\d+\s+(\S+)', table)
    return found


def exports(dll):
    table = run(TOOLS + 'objdump', '-p', dll).partition('[Ordinal/Name Pointer] Table\n')[2].partition('\n\n')[0]
    return re.findall(r'(?m)^\s+\[\s*\d+\] (\S+)', table)


def faults(dll):
    """What would keep `dll` from being loaded by Pidgin on Windows, or end it there; a sentence each."""
    ours = {'libpurple.dll': set(names_of(SOURCES / 'libpurple.def').values()),
            'libglib-2.0-0.dll': set(names_of(SOURCES / 'libglib.def').values())}
    for library, names in imports(dll).items():
        if library in ours:
            yield from (f'{name} is not in the list of {library}' for name in names if name not in ours[library])
        elif library not in SYSTEM:
            yield f'{library} is imported'
        yield from (f'{name} of libc is called' for name in names if library == 'msvcrt.dll' and CODE_PAGE.fullmatch(name))
    if exports(dll) != ['purple_init_plugin']:
        yield f'exported are {exports(dll)}'
    if link.SHARED_LIBGCC in dll.read_bytes():
        yield 'it looks for a libgcc that others loaded'


class Gates(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def linked(self, code, *options):
        """A DLL of that code, made as the plugin is; or what the linker said."""
        source, dll = self.folder / 'code.cpp', self.folder / 'code.dll'
        source.write_text('extern "C" __declspec(dllexport) int purple_init_plugin() { return 1; }\n' + code)
        done = subprocess.run([sys.executable, '-B', SOURCES / 'link.py', dll, TOOLS + 'g++-win32', '-shared', '-static', '-s',
                               source, BUILT / 'libpurple.dll.a', BUILT / 'libglib.dll.a', *options],
                              capture_output=True, text=True, check=False)
        return dll if done.returncode == 0 else done.stderr

    def calling(self, declared, call, *options):
        return self.linked(f'extern "C" {declared};\nextern "C" __declspec(dllexport) void other() {{ {call}; }}', *options)

    def test_the_plugin_has_no_fault(self):
        self.assertEqual(list(faults(DLL)), [])

    def test_a_name_that_is_not_in_glib_2_28_or_in_no_list_does_not_link_and_the_remedy_is_said(self):
        for name in ('g_hmac_new', 'purple_media_manager_get'):
            said = self.calling(f'void {name}()', f'{name}()')
            self.assertIn(f'link.py: in no .def file of purple-plugin/windows: {name}.', str(said))

    def test_a_foreign_library_a_call_of_libc_with_a_path_and_a_second_export_are_faults(self):
        found = list(faults(self.calling('__attribute__((stdcall)) int MessageBeep(unsigned)', 'MessageBeep(0)', '-luser32')))
        self.assertEqual(found, ['USER32.dll is imported', "exported are ['other', 'purple_init_plugin']"])
        self.assertIn('rename of libc is called',
                      faults(self.calling('int rename(const char*, const char*)', 'rename("a", "b")')))
        stream = '#include <fstream>\nvoid* p = new std::ifstream("a");'
        self.assertIn('fopen of libc is called', faults(self.linked(stream)))

    def test_a_name_of_a_library_that_its_list_does_not_have_is_a_fault(self):
        (self.folder / 'more.def').write_text('LIBRARY "libglib-2.0-0.dll"\nEXPORTS\ng_hmac_new\n')
        run(TOOLS + 'dlltool', '-d', self.folder / 'more.def', '-l', self.folder / 'more.dll.a')
        dll = self.calling('void g_hmac_new()', 'g_hmac_new()', self.folder / 'more.dll.a')
        self.assertIn('g_hmac_new is not in the list of libglib-2.0-0.dll', faults(dll))

    def test_a_dll_that_would_find_a_shared_libgcc_is_a_fault(self):
        dll = self.linked('')
        self.assertEqual(list(faults(dll)), [])
        dll.write_bytes(dll.read_bytes().replace(link.NO_LIBGCC, link.SHARED_LIBGCC))
        self.assertEqual(list(faults(dll)), ['it looks for a libgcc that others loaded'])

    def test_nothing_in_the_plugin_tells_when_or_where_it_was_built(self):
        headers = run(TOOLS + 'objdump', '-p', DLL)
        self.assertRegex(headers, r'(?m)^ImageBase\s+6b400000$')
        self.assertRegex(headers, r'(?m)^Time/Date\s+Thu Jan  1 00:00:00 1970$')
        for folder in (ROOT, BUILT):
            self.assertNotIn(str(folder).encode(), DLL.read_bytes())


class Lists(unittest.TestCase):
    def test_no_name_of_glib_is_newer_than_2_28(self):
        since = {}  # as the Debian package of GLib records it
        for symbols in glob.glob('/var/lib/dpkg/info/libglib2.0-0*.symbols'):
            for name, version in re.findall(r'(?m)^ (g_\w+)@Base (\d+\.\d+)', pathlib.Path(symbols).read_text()):
                since[name] = tuple(map(int, version.split('.')))
        self.assertGreater(since['g_hmac_new'], (2, 28))
        self.assertEqual([name for name in names_of(SOURCES / 'libglib.def')
                          if not TWICE.fullmatch(name) and since.get(name, (9,)) > (2, 28)], [])

    def test_names_that_glib_2_28_has_twice_are_taken_in_utf_8(self):
        for name, taken in names_of(SOURCES / 'libglib.def').items():
            self.assertEqual(taken, name + '_utf8' if TWICE.fullmatch(name) else name)

    def test_no_name_of_libpurple_is_one_that_windows_lacks(self):
        lacking = re.compile(r'purple_(dbus|media|desktop_item)_\w+|purple_accounts_find_(ext|any|connected)')
        self.assertEqual([name for name in names_of(SOURCES / 'libpurple.def') if lacking.fullmatch(name)], [])


if __name__ == '__main__':
    unittest.main()
