// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/setting_mistakes.h"

#include <optional>
#include <string_view>

namespace purple_plugin {
namespace {

// {1}: a part that is the same in both languages, a path or what the system says.
struct Phrase {
    std::string_view english, french;
};
constexpr std::string_view part = "{1}";
constexpr Phrase phrases[] = {
    {"a text that is not empty", "un texte qui n'est pas vide"},
    {"at most 200 bytes", "200 octets au plus"},
    {"a domain name", "un nom de domaine"},
    {"a host name or an address", "un nom de machine ou une adresse"},
    {"a port, 1 to 65535", "un port, de 1 à 65535"},
    {"SHA-256 of public keys as base64 (44 characters each), separated by commas",
     "des SHA-256 de clés publiques en base64 (44 caractères chacun), séparés par des virgules"},
    {"base64: and a certificate as DER, in one line", "base64: et un certificat DER, sur une seule ligne"},
    {"a file with a certificate (PEM or DER)", "un fichier qui contient un certificat (PEM ou DER)"},
    {"key=value, [organisation] or a comment after #", "clé=valeur, [organisation] ou un commentaire après #"},
    {"to stand below [organisation]", "une ligne placée sous [organisation]"},
    {"one of {1}", "l'une de ces clés : {1}"},
    {"each key once", "chaque clé une seule fois"},
    {"text in UTF-8", "un texte en UTF-8"},
    {"a settings file (GKeyFile)", "un fichier de réglages (GKeyFile)"},
    {"a file that can be read", "un fichier qui peut être lu"},
    {"write {1} or remove the line", "écrivez {1} ou supprimez la ligne"},
    {"write whom users ask in a few words, with a telephone number",
     "écrivez en quelques mots à qui s'adresser, avec un numéro de téléphone"},
    {"write a name such as example.org, without port or slash", "écrivez un nom comme example.org, sans port ni barre"},
    {"write a name such as xmpp.example.org; the port has a line of its own",
     "écrivez un nom comme xmpp.example.org ; le port a sa propre ligne"},
    {"copy the line that 'server-core profile' prints; {1} is none",
     "copiez la ligne que donne « server-core profile » ; {1} n'en est pas une"},
    {"copy the line that 'server-core profile' prints", "copiez la ligne que donne « server-core profile »"},
    {"put it there or change the path: {1}", "mettez-le là ou changez le chemin : {1}"},
    {"{1} holds none, or a damaged one; replace it", "{1} n'en contient pas, ou un abîmé ; remplacez-le"},
    {"correct the line", "corrigez la ligne"},
    {"move the line; this file has no other group", "déplacez la ligne ; ce fichier n'a pas d'autre groupe"},
    {"correct or remove the line", "corrigez ou supprimez la ligne"},
    {"remove this line or line {1}", "supprimez cette ligne ou la ligne {1}"},
    {"save the file as UTF-8", "enregistrez le fichier en UTF-8"},
    {"create it or name another: {1}", "créez-le ou indiquez-en un autre : {1}"},
};

// What stands in `text` at the place of {1} in `pattern`; nothing when `text` is no such phrase.
std::optional<std::string_view> fit(std::string_view text, std::string_view pattern) {
    const auto at = pattern.find(part);
    if (at == pattern.npos) return text == pattern ? std::optional(std::string_view()) : std::nullopt;
    const auto before = pattern.substr(0, at), behind = pattern.substr(at + part.size());
    if (text.size() < before.size() + behind.size() || text.substr(0, before.size()) != before ||
        text.substr(text.size() - behind.size()) != behind)
        return std::nullopt;
    return text.substr(before.size(), text.size() - before.size() - behind.size());
}

// What the system says is in the user's language already.
std::string in_french(std::string_view text) {
    for (const auto& [english, french] : phrases) {
        const auto same = fit(text, english);
        if (!same) continue;
        std::string said(french);
        if (const auto at = said.find(part); at != said.npos) said.replace(at, part.size(), *same);
        return said;
    }
    return std::string(text);
}

} // namespace

std::string mistake_text(const base::SettingError& mistake, Language language) {
    if (language == Language::english) return mistake.text();
    std::string where = mistake.file;
    if (mistake.line > 0) where += ":" + std::to_string(mistake.line);
    if (!mistake.key.empty()) where += " : " + mistake.key;
    return where + " : il faut " + in_french(mistake.expected) + " ; " + in_french(mistake.remedy);
}

} // namespace purple_plugin
