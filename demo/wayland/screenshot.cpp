// SPDX-License-Identifier: MIT
#include "wayland/screenshot.hpp"

namespace parallax::demo::wayland {

std::expected<std::unique_ptr<Screenshooter>, Reasons>
find_screenshooter(const Connection& connection) {
    for (const auto open : {open_weston_capture, open_wlr_screencopy}) {
        if (auto screenshooter = open(connection)) {
            return screenshooter;
        }
    }
    return std::unexpected(
        Reasons{"the compositor lets no program take screenshots: it has neither "
                "weston_capture_v1 (Weston) nor zwlr_screencopy_manager_v1 (wlroots)"});
}

} // namespace parallax::demo::wayland
