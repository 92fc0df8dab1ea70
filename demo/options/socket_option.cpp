// SPDX-License-Identifier: MIT
#include "options/socket_option.hpp"

#include "exit_status.hpp"

#include <cstdlib>

namespace parallax::demo {

void SocketOption::add_to(CLI::App& command) {
    command.add_option("--socket", path,
                       "Path of the Unix socket; $XDG_RUNTIME_DIR/parallax.sock if none");
}

std::filesystem::path SocketOption::resolve() const {
    if (!path.empty()) {
        return path;
    }
    const char* const folder = std::getenv("XDG_RUNTIME_DIR");
    if (folder == nullptr || *folder == '\0') {
        throw UsageError("XDG_RUNTIME_DIR is not set; say where the socket is with --socket PATH");
    }
    return std::filesystem::path(folder) / "parallax.sock";
}

} // namespace parallax::demo
