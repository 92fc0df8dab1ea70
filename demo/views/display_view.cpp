// SPDX-License-Identifier: MIT
#include "views/other_views.hpp"

#include "parallax/kms/screen.hpp"

#include <algorithm>
#include <format>

namespace parallax::demo {
namespace {

/// Shows again what was shown before, at the end of a scope. Should this process crash, the kernel
/// brings its console back by itself.
class Restored {
public:
    Restored(const kms::Card& card, const kms::Output& output)
        : card_(card),
          former_(card, output) {}
    Restored(const Restored&) = delete;
    Restored& operator=(const Restored&) = delete;
    Restored(Restored&&) = delete;
    Restored& operator=(Restored&&) = delete;
    ~Restored() { static_cast<void>(former_.restore(card_)); }

private:
    const kms::Card& card_;
    kms::FormerState former_;
};

} // namespace

std::expected<Picture, Reasons> look_at_display(const Onlooker& onlooker) {
    if (!onlooker.camera) {
        return std::unexpected(Reasons{"there is no camera that looks at the screen (--camera)"});
    }
    const auto card = kms::Card::open("");
    if (!card) {
        return std::unexpected(card.error());
    }
    if (!card->is_master()) {
        return std::unexpected(Reasons{
            std::format("{} ({}) belongs to another program", card->path(), card->driver())});
    }
    const ImageLayout& layout = onlooker.image.layout();
    const auto output = kms::choose_output(
        *card, {.mode = std::format("{}x{}", layout.extent.width, layout.extent.height)});
    if (!output) {
        return std::unexpected(output.error());
    }
    if (std::ranges::find(output->formats, layout.format->fourcc) == output->formats.end()) {
        return std::unexpected(
            Reasons{std::format("{} does not scan out {}", card->driver(), layout.format->name)});
    }
    const auto framebuffer = kms::Framebuffer::create(*card, onlooker.image.buffer(), layout);
    if (!framebuffer) {
        return std::unexpected(framebuffer.error());
    }
    const Restored restored(*card, *output);
    kms::Screen screen(*card, *output);
    screen.show(*framebuffer);
    Picture picture = onlooker.camera.photograph();
    if (picture.extent() != layout.extent) {
        return std::unexpected(
            Reasons{std::format("the camera's picture has {}x{} pixels", picture.extent().width,
                                picture.extent().height)});
    }
    return picture;
}

} // namespace parallax::demo
