// SPDX-License-Identifier: GPL-2.0-or-later
// Whether the server's certificate is right, decided by the organisation's CA or public-key pins (organisation.conf)
// instead of a question to the user. Without either, libpurple's own verifier decides.
#pragma once
#include "purple-plugin/context.h"

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
    // Takes the place of libpurple's verifier for the organisation's server alone; it exists from then on only.
    explicit Certificates(const Context& context);
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    // Answers `request`, or hands it to libpurple's own verifier.
    void verify(PurpleCertificateVerificationRequest* request);

private:
    bool is_our_server(const PurpleCertificateVerificationRequest& request) const;
    void refuse(Verdict verdict) const;

    const Context& context_;
    PurpleCertificateVerifier* verifier_;
    void (*libpurple_verify_)(PurpleCertificateVerificationRequest*);
};

// What the organisation says about `leaf`: a pinned key is right whatever else the certificate holds; else one of the
// CAs must have signed it directly, for the domain or the connect server, for today.
//   source  libpurple's own chain check takes a leaf that another leaf signed, so chains are not followed
Verdict judge(PurpleCertificate* leaf, const base::Organisation& organisation);

} // namespace purple_plugin
