// SPDX-License-Identifier: GPL-2.0-or-later
// What is said when something does not work: what happened, and what to do next.
#include "purple-plugin/sentences.h"

namespace purple_plugin {
namespace {

constexpr Sentence sentences[] = {
    {Word::summary, "The instant messaging of your organisation", "La messagerie instantanée de votre organisation"},
    {Word::settings_wrong, "The settings of the organisation cannot be used. Tell your administrator: {1}",
     "Les réglages de l'organisation sont inutilisables. Prévenez votre administrateur : {1}"},
    {Word::name_empty, "Type your name as {1}.", "Tapez votre nom sous la forme {1}."},
    {Word::name_not_latin,
     "'{1}' holds a character that an account's name cannot have. Type your name in Latin letters, as {2}.",
     "« {1} » contient un caractère interdit dans un nom de compte. Tapez votre nom en lettres latines, "
     "sous la forme {2}."},
    {Word::name_foreign, "'{1}' is not an address of {2}. Type your name alone, as {3}.",
     "« {1} » n'est pas une adresse de {2}. Tapez seulement votre nom, sous la forme {3}."},
    {Word::no_account_made, "No account was made for {1}", "Aucun compte n'a été créé pour {1}"},
    {Word::account_exists,
     "{1} has an account already. If it is yours, enable it in the list of accounts; if you forgot its password, ask "
     "your administrator.",
     "{1} a déjà un compte. Si c'est le vôtre, activez-le dans la liste des comptes ; si vous avez oublié le mot de "
     "passe, adressez-vous à votre administrateur."},
    {Word::account_name_refused, "The server does not accept the name {1}. Type your name as {2}.",
     "Le serveur n'accepte pas le nom {1}. Tapez votre nom sous la forme {2}."},
    {Word::registration_closed, "Accounts are not made this way here. Ask your administrator for one.",
     "La création de comptes est fermée ici. Demandez un compte à votre administrateur."},
    {Word::registration_too_often, "Too many accounts were asked for just now. Try again in some minutes.",
     "Trop de comptes viennent d'être demandés. Réessayez dans quelques minutes."},
    {Word::registration_not_now,
     "The server cannot make an account just now. Try again in some minutes; if it stays so, tell your administrator.",
     "Le serveur ne peut pas créer de compte pour l'instant. Réessayez dans quelques minutes ; si cela persiste, "
     "prévenez votre administrateur."},
    {Word::registration_refused, "The server refused. Try again later, or tell your administrator: {1}",
     "Le serveur a refusé. Réessayez plus tard, ou prévenez votre administrateur : {1}"},
    {Word::certificate_untrusted,
     "{1} shows a certificate that {2} did not sign. It may be another server in its place, so your "
     "password was not sent. Tell your administrator.",
     "{1} présente un certificat que {2} n'a pas signé. C'est peut-être un autre serveur à sa place : "
     "votre mot de passe n'a pas été envoyé. Prévenez votre administrateur."},
    {Word::certificate_other_name,
     "{1} shows a certificate made for another name than {1} or {2}. Your password was not sent. Tell your "
     "administrator.",
     "{1} présente un certificat établi pour un autre nom que {1} ou {2}. Votre mot de passe n'a pas été "
     "envoyé. Prévenez votre administrateur."},
    {Word::certificate_expired,
     "The certificate of {1} has expired. Check this computer's date; if it is right, tell your "
     "administrator.",
     "Le certificat de {1} a expiré. Vérifiez la date de cet ordinateur ; si elle est juste, prévenez "
     "votre administrateur."},
    {Word::certificate_too_early,
     "The certificate of {1} is not valid yet. Check this computer's date; if it is right, tell your "
     "administrator.",
     "Le certificat de {1} n'est pas encore valable. Vérifiez la date de cet ordinateur ; si elle est "
     "juste, prévenez votre administrateur."},
    {Word::certificate_other_key,
     "{1} shows a key that {2} did not announce. It may be another server in its place, so your password "
     "was not sent. Tell your administrator.",
     "{1} présente une clé que {2} n'a pas annoncée. C'est peut-être un autre serveur à sa place : votre "
     "mot de passe n'a pas été envoyé. Prévenez votre administrateur."},
    {Word::server_unproven,
     "{1} could not show that it knows your password: it may be another server in its place. Your password was not "
     "sent. Tell your administrator.",
     "{1} n'a pas pu prouver qu'il connaît votre mot de passe : c'est peut-être un autre serveur à sa place. Votre mot "
     "de passe n'a pas été envoyé. Prévenez votre administrateur."},
    {Word::server_unreachable,
     "{1} cannot be reached. Check that this computer is on the network. It is tried again by itself; if others cannot "
     "log in either, tell your administrator{4}.",
     "{1} est injoignable. Vérifiez que cet ordinateur est relié au réseau. Un nouvel essai se fera tout seul ; si "
     "d'autres ne se connectent pas non plus, prévenez votre administrateur{4}."},
    {Word::connection_lost,
     "The connection to {1} was lost. It is made again by itself; nothing that was sent to you is lost.",
     "La connexion avec {1} est perdue. Elle se rétablira toute seule ; rien de ce qui vous est envoyé n'est perdu."},
    {Word::connection_silent,
     "{1} does not answer any more. The connection is made again by itself; nothing that was sent to you is lost.",
     "{1} ne répond plus. La connexion se rétablira toute seule ; rien de ce qui vous est envoyé n'est perdu."},
    {Word::computer_slept,
     "This computer was asleep, and the connection to {1} ended meanwhile. It is made again by itself.",
     "Cet ordinateur était en veille et la connexion avec {1} s'est terminée. Elle se rétablira toute seule."},
    {Word::network_changed, "This computer has another network now. The connection to {1} is made again by itself.",
     "Cet ordinateur a changé de réseau. La connexion avec {1} se rétablira toute seule."},
    {Word::server_trouble,
     "Something went wrong on {1}. It is tried again by itself; if it stays so, tell your administrator{4}.",
     "Un incident s'est produit sur {1}. Un nouvel essai se fera tout seul ; si cela persiste, prévenez votre "
     "administrateur{4}."},
    {Word::server_other,
     "{1} does not serve your organisation's addresses. Tell your administrator{4}: the organisation's settings "
     "name the wrong server.",
     "{1} ne sert pas les adresses de votre organisation. Prévenez votre administrateur{4} : les réglages de "
     "l'organisation indiquent un autre serveur."},
    {Word::sent_too_much,
     "{1} closed the connection, because too much was sent at once. It is made again by itself; wait a moment "
     "before you go on.",
     "{1} a fermé la connexion, car trop de choses ont été envoyées à la fois. Elle se rétablira toute seule ; "
     "attendez un instant."},
    {Word::login_impossible,
     "{1} offers no way of logging in that this program knows. Your password is not at fault. Tell your "
     "administrator{4}.",
     "{1} ne propose aucune façon de se connecter que ce programme connaisse. Votre mot de passe n'est pas en "
     "cause. Prévenez votre administrateur{4}."},
    {Word::undelivered, "Not delivered: “{1}”. {2}", "Non remis : « {1} ». {2}"},
    {Word::bounce_nobody, "Nobody has the address {1}. Check how it is written, or look for your colleague by name.",
     "Personne n'a l'adresse {1}. Vérifiez-la, ou cherchez votre collègue par son nom."},
    {Word::bounce_away, "{1} can get no messages just now. Send it again later.",
     "{1} ne peut pas recevoir de messages pour l'instant. Renvoyez-le plus tard."},
    {Word::bounce_other_server,
     "The other organisation's server cannot be reached. Send it again later, or write another way.",
     "Le serveur de l'autre organisation est injoignable. Renvoyez-le plus tard, ou écrivez autrement."},
    {Word::bounce_forbidden, "You may not write to {1}. Ask those who run it to let you.",
     "Vous n'avez pas le droit d'écrire à {1}. Demandez-le à ceux qui s'en occupent."},
    {Word::bounce_blocked, "{1} is blocked, here or there. Unblock your contact, then send it again.",
     "{1} est bloqué, ici ou là-bas. Débloquez votre contact, puis renvoyez-le."},
    {Word::bounce_not_in_room, "You are not in {1} any more. Enter the room again, then send it once more.",
     "Vous n'êtes plus dans {1}. Entrez de nouveau dans le salon, puis renvoyez-le."},
    {Word::bounce_too_much,
     "It is too long, or too much was sent at once. Shorten it or wait a minute, then send it again.",
     "Il est trop long, ou trop de choses ont été envoyées à la fois. Raccourcissez-le ou attendez une minute, "
     "puis renvoyez-le."},
    {Word::bounce_not_kept,
     "The server could not keep it. Send it again in some minutes; if it comes back again, tell your "
     "administrator.",
     "Le serveur n'a pas pu l'enregistrer. Renvoyez-le dans quelques minutes ; s'il revient encore, prévenez votre "
     "administrateur."},
    {Word::bounce_refused,
     "The server did not take it. Send it again later; if it comes back again, tell your administrator.",
     "Le serveur ne l'a pas accepté. Renvoyez-le plus tard ; s'il revient encore, prévenez votre administrateur."},
    {Word::link_offline, "{1} is not connected, so the link leads nowhere yet. Connect, then click it again.",
     "{1} n'est pas en ligne : le lien ne mène encore nulle part. Connectez-vous, puis cliquez de nouveau."},
    {Word::server_restarts, "{1} is being restarted. The connection is made again by itself.",
     "{1} redémarre. La connexion se rétablira toute seule."},
    {Word::server_full,
     "{1} takes no more connections just now. It is tried again by itself; close other clients of yours.",
     "{1} n'accepte plus de connexions pour l'instant. Un nouvel essai se fera tout seul ; fermez vos autres clients."},
    {Word::password_wrong,
     "The password of {2} is not right. Re-enable the account and type it again; if you forgot it, ask your "
     "administrator{4} for a new one.",
     "Le mot de passe de {2} n'est pas le bon. Réactivez le compte et tapez-le de nouveau ; si vous l'avez oublié, "
     "demandez-en un nouveau à votre administrateur{4}."},
    {Word::too_many_tries, "There were too many tries just now. Wait some minutes, then log in again.",
     "Il y a eu trop d'essais. Attendez quelques minutes, puis reconnectez-vous."},
    {Word::account_disabled, "The account {2} is locked. Ask your administrator{4} why.",
     "Le compte {2} est verrouillé. Demandez pourquoi à votre administrateur{4}."},
    {Word::account_gone, "The account {2} is there no more. Ask your administrator{4}.",
     "Le compte {2} n'existe plus. Adressez-vous à votre administrateur{4}."},
    {Word::logged_in_elsewhere,
     "{2} has logged in elsewhere, in place of this computer. Log in again to come back here.",
     "{2} s'est connecté ailleurs, à la place de cet ordinateur. Reconnectez-vous pour revenir ici."},
    {Word::not_secure,
     "No safe connection with {1} could be made, so your password was not sent. Tell your administrator{4}: {3}",
     "Aucune connexion sûre avec {1} n'a pu être établie : votre mot de passe n'a pas été envoyé. Prévenez votre "
     "administrateur{4} : {3}"},
    {Word::connection_failed,
     "The connection with {1} did not come about. Try again; if it stays so, tell your administrator{4}: {3}",
     "La connexion avec {1} a échoué. Réessayez ; si cela persiste, prévenez votre administrateur{4} : {3}"},
};
static_assert(is_in_order(sentences, Word::summary, Word::connection_failed));

} // namespace

const Sentence& sentence_of_failure(Word word) { return sentences[place_of(word, Word::summary)]; }

} // namespace purple_plugin
