// SPDX-License-Identifier: MIT
#include "forms.h"

#include "json_line.h"

#include <notify.h>
#include <request.h>
#include <roomlist.h>

namespace headless {
namespace {

using Pressed = void (*)(void*, PurpleRequestFields*);
struct Form {
    PurpleRequestFields* fields = nullptr;
    Pressed pressed = nullptr;
    void* data = nullptr;
} form;

void* on_form(const char* title, const char* primary, const char* secondary, PurpleRequestFields* fields, const char*,
              GCallback pressed, const char*, GCallback, PurpleAccount*, const char*, PurpleConversation*, void* data) {
    form = {fields, reinterpret_cast<Pressed>(pressed), data};
    JsonLine("question").add("title", title).add("primary", primary).add("secondary", secondary);
    return fields;
}

void* on_page(const char* title, const char* primary, const char* secondary, const char* text) {
    JsonLine("page").add("title", title).add("primary", primary).add("secondary", secondary).add("text", text);
    return &form;
}

std::string row_of(GList* cells) {
    std::string row;
    for (; cells != nullptr; cells = cells->next)
        row += (row.empty() ? "" : "|") + std::string(static_cast<const char*>(cells->data));
    return row;
}

void* on_people(PurpleConnection*, const char* title, const char* primary, const char*,
                PurpleNotifySearchResults* results, void*) {
    for (GList* row = results->rows; row != nullptr; row = row->next)
        JsonLine("person").add("row", row_of(static_cast<GList*>(row->data)));
    JsonLine("people").add("title", title).add("primary", primary);
    return results;
}

void on_room(PurpleRoomlist*, PurpleRoomlistRoom* room) {
    JsonLine("room")
        .add("name", purple_roomlist_room_get_name(room))
        .add("fields", row_of(purple_roomlist_room_get_fields(room)));
}

void on_progress(PurpleRoomlist*, gboolean goes_on) { JsonLine(goes_on ? "rooms-begin" : "rooms-complete"); }

void on_rooms_window(PurpleAccount*) { JsonLine("rooms-window"); }

PurpleRoomlistUiOps room_windows;

} // namespace

void offer_forms() {
    purple_request_get_ui_ops()->request_fields = on_form;
    purple_notify_get_ui_ops()->notify_formatted = on_page;
    purple_notify_get_ui_ops()->notify_searchresults = on_people;
    room_windows.show_with_account = on_rooms_window;
    room_windows.add_room = on_room;
    room_windows.in_progress = on_progress;
    purple_roomlist_set_ui_ops(&room_windows);
}

bool fill_in(const std::string& id, const std::string& text) {
    if (form.fields == nullptr || !purple_request_fields_exists(form.fields, id.c_str())) return false;
    purple_request_field_string_set_value(purple_request_fields_get_field(form.fields, id.c_str()), text.c_str());
    return true;
}

bool submit_form() {
    if (form.fields == nullptr) return false;
    const Form filled = form;
    filled.pressed(filled.data, filled.fields);
    purple_request_close(PURPLE_REQUEST_FIELDS, filled.fields);
    return true;
}

void close_form(PurpleRequestFields* fields) {
    if (form.fields == fields) form = Form();
    purple_request_fields_destroy(fields);
}

} // namespace headless
