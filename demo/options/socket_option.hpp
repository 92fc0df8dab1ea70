// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

#include <filesystem>

namespace parallax::demo {

/// Where `share` listens and `view` connects.
struct SocketOption {
    std::filesystem::path path;

    void add_to(CLI::App& command);

    /// The path given, or the default: parallax.sock in the user's own folder for such things.
    /// @throws UsageError when there is neither.
    [[nodiscard]] std::filesystem::path resolve() const;
};

} // namespace parallax::demo
