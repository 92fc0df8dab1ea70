// SPDX-License-Identifier: MIT
#include "views/other_views.hpp"

#include "views/display.hpp"

namespace parallax::demo {

std::expected<Picture, Reasons> look_at_display(const Onlooker& onlooker) {
    if (!onlooker.camera) {
        return std::unexpected(Reasons{"there is no camera that looks at the screen (--camera)"});
    }
    const ImageLayout& layout = onlooker.image.layout();
    const auto display = Display::show(onlooker.image.buffer(), layout);
    if (!display) {
        return std::unexpected(display.error());
    }
    return onlooker.camera.photograph_of(layout.extent);
}

} // namespace parallax::demo
