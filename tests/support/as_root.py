# SPDX-License-Identifier: MIT
"""Root's powers for a test that needs them: real ones, or those that everybody has in namespaces of his own."""
import os
import subprocess
import sys

INSIDE = "TEST_RUNS_AS_ROOT"
SKIPPED = 77  # the exit code that CTest and Meson show as skipped


def ways(*namespaces, many_users=False):
    """What to put before a command so that it is root in new `namespaces` (options of unshare): each way that there is,
    for the caller to try. `many_users`: there must be others than root, which takes newuidmap for everybody but root."""
    if os.geteuid() == 0:
        yield ("unshare", *namespaces)
    yield ("unshare", "--user", "--map-root-user", *(("--map-auto",) if many_users else ()), *namespaces)


def works(command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def enter(*namespaces, many_users=False):
    """Starts this script again as root in these namespaces, and returns there; where nothing lets it, it ends as
    skipped."""
    if os.environ.get(INSIDE):
        return
    for way in ways(*namespaces, many_users=many_users):
        if works((*way, "true")):
            os.environ[INSIDE] = "yes"
            os.execvp(way[0], [*way, sys.executable, *sys.argv])
    print("skipped: this user is not root and may not make namespaces where he is", flush=True)
    sys.exit(SKIPPED)
