# SPDX-License-Identifier: MIT
"""XEP-0077 3.1: an account made in-band, before login, inside TLS."""
import itertools
import unittest

from daemons import Server
from xmpp_client import CLIENT, REGISTER, Client, Refused, condition

DATA = "{jabber:x:data}"
PASSWORD = "pencil"
QUERY = f"<query xmlns='{REGISTER}'/>"
FEATURE = "{http://jabber.org/features/iq-register}register"
SOURCES = (f"127.0.3.{number}" for number in itertools.count(1))


class Registration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())

    def stranger(self, server=None):
        client = Client(server or self.server, source=next(SOURCES))
        self.addCleanup(client.close)
        return client

    def refused(self, name, password=PASSWORD, client=None):
        with self.assertRaises(Refused) as refused:
            (client or self.stranger()).register(name, password)
        return condition(refused.exception.element)

    def can_log_in(self, name, password=PASSWORD):
        try:
            self.stranger().login(name, password)
            return True
        except Refused:
            return False

    def test_offered(self):
        """XEP-0077 5: the feature is offered inside TLS, beside SASL."""
        self.assertIsNotNone(self.stranger().features.find(FEATURE))

    def test_form(self):
        """XEP-0077 3.1.1, 4: asked, the server names plain fields and gives the same as a data form."""
        query = self.stranger().iq("get", QUERY)[0]
        for field in ("username", "password", "instructions"):
            self.assertIsNotNone(query.find(f"{{{REGISTER}}}{field}"), field)
        form = query.find(f"{DATA}x")
        fields = {field.get("var"): field for field in form.iter(f"{DATA}field")}
        self.assertEqual(form.get("type"), "form")
        self.assertEqual(fields["FORM_TYPE"].findtext(f"{DATA}value"), REGISTER)
        self.assertLessEqual({"username", "password"}, set(fields))
        self.assertIsNotNone(fields["password"].find(f"{DATA}required"))

    def test_plain_fields(self):
        """XEP-0077 3.1.1: the account is there once the result comes: the same stream logs in with each mechanism."""
        client = self.stranger()
        client.iq("get", QUERY)
        client.register("marie.curie", PASSWORD)
        client.login("marie.curie", PASSWORD)
        self.assertTrue(client.bind().startswith("marie.curie@bioaster.org/"))
        for mechanism in self.stranger().mechanisms():
            self.stranger().login("marie.curie", PASSWORD, mechanism)

    def test_data_form(self):
        """XEP-0077 4: a form that is filled in makes an account too."""
        fields = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in
                         (("FORM_TYPE", REGISTER), ("username", "pierre.curie"), ("password", PASSWORD)))
        self.stranger().iq("set", f"<query xmlns='{REGISTER}'><x xmlns='jabber:x:data' type='submit'>{fields}</x></query>")
        self.assertTrue(self.can_log_in("pierre.curie"))

    def test_taken(self):
        """XEP-0077 3.1.1, 9: a name that is taken is a conflict, with the code of old, in any capitals, and its password stays."""
        self.stranger().register("irene.joliot", PASSWORD)
        for name in ("irene.joliot", "Irene.Joliot"):
            with self.assertRaises(Refused) as refused:
                self.stranger().register(name, "another")
            self.assertEqual(condition(refused.exception.element), "conflict")
            self.assertEqual(refused.exception.element.find(f"{{{CLIENT}}}error").get("code"), "409")
        self.assertTrue(self.can_log_in("irene.joliot"))
        self.assertFalse(self.can_log_in("irene.joliot", "another"))

    def test_at_the_same_time(self):
        """XEP-0077 3.1.1: of two who ask for a name at once one gets it."""
        clients = [self.stranger() for _ in range(2)]
        for number, client in enumerate(clients):
            client.send(f"<iq type='set' id='race'><query xmlns='{REGISTER}'><username>louis.pasteur</username>"
                        f"<password>password{number}</password></query></iq>")
        answers = [client.wait() for client in clients]
        self.assertEqual(sorted(condition(answer) for answer in answers), ["", "conflict"])
        winner = [condition(answer) for answer in answers].index("")
        self.assertTrue(self.can_log_in("louis.pasteur", f"password{winner}"))

    def test_bad_names(self):
        """XEP-0077 3.1.1, DESIGN 1: names against account-pattern, reserved or no name at all are not-acceptable."""
        for name in ("jean", "jean.", "j e.a n", "jean@dupont", "root", "admin", "jean.dupont/x", "jean.dupont3", "",
                     "é.à", "a" * 600 + "." + "b" * 600):
            self.assertEqual(self.refused(name), "not-acceptable", name)

    def test_capitals(self):
        """RFC 8265 3.3: names are folded: Jean.DUPONT is jean.dupont."""
        self.stranger().register("Jean.DUPONT", PASSWORD)
        self.assertTrue(self.can_log_in("jean.dupont"))

    def test_passwords(self):
        """XEP-0077 3.1.1: no password is not-acceptable; one with any characters works."""
        self.assertEqual(self.refused("sans.rien", ""), "not-acceptable")
        self.assertFalse(self.can_log_in("sans.rien", ""))
        self.stranger().register("avec.tout", " pâté & <crème> \u2603 ")
        self.assertTrue(self.can_log_in("avec.tout", " pâté & <crème> \u2603 "))

    def test_malformed(self):
        """RFC 6120 8.2.3: another type of IQ is no registration; the stream goes on."""
        client = self.stranger()
        self.assertEqual(self.refused("", "", client), "not-acceptable")
        client.register("apres.faute", PASSWORD)

    def test_not_before_tls(self):
        """XEP-0077 11, DESIGN 4.4: registration needs TLS."""
        plain = Client(self.server, tls=False)
        self.addCleanup(plain.close)
        self.assertIsNone(plain.features.find(FEATURE))
        plain.send(f"<iq type='get' id='1'>{QUERY}</iq>")
        self.assertEqual(plain.wait_closed(), ["not-authorized"])
        self.assertEqual(plain.received, [])

    def test_survives_a_kill(self):
        """DESIGN 4.1: a result that came means that the account is on disk."""
        self.stranger().register("marguerite.perey", PASSWORD)
        self.server.kill()
        self.server.restart()
        self.assertTrue(self.can_log_in("marguerite.perey"))


class Settings(unittest.TestCase):
    def test_rate(self):
        """DESIGN 4.4: an address makes so many accounts an hour; then resource-constraint, wait. Others may."""
        with Server(settings="limit-registrations-per-hour=2") as server:
            here, there = (Client(server, source=f"127.0.4.{number}") for number in (1, 2))
            with here, there:
                here.register("un.deux", PASSWORD)
                here.register("deux.trois", PASSWORD)
                with self.assertRaises(Refused) as refused:
                    here.register("trois.quatre", PASSWORD)
                self.assertEqual(condition(refused.exception.element), "resource-constraint")
                self.assertEqual(refused.exception.element.find("{jabber:client}error").get("type"), "wait")
                there.register("trois.quatre", PASSWORD)

    def test_closed(self):
        """XEP-0077 3.1.1: with registration=closed nothing is offered, and who asks hears not-allowed."""
        with Server(settings="registration=closed") as server, Client(server) as client:
            self.assertIsNone(client.features.find(FEATURE))
            self.assertEqual(condition(client.ask("get", QUERY)), "not-allowed")
            with self.assertRaises(Refused) as refused:
                client.register("jean.dupont", PASSWORD)
            self.assertEqual(condition(refused.exception.element), "not-allowed")

    def test_pattern(self):
        """DESIGN 1: account-pattern decides about names in-band; the administrator's are free."""
        with Server(settings="account-pattern=[a-z]{3}[0-9]+") as server, Client(server) as client:
            client.register("abc12", PASSWORD)
            with self.assertRaises(Refused):
                client.register("jean.dupont", PASSWORD)
            server.account_add("jean.dupont", PASSWORD)
            client.login("jean.dupont", PASSWORD)


if __name__ == "__main__":
    unittest.main(verbosity=2)
