// SPDX-License-Identifier: MIT
#include "options/views_options.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>

namespace parallax::demo {
namespace {

bool usable(const ViewerKind& kind, ViewsOptions::Use use) {
    return use == ViewsOptions::Use::once || kind.not_live.empty();
}

/// "process, display": the viewers of the table.
std::string viewer_names(ViewsOptions::Use use) {
    std::string names;
    for (const ViewerKind& kind : viewer_kinds()) {
        if (usable(kind, use)) {
            append(names, kind.name);
        }
    }
    return names;
}

/// Why a name given to --views is refused; empty if it is accepted.
std::string refuse(const std::string& name, ViewsOptions::Use use) {
    const auto kind = std::ranges::find(viewer_kinds(), name, &ViewerKind::name);
    if (kind != viewer_kinds().end()) {
        return usable(*kind, use) ? "" : text::format("no {} here: {}", name, kind->not_live);
    }
    return name == "cpu" || name == "gpu" || name == "all"
               ? ""
               : text::format("no view is named '{}'; there are cpu, gpu, {}, all", name,
                              viewer_names(use));
}

} // namespace

void add_compositor_option(CLI::App& command, std::string& compositor) {
    command.add_option("--compositor", compositor,
                       "Wayland compositor to show the memory, by its socket, as in wayland-1; "
                       "that of WAYLAND_DISPLAY by default");
}

void ViewsOptions::add_to(CLI::App& command, Use use, const std::string& missing) {
    command
        .add_option(
            "--views", names,
            text::format("Views to compare, separated by commas: cpu, gpu (always included), "
                         "{}; or all, for those available on this machine. {}",
                         viewer_names(use), missing))
        ->delimiter(',')
        ->check([use](const std::string& name) { return refuse(name, use); })
        ->capture_default_str();
    command.add_option("--gl-device", viewers.gl_device,
                       "DRM node for the view gl, as in /dev/dri/renderD128; without it, EGL "
                       "chooses a driver");
    add_compositor_option(command, viewers.compositor);
    command.add_option("--video-device", viewers.video,
                       "Memory-to-memory video device for the view video, as in /dev/video0; the "
                       "first by default");
    viewers.camera.add_to(command);
}

bool ViewsOptions::all() const {
    return std::ranges::contains(names, "all");
}

bool ViewsOptions::contains(std::string_view name) const {
    return all() || std::ranges::contains(names, name);
}

Viewers start_viewers(const ViewsOptions& options, ViewsOptions::Use use) {
    Viewers started;
    for (const ViewerKind& kind : viewer_kinds()) {
        if (usable(kind, use) && options.contains(kind.name)) {
            started.push_back(std::make_unique<ViewerProcess>(kind, options.viewers));
        }
    }
    return started;
}

} // namespace parallax::demo
