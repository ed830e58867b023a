// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/identity_files.h"

#include "purple-plugin/purple_handles.h"
#include "purple-plugin/stanzas.h"

#include <cstring>

#include <glib/gstdio.h>
#include <log.h>
#include <util.h>

namespace purple_plugin {
namespace {

constexpr const char* files[] = {"accounts.xml", "blist.xml", "pounces.xml", "status.xml"};

void set_text(xmlnode* node, const std::string& text) {
    for (xmlnode *child = node->child, *next = nullptr; child != nullptr; child = next) {
        next = child->next;
        if (child->type == XMLNODE_TYPE_DATA) xmlnode_free(child); // attributes are children too
    }
    xmlnode_insert_data(node, text.c_str(), -1);
}

std::string text_of(const xmlnode* node) {
    const Text text(xmlnode_get_data(node));
    return text != nullptr ? text.get() : "";
}

// blist.xml: <buddy account='' proto=''>, <chat account='' proto=''>, and of privacy <account name='' proto=''>.
bool rename_attributes(xmlnode* node, const Identity& from, const Identity& to) {
    if (attribute(node, "proto") != from.protocol) return false;
    for (const char* key : {"account", "name"}) {
        if (attribute(node, key) != from.address) continue;
        xmlnode_set_attrib(node, key, to.address.c_str());
        xmlnode_set_attrib(node, "proto", to.protocol.c_str());
        return true;
    }
    return false;
}

// pounces.xml and status.xml: <account protocol=''>name</account>.
bool rename_text(xmlnode* node, const Identity& from, const Identity& to) {
    if (attribute(node, "protocol") != from.protocol || text_of(node) != from.address) return false;
    xmlnode_set_attrib(node, "protocol", to.protocol.c_str());
    set_text(node, to.address);
    return true;
}

// accounts.xml: <account><protocol/><name/>.
bool rename_children(xmlnode* node, const Identity& from, const Identity& to) {
    if (text_in(node, "protocol") != from.protocol || text_in(node, "name") != from.address) return false;
    set_text(xmlnode_get_child(node, "protocol"), to.protocol);
    set_text(xmlnode_get_child(node, "name"), to.address);
    return true;
}

// `path` if nothing is there, else the same with a number before the ending.
std::string free_name(const std::string& path) {
    const auto dot = path.rfind('.');
    for (int number = 2; number < 1000; ++number) {
        const auto candidate = path.substr(0, dot) + '-' + std::to_string(number) + path.substr(dot);
        if (!g_file_test(candidate.c_str(), G_FILE_TEST_EXISTS)) return candidate;
    }
    return path;
}

void move_entry(const std::string& from, const std::string& to) {
    if (!g_file_test(to.c_str(), G_FILE_TEST_EXISTS))
        g_rename(from.c_str(), to.c_str());
    else if (g_file_test(from.c_str(), G_FILE_TEST_IS_DIR))
        merge_folder(from, to);
    else
        g_rename(from.c_str(), free_name(to).c_str());
}

} // namespace

bool rename_account_in(xmlnode* tree, const Identity& from, const Identity& to) {
    bool is_changed = rename_attributes(tree, from, to) || rename_text(tree, from, to) ||
                      (std::strcmp(tree->name, "account") == 0 && rename_children(tree, from, to));
    for (xmlnode* child = tree->child; child != nullptr; child = child->next)
        if (child->type == XMLNODE_TYPE_TAG) is_changed |= rename_account_in(child, from, to);
    return is_changed;
}

void rename_account_in_files(const Identity& from, const Identity& to) {
    for (const char* file : files) {
        const Text path(g_build_filename(purple_user_dir(), file, nullptr));
        if (!g_file_test(path.get(), G_FILE_TEST_EXISTS)) continue;
        const Node tree(purple_util_read_xml_from_file(file, file));
        if (tree == nullptr || !rename_account_in(tree.get(), from, to)) continue;
        const Text text(xmlnode_to_formatted_str(tree.get(), nullptr));
        purple_util_write_data_to_file(file, text.get(), -1);
    }
}

// Each entry by itself: whoever is stopped in between goes on with the rest the next time.
void merge_folder(const std::string& from, const std::string& to) {
    if (from == to || !g_file_test(from.c_str(), G_FILE_TEST_IS_DIR)) return;
    const Text parent(g_path_get_dirname(to.c_str()));
    g_mkdir_with_parents(parent.get(), 0700);
    if (!g_file_test(to.c_str(), G_FILE_TEST_EXISTS) && g_rename(from.c_str(), to.c_str()) == 0) return;
    GDir* folder = g_dir_open(from.c_str(), 0, nullptr);
    if (folder == nullptr) return;
    while (const char* name = g_dir_read_name(folder)) {
        const Text old_path(g_build_filename(from.c_str(), name, nullptr));
        const Text new_path(g_build_filename(to.c_str(), name, nullptr));
        move_entry(old_path.get(), new_path.get());
    }
    g_dir_close(folder);
    g_rmdir(from.c_str());
}

std::string log_folder(PurpleAccount* account) {
    const Text of_one(purple_log_get_log_dir(PURPLE_LOG_IM, "x", account));
    return of_one != nullptr ? Text(g_path_get_dirname(of_one.get())).get() : "";
}

} // namespace purple_plugin
