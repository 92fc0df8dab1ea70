// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/ipc/unix_socket.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>

namespace parallax::demo {

/// The socket of `share` and `view`.
struct SocketOption {
    std::filesystem::path path;

    CLI::Option* add_to(CLI::App& command, const std::string& name = "--socket",
                        const std::string& text = "Path of the Unix socket; by default "
                                                  "$XDG_RUNTIME_DIR/parallax.sock");

    /// The path given, or the default: parallax.sock in $XDG_RUNTIME_DIR.
    /// @throws UsageError when there is neither.
    [[nodiscard]] std::filesystem::path resolve() const;
};

/// The permissions of the socket of `share`.
struct AccessOptions {
    void add_to(CLI::App& command);

    /// @throws UsageError when there is no such group.
    [[nodiscard]] SocketAccess resolve() const;

private:
    std::string mode_ = "0600";
    std::string group_;
};

} // namespace parallax::demo
