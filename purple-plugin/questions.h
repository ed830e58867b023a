// SPDX-License-Identifier: GPL-2.0-or-later
// IQs of our own and their answers. libpurple offers an answer to us before it has looked at who sent it.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/purple_handles.h"

#include <functional>
#include <map>
#include <string>

namespace purple_plugin {

class Questions {
public:
    // Called with the answer, a result or an error; with null when none came in time. Never called after `forget`.
    using Answer = std::function<void(const xmlnode* iq)>;

    explicit Questions(const Context& context);
    ~Questions();
    Questions(const Questions&) = delete;
    Questions& operator=(const Questions&) = delete;

    // Sends `iq` (its id is given here); who answers must be whom it is for, within `patience` seconds.
    void ask(PurpleConnection* connection, Node iq, Answer answer, unsigned patience = 30);

    // `connection` goes away.
    void forget(PurpleConnection* connection);

    // Whether the answer `iq` to `connection` was awaited here.
    bool receive(PurpleConnection* connection, const char* type, const char* id, const char* from, xmlnode* iq);

private:
    struct Open {
        Questions& questions;
        std::string id;
        PurpleConnection* connection;
        std::string to;
        Answer answer;
        guint timer;
    };
    static gboolean give_up(void* open);
    bool is_from(const Open& open, const char* from) const;
    Answer close(const std::string& id);

    const Context& context_;
    std::map<std::string, Open> open_;
    unsigned long asked_ = 0;
};

} // namespace purple_plugin
