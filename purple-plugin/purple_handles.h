// SPDX-License-Identifier: GPL-2.0-or-later
// Owners for the C types of GLib and libpurple: what is held here is freed once.
#pragma once
#include <memory>

#include <certificate.h>
#include <glib.h>
#include <xmlnode.h>

namespace purple_plugin {

struct Freed {
    void operator()(gchar* text) const { g_free(text); }
    void operator()(xmlnode* node) const { xmlnode_free(node); }
    void operator()(GChecksum* checksum) const { g_checksum_free(checksum); }
    void operator()(PurpleCertificate* certificate) const { purple_certificate_destroy(certificate); }
};

using Text = std::unique_ptr<gchar, Freed>;
using Node = std::unique_ptr<xmlnode, Freed>;
using Checksum = std::unique_ptr<GChecksum, Freed>;
using Certificate = std::unique_ptr<PurpleCertificate, Freed>;

} // namespace purple_plugin
