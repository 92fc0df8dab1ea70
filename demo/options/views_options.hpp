// SPDX-License-Identifier: MIT
#pragma once

#include "viewers/viewer_process.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace parallax::demo {

/// The views that are compared with the CPU's.
struct ViewsOptions {
    enum class Use { once, live };

    std::vector<std::string> names{"cpu", "gpu"};
    ViewerOptions viewers;

    /// Adds --views, and the options of the camera.
    /// @param use     live leaves out what cannot follow a window.
    /// @param missing one or two sentences for the help on views that this machine lacks.
    void add_to(CLI::App& command, Use use, const std::string& missing);

    /// All that this machine has.
    [[nodiscard]] bool all() const;
    [[nodiscard]] bool contains(std::string_view name) const;
};

/// Adds --compositor: the Wayland socket of one.
void add_compositor_option(CLI::App& command, std::string& compositor);

/// Starts the requested viewers, in the order of their table. To be called before any thread
/// starts.
[[nodiscard]] Viewers start_viewers(const ViewsOptions& options, ViewsOptions::Use use);

} // namespace parallax::demo
