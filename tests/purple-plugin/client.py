# SPDX-License-Identifier: MIT
"""A headless libpurple with the plugin: commands go in, events come out, and a test waits for those."""
import json
import os
import queue
import subprocess
import threading
import time

PREFIX = os.environ.get('PLUGIN_PREFIX', '').split()  # by hand: valgrind and its options
PATIENCE = 6 if PREFIX else 1


class Client:
    """One `headless` process with a user folder of its own."""

    def __init__(self, headless, plugin_folder, user_folder, organisation, settings=None, prefix=()):
        environment = {**os.environ, 'G_DEBUG': 'fatal-criticals', 'BIOASTER_ORGANISATION': organisation,
                       'HOME': user_folder, 'XDG_CONFIG_HOME': user_folder, 'LANG': 'C.UTF-8', 'LANGUAGE': 'en',
                       **(settings or {})}
        self.name = os.path.basename(user_folder)
        self.seen = []
        self.events = queue.Queue()
        self.errors = open(os.path.join(os.path.dirname(user_folder), self.name + '.log'), 'wb')
        self.process = subprocess.Popen([*PREFIX, *prefix, headless, user_folder, plugin_folder], env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.wait('ready')

    def _read(self):
        for line in self.process.stdout:
            if line.startswith(b'{'):
                self.events.put({**json.loads(line.decode('utf-8', 'replace')), 'at': time.monotonic()})
            else:  # libpurple's debug log, with HEADLESS_DEBUG set
                self.errors.write(line)
        self.events.put(None)

    def send(self, *words):
        """Starts a command; its events are waited for by wait()."""
        escaped = [w.replace('\\', '\\\\').replace('\n', '\\n').replace('\t', '\\t') for w in words]
        self.process.stdin.write(('\t'.join(escaped) + '\n').encode())
        self.process.stdin.flush()

    def do(self, *words):
        """Runs a command and returns the events that came until it was done."""
        self.send(*words)
        return self.wait_until(lambda e: e['event'] in ('done', 'failed') and e['command'] == words[0], 20, words)

    def ask(self, *words):
        """Runs a command that tells one thing, and returns that."""
        events = self.do(*words)
        if events[-1]['event'] == 'failed' or len(events) < 2:
            raise AssertionError(f'{self.name}: {words}: {events}')
        return {name: value for name, value in events[-2].items() if name != 'at'}

    def wait(self, event, limit=20, **members):
        """The next event of that name with these members; what came before it is passed over."""
        def fits(e):
            return e['event'] == event and all(e.get(k) == v for k, v in members.items())
        return self.wait_until(fits, limit, (event, members))[-1]

    def wait_until(self, fits, limit, what):
        passed = []
        deadline = time.monotonic() + limit * PATIENCE
        while True:
            try:
                event = self.events.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f'{self.name}: no {what} within {limit} s; last: {self.seen[-12:]}') from None
            if event is None:
                raise AssertionError(f'{self.name}: ended (see {self.errors.name}) before {what}; {self.seen[-12:]}')
            self.seen.append(event)
            passed.append(event)
            if fits(event):
                return passed

    def asked(self):
        """The questions that the user would have seen so far."""
        return [e for e in self.seen if e['event'] == 'question']

    def log_in(self, name, password, make=False):
        """Adds the account as the dialog does; returns its address once it is online."""
        self.send('account', 'prpl-bioaster', name, password, 'register' if make else 'login')
        return self.wait('signed-on')['account']

    def close(self):
        """Ends the client as its user would; returns its exit code."""
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(20 * PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.errors.close()
        return self.process.returncode
