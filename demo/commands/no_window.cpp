// SPDX-License-Identifier: MIT
//
// The subcommand `window` of a program that was built without it (-DPARALLAX_WINDOW=OFF).
#include "commands/commands.hpp"

#include "process/say.hpp"

namespace parallax::demo {

void add_window(CLI::App& program, Work& chosen) {
    CLI::App* const command =
        program.add_subcommand("window", "Not in this build, which was made without GLFW");
    command->allow_extras();
    command->footer("Examples:\n"
                    "  parallax render                          the same as a picture");
    choose(*command, chosen, [] {
        say("parallax: built without the window, which needs GLFW 3.4 and Dear "
            "ImGui; `parallax render` shows the same as a picture");
        return ExitStatus::unsupported;
    });
}

} // namespace parallax::demo
