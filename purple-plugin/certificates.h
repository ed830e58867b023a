// SPDX-License-Identifier: GPL-2.0-or-later
// Whether the certificate of the server, or of a host to which it sends us, is right: decided by the organisation's CA
// or public-key pins (organisation.conf) instead of a question to the user. Without either, libpurple's own verifier
// decides.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/trusted_hosts.h"

#include <string>
#include <vector>

#include <certificate.h>

namespace purple_plugin {

enum class Verdict {
    trusted,
    undecided,  // the organisation says nothing about trust
    untrusted,  // no CA of the organisation signed it
    other_name, // signed, but made for another server
    expired,
    too_early,
    other_key, // pins only: none is this certificate's
};

class Certificates {
public:
    // Takes the place of libpurple's verifier for the organisation's server and `hosts` alone; it exists from then on
    // only.
    Certificates(const Context& context, const TrustedHosts& hosts);
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    // Answers `request`, or hands it to libpurple's own verifier.
    void verify(PurpleCertificateVerificationRequest* request);

private:
    std::vector<std::string> names_for(const std::string& subject) const;
    void refuse(Verdict verdict) const;

    const Context& context_;
    const TrustedHosts& hosts_;
    PurpleCertificateVerifier* verifier_;
    void (*libpurple_verify_)(PurpleCertificateVerificationRequest*);
};

// What the organisation says about `leaf`: a pinned key is right whatever else the certificate holds; else one of the
// CAs must have signed it directly, for one of `names`, for today.
//   source  libpurple's own chain check takes a leaf that another leaf signed, so chains are not followed
Verdict judge(PurpleCertificate* leaf, const base::Organisation& organisation, const std::vector<std::string>& names);

} // namespace purple_plugin
