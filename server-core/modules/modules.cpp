// SPDX-License-Identifier: MIT
// The ordered list of features. tests/layers/list_xeps.py writes docs/xeps.md from it.
#include "modules/modules.h"

namespace modules {
namespace {

template <void (*add)(routing::Feature&)>
void plain(routing::Feature& feature, const Choices&) {
    add(feature);
}

// A specification that another entry's feature speaks too.
void spoken_elsewhere(routing::Feature&, const Choices&) {}

struct Entry {
    void (*add)(routing::Feature&, const Choices&);
    const char* specification;
    const char* version;
    const char* title;
    const char* file;
    const char* left_out;
};

// clang-format off: one line each, as the script reads it.
constexpr Entry entries[] = {
    {plain<add_session>, "RFC 3921", "3", "Session request", "rfc_3921_session.cpp", ""},
    {add_staff_group, "of our own", "decision 0051", "Staff group, by the settings: every colleague in everybody's roster", "staff_group.cpp", ""},
    {plain<add_blocking>, "XEP-0191", "1.3", "Blocking Command", "xep_0191_blocking.cpp", ""},
    {plain<add_pubsub>, "XEP-0060", "1.30.0", "Publish-Subscribe", "xep_0060_pubsub", "no collections, no subscription options, one subscription for each address, one item for each request (13.11), no leases, no digests, no redirection of a deleted node (8.4); a member reads a closed node as 4.1 and 4.5 have it, also when he has not subscribed (6.5.1)"},
    {plain<add_avatar_conversion>, "XEP-0398", "1.0.0", "User Avatar to vCard-Based Avatars Conversion (XEP-0084 1.1.4, XEP-0153 1.1.1)", "xep_0398_avatar_conversion.cpp", "no width and height for a picture that came as a vCard"},
    {plain<add_roster>, "RFC 6121", "2", "Roster", "rfc_6121_roster.cpp", ""},
    {plain<add_pep>, "XEP-0163", "1.2.2", "Personal Eventing Protocol", "xep_0163_pep.cpp", ""},
    {plain<add_subscriptions>, "RFC 6121", "3", "Subscriptions", "rfc_6121_subscriptions.cpp", ""},
    {plain<add_carbons>, "XEP-0280", "1.0.1", "Message Carbons", "xep_0280_carbons.cpp", ""},
    {add_archive, "XEP-0313", "1.1.3", "Message Archive Management, with preferences (XEP-0441 0.2.0)", "xep_0313_archive.cpp", "no archive of group chat with an account (a room has its own), no page by index"},
    {plain<add_last_activity>, "XEP-0012", "2.0", "Last Activity", "xep_0012_last_activity.cpp", ""},
    {add_administration, "XEP-0133", "1.3.1", "Service Administration", "xep_0133_administration", "no password and no roster of others is shown; no black and white lists, active and idle users, last login, restart; administrators are named in the settings"},
    {plain<add_presence>, "RFC 6121", "4", "Presence", "rfc_6121_presence.cpp", ""},
    {plain<add_messages>, "XEP-0160", "1.0.1", "Offline messages, with stanza ids (XEP-0359 0.7.0)", "rfc_6121_messages.cpp", ""},
    {add_rooms, "XEP-0045", "1.35.5", "Multi-User Chat", "xep_0045_rooms", "nicks are never locked or rewritten (7.10, code 210, optional), that an invitee does not exist is told to nobody (7.8.2), nobody subscribes to a room (18.4)"},
    {plain<add_bookmarks>, "XEP-0402", "1.2.0", "PEP Native Bookmarks, with the ways of XEP-0048 1.2 in PEP and private XML", "xep_0402_bookmarks.cpp", ""},
    {plain<add_vcard4>, "XEP-0292", "0.12.0", "vCard4 Over XMPP", "xep_0292_vcard4.cpp", "fields that vcard-temp has not are not converted"},
    {spoken_elsewhere, "RFC 6121", "5, 8", "Messages, and where stanzas go", "../routing/router_messages.cpp", ""},
    {spoken_elsewhere, "XEP-0004", "2.13.2", "Data Forms", "../xmpp/data_form.cpp", ""},
    {spoken_elsewhere, "XEP-0048", "1.2", "Bookmarks, in private XML and in PEP", "xep_0402_bookmarks.cpp", ""},
    {spoken_elsewhere, "XEP-0059", "1.0", "Result Set Management", "../xmpp/result_set.cpp", ""},
    {spoken_elsewhere, "XEP-0065", "1.8.2", "SOCKS5 Bytestreams: offers and refusals between clients in the log; the proxy is proxy65", "../routing/transfer_log.cpp", "no line for transfers by Jingle (XEP-0260)"},
    {spoken_elsewhere, "XEP-0084", "1.1.4", "User Avatar, as nodes of an account", "xep_0398_avatar_conversion.cpp", ""},
    {spoken_elsewhere, "XEP-0085", "2.1", "Chat State Notifications: pass, alone they are not kept", "../routing/keeping.cpp", ""},
    {spoken_elsewhere, "XEP-0128", "1.0.1", "Service Discovery Extensions", "../routing/discovery.cpp", ""},
    {spoken_elsewhere, "XEP-0153", "1.1.1", "vCard-Based Avatars: the hash in presence", "xep_0398_avatar_conversion.cpp", ""},
    {spoken_elsewhere, "XEP-0184", "1.4.0", "Message Delivery Receipts: pass and are kept", "../routing/keeping.cpp", ""},
    {spoken_elsewhere, "XEP-0249", "1.2", "Direct MUC Invitations: pass and are kept", "../routing/keeping.cpp", ""},
    {spoken_elsewhere, "XEP-0308", "1.2.1", "Last Message Correction: passes and is kept", "../routing/keeping.cpp", ""},
    {spoken_elsewhere, "XEP-0333", "1.0.0", "Displayed Markers: pass and are kept", "../routing/keeping.cpp", ""},
    {spoken_elsewhere, "XEP-0334", "1.0.0", "Message Processing Hints", "../routing/keeping.cpp", ""},
    {spoken_elsewhere, "XEP-0359", "0.7.0", "Unique and Stable Stanza IDs", "../routing/stanza_ids.cpp", ""},
    {spoken_elsewhere, "XEP-0444", "0.2.1", "Message Reactions: pass and are kept", "../routing/keeping.cpp", ""},
    {spoken_elsewhere, "XEP-0107", "1.2.2", "User Mood", "xep_0163_pep.cpp", ""},
    {spoken_elsewhere, "XEP-0118", "1.3.0", "User Tune", "xep_0163_pep.cpp", ""},
    {spoken_elsewhere, "XEP-0172", "1.1", "User Nickname", "xep_0163_pep.cpp", ""},
    {spoken_elsewhere, "XEP-0222", "1.0", "Persistent Storage of Public Data via PubSub", "xep_0060_pubsub", ""},
    {spoken_elsewhere, "XEP-0223", "1.1.1", "Persistent Storage of Private Data via PubSub", "xep_0163_pep.cpp", ""},
    {plain<add_private_storage>, "XEP-0049", "1.2", "Private XML Storage", "xep_0049_private_storage.cpp", ""},
    {add_vcard, "XEP-0054", "1.3.0", "vcard-temp", "xep_0054_vcard.cpp", ""},
    {add_search, "XEP-0055", "1.3", "Jabber Search, in pages (XEP-0059 1.0.1)", "xep_0055_search.cpp", ""},
    {plain<add_registration>, "XEP-0077", "2.4", "In-Band Registration", "xep_0077_registration.cpp", "no redirection to a web page"},
    {add_version, "XEP-0092", "1.1", "Software Version, without the operating system, which is optional", "xep_0092_version.cpp", ""},
    {spoken_elsewhere, "RFC 6120", "4 to 7", "Streams, TLS, SASL, binding", "../stream/client_stream.cpp", "no streams to other servers, no login by a client's certificate (13.8.4)"},
    {spoken_elsewhere, "XEP-0114", "1.6", "Jabber Component Protocol", "../stream/component_stream.cpp", ""},
    {spoken_elsewhere, "XEP-0368", "1.1.0", "SRV records for XMPP over TLS: direct TLS", "../stream/client_stream.cpp", "clients only; the records are the administrator's"},
    {spoken_elsewhere, "XEP-0440", "1.0.0", "SASL Channel-Binding Type Capability", "../stream/sasl_login.cpp", "off unless channel-binding=on"},
    {plain<add_ping>, "XEP-0199", "2.0.1", "XMPP Ping", "xep_0199_ping.cpp", ""},
    {spoken_elsewhere, "XEP-0138", "2.1", "Stream Compression", "../net/compression.cpp", "zlib only, after login"},
    {spoken_elsewhere, "XEP-0352", "1.0.0", "Client State Indication", "../routing/held_back.cpp", ""},
    {spoken_elsewhere, "XEP-0478", "0.2.0", "Stream Limits Advertisement", "../stream/negotiation.cpp", "no limits of other servers' streams"},
    {spoken_elsewhere, "XEP-0198", "1.6.3", "Stream Management", "../stream/client_management.cpp", "no location; not within SASL2"},
    {plain<add_time>, "XEP-0202", "2.0", "Entity Time", "xep_0202_time.cpp", ""},
    {spoken_elsewhere, "XEP-0410", "1.1.0", "MUC Self-Ping", "xep_0045_rooms/asking.cpp", ""},
    {spoken_elsewhere, "XEP-0421", "1.0.1", "Occupant identifiers for semi-anonymous MUCs", "xep_0045_rooms/room.cpp", ""},
    {plain<add_commands>, "XEP-0050", "1.3.0", "Ad-Hoc Commands", "xep_0050_commands.cpp", "who asks for a language that is not spoken reads English instead of an error, bad-locale (3.7)"},
    {add_contact_addresses, "XEP-0157", "1.1.1", "Contact Addresses for XMPP Services (in a form of XEP-0128)", "xep_0157_contact_addresses.cpp", ""},
    {add_external_services, "XEP-0215", "1.0.0", "External Service Discovery", "xep_0215_external_services.cpp", "no pushes (3.2): settings change with a restart"},
    {plain<add_capabilities>, "XEP-0115", "1.6.0", "Entity Capabilities of the server", "xep_0115_capabilities.cpp", "no optimisation of presence (8.4)"},
    {plain<add_retraction>, "XEP-0424", "0.4.2", "Message Retraction: archived, with tombstones at both sides and in rooms", "xep_0424_retraction.cpp", "what is taken back of a conversation of two is looked for among its last 250 messages; what was further back stays beside its retraction"},
    {spoken_elsewhere, "XEP-0425", "0.3.0", "Moderated Message Retraction", "xep_0045_rooms/retracting.cpp", ""},
    {spoken_elsewhere, "XEP-0486", "0.1.0", "MUC Avatars, with their hashes in presence (XEP-0153 1.1.1)", "xep_0045_rooms/avatar.cpp", ""},
    {spoken_elsewhere, "XEP-0307", "0.1", "Unique Room Names for Multi-User Chat", "xep_0045_rooms/service.cpp", ""},
    {add_everyones_rooms, "of our own", "decision 0053", "Rooms for everybody, by the settings: bookmarks that the server gives", "everyones_rooms.cpp", ""},
    {add_disco, "XEP-0030", "2.5.0", "Service Discovery", "xep_0030_disco.cpp", ""},
};
// clang-format on

} // namespace

void add_all_but(std::string_view file, routing::Feature& feature, const Choices& choices) {
    for (const Entry& entry : entries)
        if (file != entry.file) entry.add(feature, choices);
}

void add_all(routing::Feature& feature, const Choices& choices) { add_all_but({}, feature, choices); }

} // namespace modules
