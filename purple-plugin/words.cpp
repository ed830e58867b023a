// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/sentences.h"

#include <glib.h>

namespace purple_plugin {
namespace {

constexpr Word first = Word::corrected;
constexpr Sentence sentences[] = {
    {Word::corrected, "[corrected] {1}", "[corrigé] {1}"},
    {Word::history_begins,
     "What was said in the last {1} days, as the server kept it. Older messages are not shown here.",
     "Ce qui s'est dit ces {1} derniers jours, tel que le serveur l'a gardé. Les messages plus anciens ne sont pas "
     "affichés ici."},
    {Word::room_history_gap,
     "More was said here while you were away than is shown: some of it is missing at this place.",
     "Il s'est dit ici en votre absence plus que ce qui est affiché : il en manque à cet endroit."},
    {Word::nothing_to_correct, "You have sent nothing here that could be corrected.",
     "Vous n'avez rien envoyé ici qui puisse être corrigé."},
    {Word::delivered, "✓ Delivered", "✓ Remis"},
    {Word::contact_not_kept,
     "{1}: the server could not keep this change of your contact list. Make it again in some minutes; if that does not help, "
     "tell your administrator.",
     "{1} : le serveur n'a pas pu enregistrer ce changement de votre liste de contacts. Refaites-le dans quelques minutes ; "
     "si cela ne suffit pas, prévenez votre administrateur."},
    {Word::contact_refused,
     "{1}: the server refused this change of your contact list. Look at how the name is written; if it is right, tell your "
     "administrator: {2}",
     "{1} : le serveur a refusé ce changement de votre liste de contacts. Vérifiez l'orthographe du nom ; s'il est bon, "
     "prévenez votre administrateur : {2}"},
    {Word::menu_password, "Change password...", "Changer de mot de passe..."},
    {Word::menu_details, "My details...", "Ma fiche..."},
    {Word::menu_directory, "Find a colleague...", "Trouver un collègue..."},
    {Word::menu_rooms, "Rooms of the organisation...", "Salons de l'organisation..."},
    {Word::menu_check, "Check my connection", "Vérifier ma connexion"},
    {Word::menu_help, "Whom to ask...", "Qui contacter..."},
    {Word::menu_ordinary, "Make it an ordinary XMPP account again...", "En refaire un compte XMPP ordinaire..."},
    {Word::button_go, "Go on", "Valider"},
    {Word::button_cancel, "Cancel", "Annuler"},
    {Word::password_form, "Type your new password twice. It counts on all your devices.",
     "Tapez deux fois votre nouveau mot de passe. Il vaut sur tous vos appareils."},
    {Word::password_new, "New password", "Nouveau mot de passe"},
    {Word::password_again, "The same again", "Le même encore une fois"},
    {Word::password_differs, "You did not type the same password twice. Nothing was changed; try again.",
     "Les deux mots de passe tapés ne sont pas les mêmes. Rien n'a été changé ; réessayez."},
    {Word::password_changed, "Your password is changed. Your other devices will ask for the new one.",
     "Votre mot de passe est changé. Vos autres appareils demanderont le nouveau."},
    {Word::password_refused, "The server did not take this password. Choose a longer one, or ask your administrator.",
     "Le serveur n'a pas accepté ce mot de passe. Choisissez-en un plus long, ou adressez-vous à votre "
     "administrateur."},
    {Word::password_unknown,
     "The server did not answer. If you cannot log in any more, try the new password, then the old one.",
     "Le serveur n'a pas répondu. Si vous ne pouvez plus vous connecter, essayez le nouveau mot de passe, puis "
     "l'ancien."},
    {Word::directory_form, "Type at least two letters of a given name or of a family name.",
     "Tapez au moins deux lettres d'un prénom ou d'un nom."},
    {Word::directory_given, "Given name", "Prénom"},
    {Word::directory_family, "Family name", "Nom"},
    {Word::directory_address, "Address", "Adresse"},
    {Word::directory_found, "Choose a colleague to talk to or to add to your contacts.",
     "Choisissez un collègue, pour lui parler ou pour l'ajouter à vos contacts."},
    {Word::directory_nobody,
     "Nobody of that name was found. Only colleagues who filled in their details may be found here.",
     "Personne de ce nom n'a été trouvé. Seuls ceux qui ont rempli leur fiche se trouvent peut-être ici."},
    {Word::directory_missing,
     "There is no directory just now. Type your colleague's name as your contacts' are written.",
     "L'annuaire n'est pas disponible. Tapez le nom de votre collègue comme s'écrivent ceux de vos contacts."},
    {Word::details_form,
     "By your name your colleagues find you here; leave its two lines empty and nobody does. Your picture is the "
     "one that you choose in the window of your contacts.",
     "Vos collègues vous trouvent ici par votre nom ; laissez ses deux lignes vides et personne ne vous trouve. "
     "Votre photo est celle que vous choisissez dans la fenêtre de vos contacts."},
    {Word::details_phone, "Telephone", "Téléphone"},
    {Word::details_service, "Department", "Service"},
    {Word::details_title, "Job title", "Fonction"},
    {Word::details_missing,
     "Your details cannot be shown just now. Try again later.",
     "Votre fiche ne peut pas être affichée pour l'instant. Réessayez plus tard."},
    {Word::details_refused,
     "Your details were not kept. Try again later; if it stays so, tell your administrator.",
     "Votre fiche n'a pas été enregistrée. Réessayez plus tard ; si cela persiste, prévenez votre administrateur."},
    {Word::details_kept, "Your details are kept.", "Votre fiche est enregistrée."},
    {Word::help_whom,
     "Whatever does not work, and a forgotten password: {1}.",
     "Pour tout ce qui ne marche pas, et un mot de passe oublié : {1}."},
    {Word::help_nobody_named,
     "Whatever does not work, and a forgotten password: your administrator.",
     "Pour tout ce qui ne marche pas, et un mot de passe oublié : votre administrateur."},
    {Word::help_password,
     "As long as you are connected here you can choose a new password yourself, without the old one: the entry "
     "'Change password' of this menu.",
     "Tant que vous êtes en ligne ici, vous pouvez choisir vous-même un nouveau mot de passe, sans l'ancien : « "
     "Changer de mot de passe », dans ce même menu."},
    {Word::help_facts,
     "He will want to know: {1}, server {2}, plugin {3}, and what 'Check my connection' shows.",
     "Il voudra savoir : {1}, serveur {2}, greffon {3}, et ce que montre « Vérifier ma connexion »."},
    {Word::migrate_offer, "{1} is an address of {2}. Shall it become a {2} account?",
     "{1} est une adresse de {2}. Faut-il en faire un compte {2} ?"},
    {Word::migrate_keeps,
     "Contacts, rooms, alerts and kept conversations stay. Its settings then come from the organisation; the account's "
     "menu leads back.",
     "Contacts, salons, alertes et conversations gardées restent. Ses réglages viennent alors de l'organisation ; le "
     "menu du compte permet de revenir en arrière."},
    {Word::migrate_yes, "Yes", "Oui"},
    {Word::migrate_later, "Not now", "Pas maintenant"},
    {Word::migrate_never, "Never", "Jamais"},
    {Word::migrate_done, "{1} is an account of {2} now.", "{1} est maintenant un compte {2}."},
    {Word::ordinary_offer, "Shall {1} become an ordinary XMPP account again?",
     "Faut-il refaire de {1} un compte XMPP ordinaire ?"},
    {Word::ordinary_keeps,
     "Contacts, rooms, alerts and kept conversations stay. Its settings are then yours to keep, and you are asked about "
     "certificates.",
     "Contacts, salons, alertes et conversations gardées restent. Ses réglages sont alors les vôtres, et des questions "
     "vous sont posées sur les certificats."},
    {Word::ordinary_done, "{1} is an ordinary XMPP account again.", "{1} est de nouveau un compte XMPP ordinaire."},
    {Word::domain_offer, "The addresses of {2} end in @{3} now. Shall {1} become {4}?",
     "Les adresses de {2} se terminent maintenant par @{3}. {1} doit-il devenir {4} ?"},
    {Word::domain_keeps, "Contacts, rooms, alerts and kept conversations stay.",
     "Contacts, salons, alertes et conversations gardées restent."},
    {Word::domain_refused,
     "{1} is an address of former times: those of {2} end in @{3} now. Enable the account again to change it.",
     "{1} est une ancienne adresse : celles de {2} se terminent maintenant par @{3}. Réactivez le compte pour la "
     "changer."},
    {Word::rooms_name, "Name", "Nom du salon"},
    {Word::rooms_missing,
     "The rooms cannot be shown just now. Try again later; a room whose name you know can be entered.",
     "Les salons ne peuvent pas être affichés. Réessayez plus tard ; on peut entrer dans un salon dont on sait le "
     "nom."},
    {Word::check_server, "Server: it answers in {1} ms.", "Serveur : il répond en {1} ms."},
    {Word::check_server_silent, "Server: no answer. Log out and in again.",
     "Serveur : pas de réponse. Déconnectez-vous, puis reconnectez-vous."},
    {Word::check_certificate, "Certificate: it is the one that your organisation announced.",
     "Certificat : c'est celui que votre organisation a annoncé."},
    {Word::check_certificate_by_computer, "Certificate: this computer trusts it; your organisation announced none.",
     "Certificat : cet ordinateur lui fait confiance ; votre organisation n'en a pas annoncé."},
    {Word::check_rooms, "Rooms: {1} answers.", "Salons : {1} répond."},
    {Word::check_rooms_missing, "Rooms: {1} does not answer. Tell your administrator.",
     "Salons : {1} ne répond pas. Prévenez votre administrateur."},
    {Word::check_history, "History: the server keeps it.", "Historique : le serveur le garde."},
    {Word::check_history_missing, "History: this server keeps none; what is said elsewhere is not shown here.",
     "Historique : ce serveur n'en garde pas ; ce qui se dit ailleurs ne s'affiche pas ici."},
    {Word::check_proxy, "Files: {1} passes bytes on in both directions.",
     "Fichiers : {1} transmet dans les deux sens."},
    {Word::check_proxy_missing,
     "Files: {1} does not answer. Files to other desks may take long or fail. Tell your administrator.",
     "Fichiers : {1} ne répond pas. Un envoi peut être long ou échouer. Prévenez votre administrateur."},
    {Word::check_proxy_unreachable,
     "Files: {1} is there, but this computer cannot connect to it. Tell your administrator: a firewall?",
     "Fichiers : {1} existe, mais cet ordinateur ne peut pas s'y connecter. Prévenez votre administrateur : un "
     "pare-feu ?"},
    {Word::check_proxy_refused, "Files: {1} does not pass on what it gets. Tell your administrator.",
     "Fichiers : {1} ne transmet pas ce qu'il reçoit. Prévenez votre administrateur."},
    {Word::check_upload, "Files kept for later: {1} takes them and gives them back.",
     "Fichiers gardés pour plus tard : {1} les prend et les rend."},
    {Word::check_upload_missing,
     "Files kept for later: this server keeps none. Send files to people who are online, one by one.",
     "Fichiers gardés pour plus tard : ce serveur n'en garde pas. Envoyez-les aux personnes en ligne, une par une."},
    {Word::check_upload_refused, "Files kept for later: the server did not take one. Tell your administrator: {1}",
     "Fichiers gardés pour plus tard : le serveur n'en a pas accepté. Prévenez votre administrateur : {1}"},
    {Word::check_upload_unreachable,
     "Files kept for later: this computer cannot reach {1}. Tell your administrator: a firewall?",
     "Fichiers gardés pour plus tard : cet ordinateur ne peut pas joindre {1}. Prévenez votre administrateur : un "
     "pare-feu ?"},
    {Word::check_upload_untrusted,
     "Files kept for later: {1} shows a certificate that {2} did not sign for it. Tell your administrator.",
     "Fichiers gardés pour plus tard : {1} présente un certificat que {2} n'a pas signé pour lui. Prévenez votre "
     "administrateur."},
    {Word::check_upload_altered,
     "Files kept for later: {1} does not give back what was sent to it. Tell your administrator.",
     "Fichiers gardés pour plus tard : {1} ne rend pas ce qui lui a été envoyé. Prévenez votre administrateur."},
    {Word::transfer_declined, "{2} did not take {1}.", "{2} n'a pas accepté {1}."},
    {Word::transfer_other_way,
     "{1} does not go through {3}, which this computer cannot reach: it goes to {2} directly or, more slowly, through "
     "the server. For your administrator: transfer {4}.",
     "{1} ne passe pas par {3}, que cet ordinateur ne peut pas joindre : l'envoi à {2} se fait directement ou, plus "
     "lentement, par le serveur. Pour votre administrateur : transfert {4}."},
    {Word::transfer_in_band_here,
     "{1} goes through the server, which is slower: this computer cannot reach {3}. For your administrator: "
     "transfer {4}.",
     "{1} passe par le serveur, plus lentement : cet ordinateur ne peut pas joindre {3}. Pour votre administrateur : "
     "transfert {4}."},
    {Word::transfer_in_band_there,
     "{1} goes through the server, which is slower: the computer of {2} cannot reach {3}. For your administrator: "
     "transfer {4}.",
     "{1} passe par le serveur, plus lentement : l'ordinateur de {2} ne peut pas joindre {3}. Pour votre "
     "administrateur : transfert {4}."},
    {Word::transfer_unreachable_here,
     "{1} was not passed on: this computer cannot reach {3}. Tell your administrator: transfer {4}.",
     "{1} n'a pas été transmis : cet ordinateur ne peut pas joindre {3}. Prévenez votre administrateur : "
     "transfert {4}."},
    {Word::transfer_unreachable_there,
     "{1} was not passed on: the computer of {2} cannot reach {3}. Tell your administrator: transfer {4}.",
     "{1} n'a pas été transmis : l'ordinateur de {2} ne peut pas joindre {3}. Prévenez votre administrateur : "
     "transfert {4}."},
    {Word::transfer_refused,
     "{1} was not passed on: {3} refused it. Tell your administrator: transfer {4}, {5}.",
     "{1} n'a pas été transmis : {3} l'a refusé. Prévenez votre administrateur : transfert {4}, {5}."},
    {Word::transfer_broken,
     "{1} was broken off: {2} ended it, or the connection through {3} broke. Send it again; if it stays so, tell "
     "your administrator: transfer {4}.",
     "L'envoi de {1} a été interrompu : {2} y a mis fin, ou la connexion par {3} s'est rompue. Recommencez ; si cela "
     "persiste, prévenez votre administrateur : transfert {4}."},
    {Word::transfer_kept_here,
     "{1} is kept by the server and {2} gets a link, as this computer cannot reach {3}. For your administrator: "
     "transfer {4}.",
     "{1} est gardé par le serveur et {2} reçoit un lien, car cet ordinateur ne peut pas joindre {3}. Pour votre "
     "administrateur : transfert {4}."},
    {Word::transfer_kept_there,
     "{1} is kept by the server and {2} gets a link, as the computer of {2} cannot reach {3}. For your administrator: "
     "transfer {4}.",
     "{1} est gardé par le serveur et {2} reçoit un lien, car l'ordinateur de {2} ne peut pas joindre {3}. Pour votre "
     "administrateur : transfert {4}."},
    {Word::transfer_kept_refused,
     "{1} is kept by the server and {2} gets a link, as {3} refused it. For your administrator: transfer {4}, {5}.",
     "{1} est gardé par le serveur et {2} reçoit un lien, car {3} l'a refusé. Pour votre administrateur : "
     "transfert {4}, {5}."},
    {Word::transfer_kept_other,
     "{1} is kept by the server and {2} gets a link, as the program of {2} takes no files just now.",
     "{1} est gardé par le serveur et {2} reçoit un lien, car le programme de {2} n'accepte pas de fichiers en ce "
     "moment."},
    {Word::upload_missing,
     "{1} was not sent: {2} cannot take it just now, and the server keeps no files for later. Send it when {2} is here.",
     "{1} n'a pas été envoyé : {2} ne peut pas le recevoir en ce moment, et le serveur ne garde pas de fichiers. "
     "Envoyez-le quand {2} sera là."},
    {Word::upload_missing_for_stranger,
     "{1} was not sent: {2} is not one of your contacts, and the server keeps no files for later. Add {2} to them, then "
     "send it when {2} is here.",
     "{1} n'a pas été envoyé : {2} n'est pas dans vos contacts, et le serveur ne garde pas de fichiers. Ajoutez {2} à "
     "vos contacts, puis envoyez-le quand {2} sera là."},
    {Word::upload_missing_for_room,
     "{1} was not sent: the server keeps no files, and a room needs that. Send it to each person by itself.",
     "{1} n'a pas été envoyé : le serveur ne garde pas de fichiers, ce qu'il faut pour un salon. Envoyez-le à chaque "
     "personne."},
    {Word::upload_missing_for_program,
     "{1} was not sent: the program that {2} uses takes no files from here, and the server keeps none for it. Ask {2} to "
     "use Pidgin, or send the file another way.",
     "{1} n'a pas été envoyé : le logiciel de {2} ne prend pas de fichiers d'ici, et le serveur n'en garde pas pour lui. "
     "Demandez à {2} d'utiliser Pidgin, ou envoyez le fichier autrement."},
    {Word::upload_too_large, "{1} was not sent: it is too large, the server takes at most {2}.",
     "{1} n'a pas été envoyé : il est trop grand, le serveur accepte au plus {2}."},
    {Word::upload_full, "{1} was not sent: the server takes no more files from you just now. Try again later.",
     "{1} n'a pas été envoyé : le serveur n'accepte plus de fichiers de vous en ce moment. Réessayez plus tard."},
    {Word::upload_refused, "{1} was not sent: the server refused it. Tell your administrator: {2}",
     "{1} n'a pas été envoyé : le serveur l'a refusé. Prévenez votre administrateur : {2}"},
    {Word::upload_untrusted,
     "{1} was not sent: {2} shows a certificate that {3} did not sign for it. Tell your administrator.",
     "{1} n'a pas été envoyé : {2} présente un certificat que {3} n'a pas signé pour lui. Prévenez votre "
     "administrateur."},
    {Word::upload_unreachable,
     "{1} was not sent: this computer cannot reach {2}. Tell your administrator: a firewall?",
     "{1} n'a pas été envoyé : cet ordinateur ne peut pas joindre {2}. Prévenez votre administrateur : un pare-feu ?"},
    {Word::upload_broken, "{1} was not sent: the connection with {2} broke. Send it again.",
     "{1} n'a pas été envoyé : la connexion avec {2} s'est rompue. Recommencez."},
    {Word::upload_unreadable, "{1} was not sent: the file changed meanwhile or cannot be read. Send it again.",
     "{1} n'a pas été envoyé : le fichier a changé entre-temps ou ne peut pas être lu. Recommencez."},
    {Word::send_what, "Type the path of the file behind it: /send ~/plan.pdf",
     "Tapez ensuite le chemin du fichier : /envoyer ~/plan.pdf"},
    {Word::send_missing, "There is no file {1}. Type its whole path: /send ~/plan.pdf",
     "Il n'y a pas de fichier {1}. Tapez son chemin complet : /envoyer ~/plan.pdf"},
    {Word::send_no_file, "{1} is no file but a folder or a device. Send the files in it one by one.",
     "{1} n'est pas un fichier, mais un dossier ou un périphérique. Envoyez ses fichiers un par un."},
    {Word::send_unreadable, "{1} cannot be read. Ask who owns the file to let you.",
     "{1} ne peut pas être lu. Demandez-en le droit à son propriétaire."},
    {Word::send_empty, "{1} is empty: there is nothing to send.", "{1} est vide : il n'y a rien à envoyer."},
    {Word::send_offline, "You are not connected. Connect, then send the file again.",
     "Vous n'êtes pas en ligne. Connectez-vous, puis renvoyez le fichier."},
    {Word::command_failed, "/{1} did not succeed. /help {1} shows how it is written.",
     "/{1} n'a pas réussi. /help {1} montre comment l'écrire."},
    {Word::help_affiliate,
     "affiliate &lt;owner|admin|member|outcast|none&gt; [nick...]: list or set who belongs to the room",
     "affiliate &lt;owner|admin|member|outcast|none&gt; [pseudo...] : lister ou définir qui appartient au "
     "salon"},
    {Word::help_ban, "ban &lt;user&gt; [reason]: shut somebody out of the room",
     "ban &lt;utilisateur&gt; [raison] : exclure "
     "quelqu'un du salon"},
    {Word::help_buzz, "buzz: draw your contact's attention", "buzz : attirer l'attention de votre contact"},
    {Word::help_config, "config: settings of the room", "config : réglages du salon"},
    {Word::help_correct, "correct &lt;text&gt;: send your last message again, as it should have been",
     "corriger &lt;texte&gt; : renvoyer votre dernier message, tel qu'il aurait dû être"},
    {Word::help_invite, "invite &lt;user&gt; [message]: ask somebody into the room",
     "invite &lt;utilisateur&gt; [message] : inviter quelqu'un dans le salon"},
    {Word::help_join, "join &lt;room[@server]&gt; [password]: enter a room",
     "join &lt;salon[@serveur]&gt; [mot de passe] : entrer dans un salon"},
    {Word::help_kick, "kick &lt;user&gt; [reason]: send somebody out of the room",
     "kick &lt;utilisateur&gt; [raison] : faire sortir quelqu'un du salon"},
    {Word::help_mood, "mood &lt;mood&gt; [text]: show your mood", "mood &lt;humeur&gt; [texte] : montrer votre humeur"},
    {Word::help_msg, "msg &lt;nick&gt; &lt;message&gt;: a private message to somebody in the room",
     "msg &lt;pseudo&gt; &lt;message&gt; : un message privé à quelqu'un du salon"},
    {Word::help_nick, "nick &lt;new nick&gt;: change your nick", "nick &lt;nouveau pseudo&gt; : changer de pseudo"},
    {Word::help_part, "part [message]: leave the room", "part [message] : quitter le salon"},
    {Word::help_ping, "ping &lt;address&gt;: ask whether somebody answers",
     "ping &lt;adresse&gt; : demander si quelqu'un répond"},
    {Word::help_register, "register: register with the room", "register : s'inscrire auprès du salon"},
    {Word::help_role,
     "role &lt;moderator|participant|visitor|none&gt; [nick...]: list or set who may do what in the room",
     "role &lt;moderator|participant|visitor|none&gt; [pseudo...] : lister ou définir qui peut faire quoi "
     "dans le salon"},
    {Word::help_send, "send &lt;path&gt;: send a file to whom you talk with, or to the room",
     "envoyer &lt;chemin&gt; : envoyer un fichier à votre interlocuteur ou au salon"},
    {Word::help_topic, "topic [new topic]: show or set the topic",
     "topic [nouveau sujet] : montrer ou changer le sujet"},
};

static_assert(is_in_order(sentences, first, Word::last));

} // namespace

Language user_language() {
    for (const gchar* const* name = g_get_language_names(); *name != nullptr; ++name) {
        const std::string_view code = std::string_view(*name).substr(0, 2);
        if (code == "fr") return Language::french;
        if (code == "en") return Language::english;
    }
    return Language::english;
}

std::string say(Word word, Language language, std::initializer_list<std::string_view> details) {
    const auto& both = word < first ? sentence_of_failure(word) : sentences[place_of(word, first)];
    std::string_view rest = language == Language::french ? both.french : both.english;
    std::string said;
    for (auto brace = rest.find('{'); brace != rest.npos; brace = rest.find('{')) {
        said += rest.substr(0, brace);
        const std::size_t number = static_cast<std::size_t>(rest[brace + 1] - '1');
        if (number < details.size()) said += details.begin()[number];
        rest.remove_prefix(brace + 3);
    }
    return said.append(rest);
}

std::string say(Word word, std::initializer_list<std::string_view> details) {
    return say(word, user_language(), details);
}

} // namespace purple_plugin
