// SPDX-License-Identifier: MIT
#include "window/eye_kind.hpp"

#include "views/display.hpp"

#include "parallax/painter.hpp"

#include <format>

namespace parallax::demo {
namespace {

/// Lets a display show the memory, and a camera look at the display.
class DisplayLooker final : public Looker {
public:
    DisplayLooker(const ScreenCamera& camera, int window) : camera_(camera), window_(window) {}

    std::expected<void, Reasons> take(DmaBuf buffer, const ImageLayout& layout) override {
        display_.reset(); // shows again what it showed before: nobody is in between
        auto display = Display::show(buffer, layout);
        if (!display) {
            return std::unexpected(display.error());
        }
        display_ = *std::move(display);
        rows_ = layout;
        rows_.offset = 0;
        return {};
    }

    std::expected<void, Reasons> look(std::span<std::byte> rows) override {
        display_->refresh();
        if (!camera_) {
            return std::unexpected(Reasons{std::format(
                "{} shows it, but no camera looks there (--camera)", display_->name())});
        }
        const auto picture = camera_.photograph_of(rows_.extent, window_);
        if (!picture) {
            return std::unexpected(picture.error());
        }
        paint(*picture, rows_, rows);
        return {};
    }

private:
    const ScreenCamera& camera_;
    int window_;
    std::unique_ptr<Display> display_;
    ImageLayout rows_;
};

} // namespace

std::unique_ptr<Looker> make_display_looker(const EyeOptions& options, int window) {
    return std::make_unique<DisplayLooker>(options.camera, window);
}

} // namespace parallax::demo
