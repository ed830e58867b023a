# SPDX-License-Identifier: MIT
"""XEP-0363: what becomes of a file for somebody who is not here, whatever the service and its HTTPS server do."""
import base64
import hashlib
import os
import re
import unittest

from authority import Authority
from upload_stand_in import DOMAIN, NS, HttpsStandIn, refusal, serve_uploads, slot
from world import StandInTest

HOST, GET = f'files.{DOMAIN}', f'https://files.{DOMAIN}/plan.png'
WHO = f'anne.martin@{DOMAIN}'
PHONE, DISCO = f'{WHO}/phone', 'http://jabber.org/protocol/disco#info'
OOB, CLIENT = '{jabber:x:oob}', '{jabber:client}'
UPLOADED = 'file-send-complete'


class Upload(StandInTest):
    me = None

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.prefix = self.with_host(HOST)
        self.assertIsNotNone(self.prefix, 'a name of our own for this machine takes a mount namespace')
        self.path = os.path.join(self.folder, 'plan.png')

    def upload_to(self, leaf=None, scheme='https', headers='', limit=None, get=GET, **says):
        """The service, with an HTTPS server that has the certificate `leaf` and does what `says` says."""
        https = HttpsStandIn(leaf or self.authority.issue('https', HOST), **says)
        self.addCleanup(https.close)
        self.asked = []

        def answer(iq):
            self.asked.append(iq[0].attrib)
            return slot(iq, f'{scheme}://{HOST}:{https.port}/put/plan.png?v=1', get, headers)
        serve_uploads(self.server, answer, limit)
        return https

    def log_in(self, **settings):
        self.me = self.client(settings=settings, prefix=self.prefix)
        self.me.log_in('a.b', 'secret')

    def send(self, size=100_000):
        self.write(size)
        if not self.me:
            self.log_in()
        self.me.send('send-file', WHO, self.path)

    def write(self, size):
        with open(self.path, 'wb') as file:
            file.write(os.urandom(min(size, 100_000)))
            file.truncate(size)

    def said(self, pattern, limit=20):
        line = self.me.wait_until(lambda e: e['event'] == 'line' and 'was not sent' in e['text'], limit, pattern)[-1]
        self.assertRegex(line['text'], f'^plan.png was not sent: {pattern}$')
        self.assertEqual(line['conversation'], WHO)
        self.me.do('account-state')
        shown = [e for e in self.me.seen if e['event'] in ('question', 'notify') or 'cancelled' in e.get('text', '')]
        self.assertEqual((shown, self.me.ask('account-state')['online']), ([], 1))
        self.assertTrue(self.server.messages.empty())
        self.assertEqual([e for e in self.me.seen if e['event'] == UPLOADED], [])


class Kept(Upload):
    def test_xep_0363_the_file_is_kept_and_the_link_is_sent_as_xep_0066_says(self):
        https = self.upload_to()
        self.send(3_000_000)
        self.me.wait(UPLOADED, 60)
        message = self.server.messages.get(timeout=20)
        self.assertEqual((message.get('to'), message.get('type'), message.findtext(CLIENT + 'body'),
                          message.findtext(f'{OOB}x/{OOB}url')), (WHO, 'chat', GET, GET))
        with open(self.path, 'rb') as file:
            self.assertEqual(https.requests[0][1], file.read())
        self.assertEqual(self.asked, [{'filename': 'plan.png', 'size': '3000000', 'content-type': 'image/png'}])
        self.assertIn(GET, self.me.wait('line', conversation=WHO)['text'])
        self.me.do('im', WHO, GET)  # typed by the user: no file of his
        self.assertIsNone(self.server.messages.get(timeout=20).find(OOB + 'x'))

    def test_slash_send_sends_it_where_a_client_has_no_menu_for_that(self):
        self.upload_to()
        with open(self.path, 'wb') as file:
            file.write(b'plan')
        self.log_in()
        self.me.do('im', WHO, 'Bonjour')
        self.server.messages.get(timeout=20)
        self.assertTrue({'send', 'envoyer'} <= set(self.me.ask('commands', WHO)['names'].split()))
        self.assertEqual(self.me.ask('slash', WHO, f'send "{self.path}"')['status'], 0)
        self.assertEqual(self.server.messages.get(timeout=20).findtext(CLIENT + 'body'), GET)

    def test_slash_send_says_why_it_sends_nothing(self):
        empty = os.path.join(self.folder, 'empty')
        with open(empty, 'wb'):
            pass
        self.log_in()
        self.me.do('im', WHO, 'Bonjour')
        for typed, part in (('send', 'path of the file'), ('send /no/where', 'no file /no/where'), ('send ' + empty, 'is empty'),
                            ('send ' + self.folder, 'folder'), ('envoyer /a&b', 'no file /a&amp;b')):
            said = self.me.ask('slash', WHO, typed)
            self.assertIn(part, said['error'])
            self.assertNotEqual(said['status'], 0)
        self.me.do('enable', 'no')
        self.assertIn('not connected', self.me.ask('slash', WHO, 'send ' + self.path)['error'])

    def test_slash_send_in_french(self):
        self.log_in(LANGUAGE='fr')
        self.me.do('im', WHO, 'Bonjour')
        self.assertIn("Il n&apos;y a pas de fichier", self.me.ask('slash', WHO, 'envoyer /no/where')['error'])

    def test_xep_0363_4_only_the_fields_it_allows_are_sent_each_in_one_line(self):
        https = self.upload_to(headers="<header name='Authorization'>Basic&#10;X&#13;&#10;Evil: 1</header><header name='COOKIE'>a=b"
                               "</header><header name='Host'>evil</header><header name='X-Other'>1</header>"
                               "<header name='cookie'>c=d</header>")
        self.send()
        self.me.wait(UPLOADED, 60)
        head = https.requests[0][0].split('\r\n')
        self.assertEqual(head, ['PUT /put/plan.png?v=1 HTTP/1.1', f'Host: {HOST}:{https.port}', 'Content-Length: 100000',
                                'Content-Type: image/png', 'Connection: close', 'Authorization: BasicXEvil: 1', 'COOKIE: a=b',
                                'cookie: c=d'])

    def test_a_file_as_large_as_the_limit_is_sent_and_an_empty_one(self):
        https = self.upload_to(limit=1000)
        self.send(1000)
        self.me.wait(UPLOADED, 60)
        with open(self.path, 'wb'):
            pass
        self.me.send('send-file', WHO, self.path)
        self.me.wait(UPLOADED, 60)
        self.assertEqual([len(body) for _, body in https.requests], [1000, 0])

    def test_an_answer_that_is_on_the_way_is_no_answer(self):
        self.upload_to(response=b'HTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')
        self.send()
        self.me.wait(UPLOADED, 60)

    def test_a_large_file_is_not_held_in_memory_and_the_user_can_end_it(self):
        self.upload_to(deaf=True)
        self.log_in()
        before = self.peak()
        with open(self.path, 'wb') as file:
            file.truncate(500_000_000)
        self.me.send('send-file', WHO, self.path)
        self.me.wait('file-send-start')
        self.me.do('account-state')  # the desk goes on
        self.me.send('cancel-files')
        self.me.wait('file-send-cancel')
        self.me.do('account-state')
        self.assertLess(self.peak() - before, 50_000)
        self.assertEqual([e for e in self.me.seen if 'was not sent' in e.get('text', '')], [])

    def peak(self):
        with open(f'/proc/{self.me.process.pid}/status', encoding='utf-8') as status:
            return int(re.search(r'VmHWM:\s+(\d+) kB', status.read()).group(1))

    def test_who_logs_out_ends_what_is_sent(self):
        self.upload_to(deaf=True)
        self.send(50_000_000)
        self.me.wait('file-send-start')
        self.me.send('enable', 'no')
        self.me.wait('file-send-cancel')
        self.me.do('account-state')


class Checked(Upload):
    """The line of 'Check my connection' about uploads."""

    def check(self, mark, pattern, **settings):
        self.log_in(**settings)
        self.me.send('menu-entry', 'Vérifier ma connexion' if settings else 'Check my connection')
        self.assertRegex(self.me.wait('page', 40)['text'].split('<br>')[5], f'^{mark} {pattern}$')

    def upload_and_back(self, leaf=None, **says):
        https = HttpsStandIn(leaf or self.authority.issue('https', HOST), **says)
        self.addCleanup(https.close)
        url = f'https://{HOST}:{https.port}/'
        serve_uploads(self.server, lambda iq: slot(iq, url + 'put', url + 'get'))
        return https

    def test_a_few_bytes_go_there_and_come_back(self):
        https = self.upload_and_back()
        self.check('✓', f'Files kept for later: {HOST} takes them and gives them back\\.')
        self.assertEqual([head.split(' HTTP')[0] for head, _ in https.requests], ['PUT /put', 'GET /get'])

    def test_something_else_that_comes_back_is_said(self):
        self.upload_and_back(given=b'hello')
        self.check('✗', f'Files kept for later: {HOST} does not give back what was sent to it\\. Tell your administrator\\.')

    def test_a_server_that_keeps_no_files_says_so_in_french(self):
        self.check('✗', "Fichiers gardés pour plus tard : ce serveur n&apos;en garde pas\\. Envoyez-les .*", LANGUAGE='fr')

    def test_a_refusal_of_the_service_is_said(self):
        serve_uploads(self.server, lambda iq: refusal(iq, 'resource-constraint'))
        self.check('✗', 'Files kept for later: the server did not take one\\. Tell your administrator: resource-constraint')

    def test_a_refusal_of_its_host_is_said(self):
        self.upload_and_back(response=b'HTTP/1.1 403 Forbidden\r\n\r\n')
        self.check('✗', 'Files kept for later: the server did not take one\\. Tell your administrator: HTTP 403')

    def test_a_host_that_cannot_be_reached_is_named(self):
        serve_uploads(self.server, lambda iq: slot(iq, f'https://{HOST}:1/', GET))
        self.check('✗', f'Files kept for later: this computer cannot reach {HOST}\\. Tell your administrator: a firewall.')

    def test_a_host_with_a_foreign_certificate_is_named(self):
        self.upload_and_back(Authority(self.folder, 'other').issue('evil', HOST))
        self.check('✗', f'Files kept for later: {HOST} shows a certificate that BIOASTER did not sign for it\\. Tell .*')


class NotKept(Upload):
    def test_without_a_service_it_is_said_what_to_do(self):
        self.send()
        self.said(f'{WHO} is not one of your contacts, and the server keeps no files for later. Add {WHO} to them, then send it when '
                  f'{WHO} is here.')

    def test_without_a_service_a_contact_is_to_be_waited_for(self):
        self.log_in()
        self.me.do('add-buddy', WHO, '')
        self.send()
        self.said(f'{WHO} cannot take it just now, and the server keeps no files for later. Send it when {WHO} is here.')

    def test_who_is_here_with_a_program_that_takes_no_files_is_not_said_to_be_away(self):
        """XEP-0115: what a program takes is known by its features; this one has none."""
        self.server.answers[f'{{{DISCO}}}query'] = lambda iq: (
            f"<iq type='result' id='{iq.get('id')}' from='{PHONE}'><query xmlns='{DISCO}' node='{iq[0].get('node')}'>"
            f"<identity category='client' type='phone'/></query></iq><message from='{WHO}' type='chat'><body>Coucou</body></message>"
            if iq.get('to') == PHONE else refusal(iq, 'item-not-found'))
        self.log_in()
        ver = base64.b64encode(hashlib.sha1(b'client/phone//<').digest()).decode()
        self.server.say(f"<iq type='set' id='push'><query xmlns='jabber:iq:roster'><item jid='{WHO}' subscription='both'/></query></iq>"
                        f"<presence from='{PHONE}'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='x:y' ver='{ver}'/></presence>")
        self.me.wait('im', text='Coucou')
        self.write(1000)
        self.me.send('send-file', WHO, self.path)
        self.said(f'the program that {WHO} uses takes no files from here, and the server keeps none for it. Ask {WHO} to use Pidgin, '
                  'or send the file another way.')

    def test_xep_0363_3_a_file_above_the_limit_is_not_even_asked_for(self):
        self.upload_to(limit=1000)
        self.send(1001)
        self.said(r'it is too large, the server takes at most 1000 bytes\.')
        self.assertEqual(self.asked, [])

    def refused(self, condition, more, pattern):
        serve_uploads(self.server, lambda iq: refusal(iq, condition, more))
        self.send()
        self.said(pattern)

    def test_xep_0363_6_the_limit_in_a_refusal_is_said(self):
        self.refused('not-acceptable', f"<file-too-large xmlns='{NS}'><max-file-size>20480</max-file-size></file-too-large>",
                     r'it is too large, the server takes at most 20[.,]0\d KiB\.')

    def test_xep_0363_6_a_full_quota_is_said(self):
        self.refused('resource-constraint', '', r'the server takes no more files from you just now\. Try again later\.')

    def test_another_refusal_is_said_with_what_the_administrator_needs(self):
        self.refused('forbidden', '', r'the server refused it\. Tell your administrator: forbidden')

    def test_xep_0363_4_a_place_without_tls_is_not_used(self):
        self.upload_to(scheme='http')
        self.send()
        self.said('the server refused it. Tell your administrator: http:.*')

    def test_xep_0363_4_a_link_without_tls_is_not_sent(self):
        self.upload_to(get='http://files.bioaster.org/x')
        self.send()
        self.said('the server refused it. Tell your administrator: .*')

    def test_a_certificate_of_another_authority_is_refused_without_a_question(self):
        self.upload_to(leaf=Authority(self.folder, 'other').issue('evil', HOST))
        self.send()
        self.said(f'{HOST} shows a certificate that BIOASTER did not sign for it. Tell your administrator.')

    def test_a_certificate_of_our_authority_for_another_host_is_refused(self):
        self.upload_to(leaf=self.authority.issue('elsewhere', 'other.bioaster.org', DOMAIN))
        self.send()
        self.said(f'{HOST} shows a certificate that BIOASTER did not sign for it. Tell your administrator.')

    def test_a_server_that_says_no_before_it_has_all_is_heard(self):
        https = self.upload_to(response=b'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n', early=True)
        self.send(50_000_000)
        self.said('the server refused it. Tell your administrator: HTTP 413')
        self.assertEqual(len(https.requests), 1)

    def test_a_yes_before_all_is_sent_is_no_yes(self):
        self.upload_to(early=True)
        self.send(50_000_000)
        self.said('the server refused it. Tell your administrator: HTTP 201')

    def test_a_connection_that_ends_without_an_answer_is_said(self):
        self.upload_to(response=b'')
        self.send()
        self.said(f'the connection with {HOST} broke. Send it again.')

    def test_a_server_that_speaks_no_http_and_does_not_end_is_said(self):
        self.upload_to(response=b'x' * 20_000, early=True)
        self.send()
        self.said(f'the connection with {HOST} broke. Send it again.')

    def changed(self, change):
        """The file is changed after its size was told."""
        self.upload_to()
        name = f'{{{NS}}}request'
        answer = self.server.answers[name]

        def answer_late(iq):
            change()
            return answer(iq)
        self.server.answers[name] = answer_late
        self.send()
        self.said('the file changed meanwhile or cannot be read. Send it again.')

    def test_a_file_that_is_gone_before_it_can_be_sent_is_said(self):
        self.changed(lambda: os.remove(self.path))

    def test_a_file_that_is_shorter_than_it_was_is_said(self):
        self.changed(lambda: os.truncate(self.path, 10))

    def test_a_host_that_cannot_be_reached_is_said(self):
        serve_uploads(self.server, lambda iq: slot(iq, f'https://{HOST}:1/', GET))
        self.send()
        self.said(f'this computer cannot reach {HOST}. Tell your administrator: a firewall.')


if __name__ == '__main__':
    unittest.main()
