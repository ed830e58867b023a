// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/certificates.h"

#include "base/text.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/public_key.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/words.h"

#include <algorithm>
#include <ctime>

#include <connection.h>
#include <glib/gstdio.h>
#include <unistd.h>
#include <util.h>

namespace purple_plugin {
namespace {

// A file of our own in the user's folder that goes away with its owner: libpurple reads and writes certificates as
// files only.
class ScratchFile {
public:
    ScratchFile() : path_(g_build_filename(purple_user_dir(), "bioaster-XXXXXX", nullptr)) {
        purple_build_dir(purple_user_dir(), S_IRUSR | S_IWUSR | S_IXUSR);
        const int descriptor = g_mkstemp(path_.get());
        usable_ = descriptor >= 0;
        if (usable_) close(descriptor);
    }
    ~ScratchFile() {
        if (usable_) g_unlink(path_.get());
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    bool usable() const { return usable_; }
    const char* path() const { return path_.get(); }

private:
    Text path_;
    bool usable_ = false;
};

Certificate import_der(const std::string& der) {
    const ScratchFile file;
    const std::string pem =
        "-----BEGIN CERTIFICATE-----\n" + base::base64_encode(der) + "\n-----END CERTIFICATE-----\n";
    if (!file.usable() || !g_file_set_contents(file.path(), pem.data(), static_cast<gssize>(pem.size()), nullptr))
        return nullptr;
    auto* scheme = purple_certificate_find_scheme("x509");
    return Certificate(scheme != nullptr ? purple_certificate_import(scheme, file.path()) : nullptr);
}

std::optional<std::string> export_der(PurpleCertificate* certificate) {
    const ScratchFile file;
    gchar* bytes = nullptr;
    gsize size = 0;
    if (!file.usable() || !purple_certificate_export(file.path(), certificate) ||
        !g_file_get_contents(file.path(), &bytes, &size, nullptr))
        return std::nullopt;
    return der_from_pem(std::string_view(Text(bytes).get(), size));
}

bool has_pinned_key(PurpleCertificate* leaf, const std::vector<std::string>& pins) {
    if (pins.empty()) return false;
    const auto der = export_der(leaf);
    if (!der) return false;
    const auto pin = public_key_pin(*der);
    return pin && std::find(pins.begin(), pins.end(), *pin) != pins.end();
}

bool is_signed_by(PurpleCertificate* leaf, const std::vector<std::string>& authorities) {
    return std::any_of(authorities.begin(), authorities.end(), [leaf](const std::string& der) {
        const auto authority = import_der(der);
        return authority != nullptr && purple_certificate_signed_by(leaf, authority.get());
    });
}

void start_verification(PurpleCertificateVerificationRequest* request) {
    Features* features = loaded_features();
    if (features == nullptr || features->certificates() == nullptr)
        return purple_certificate_verify_complete(request, PURPLE_CERTIFICATE_INVALID);
    guarded([=] { features->certificates()->verify(request); });
}

Word word_for(Verdict verdict) {
    switch (verdict) {
    case Verdict::other_name: return Word::certificate_other_name;
    case Verdict::expired: return Word::certificate_expired;
    case Verdict::too_early: return Word::certificate_too_early;
    case Verdict::other_key: return Word::certificate_other_key;
    case Verdict::trusted:
    case Verdict::undecided:
    case Verdict::untrusted: break;
    }
    return Word::certificate_untrusted;
}

} // namespace

Verdict judge(PurpleCertificate* leaf, const base::Organisation& organisation, const std::vector<std::string>& names) {
    if (organisation.trust_ca.empty() && organisation.trust_pins.empty()) return Verdict::undecided;
    if (has_pinned_key(leaf, organisation.trust_pins)) return Verdict::trusted;
    if (organisation.trust_ca.empty()) return Verdict::other_key;
    if (!is_signed_by(leaf, organisation.trust_ca)) return Verdict::untrusted;
    if (std::none_of(names.begin(), names.end(), [leaf](const std::string& name) {
            return purple_certificate_check_subject_name(leaf, name.c_str());
        }))
        return Verdict::other_name;
    std::time_t from = 0, until = 0;
    const std::time_t now = std::time(nullptr);
    if (!purple_certificate_get_times(leaf, &from, &until) || now > until) return Verdict::expired;
    return now < from ? Verdict::too_early : Verdict::trusted;
}

Certificates::Certificates(const Context& context, const TrustedHosts& hosts) : context_(context), hosts_(hosts) {
    verifier_ = purple_certificate_find_verifier("x509", "tls_cached");
    if (verifier_ == nullptr) return;
    libpurple_verify_ = verifier_->start_verification;
    verifier_->start_verification = start_verification;
}

Certificates::~Certificates() {
    if (verifier_ != nullptr && verifier_->start_verification == start_verification)
        verifier_->start_verification = libpurple_verify_;
}

// For which names a certificate may be made that is shown to us as that of `subject`; none where it is not ours to judge.
std::vector<std::string> Certificates::names_for(const std::string& subject) const {
    const auto& organisation = context_.organisation;
    if (subject == organisation.connect_server || subject == organisation.domain)
        return {organisation.domain, organisation.connect_server};
    if (hosts_.has(subject)) return {subject};
    return {};
}

// libpurple's own sentence would be "SSL peer presented an invalid certificate". An encryption error is tried again
// after a while, so that a mistake on the server's side disables nobody's account for good.
void Certificates::refuse(Verdict verdict) const {
    const auto& organisation = context_.organisation;
    const auto sentence =
        say(word_for(verdict),
            {organisation.connect_server, verdict == Verdict::other_name ? organisation.domain : organisation.name});
    for (GList* item = purple_connections_get_connecting(); item != nullptr; item = item->next) {
        auto* connection = static_cast<PurpleConnection*>(item->data);
        if (is_ours(purple_connection_get_account(connection)))
            purple_connection_error_reason(connection, PURPLE_CONNECTION_ERROR_ENCRYPTION_ERROR, sentence.c_str());
    }
}

void Certificates::verify(PurpleCertificateVerificationRequest* request) {
    const bool has_leaf = request->cert_chain != nullptr;
    const auto subject = base::lower_ascii(request->subject_name != nullptr ? request->subject_name : "");
    const auto names = names_for(subject);
    const auto verdict = !names.empty() && has_leaf ? judge(static_cast<PurpleCertificate*>(request->cert_chain->data),
                                                            context_.organisation, names)
                                                    : Verdict::undecided;
    if (verdict == Verdict::undecided) return libpurple_verify_(request);
    if (verdict != Verdict::trusted && !hosts_.has(subject)) refuse(verdict);
    purple_certificate_verify_complete(request, verdict == Verdict::trusted ? PURPLE_CERTIFICATE_VALID
                                                                            : PURPLE_CERTIFICATE_INVALID);
}

} // namespace purple_plugin
