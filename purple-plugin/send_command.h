// SPDX-License-Identifier: GPL-2.0-or-later
// "/send PATH" (in French also "/envoyer"): a file for whom the conversation is with, where a client has no menu for it:
// Finch has none in rooms.
#pragma once
#include "purple-plugin/context.h"

#include <string>
#include <vector>

#include <cmds.h>

namespace purple_plugin {

class SendCommand {
public:
    SendCommand();
    ~SendCommand();
    SendCommand(const SendCommand&) = delete;
    SendCommand& operator=(const SendCommand&) = delete;

private:
    std::vector<PurpleCmdId> commands_;
    const std::string help_;
};

// The file that a user means who typed this: in quotation marks or without, as file: URI, below ~, or as the working
// folder has it; else as his own folder has it.
std::string path_meant(const std::string& typed);

} // namespace purple_plugin
