// SPDX-License-Identifier: MIT
#include "views/display.hpp"

#include <algorithm>
#include <format>
#include <utility>

namespace parallax::demo {

std::expected<std::unique_ptr<Display>, Reasons> Display::show(const DmaBuf& buffer,
                                                               const ImageLayout& layout) {
    auto card = kms::Card::open("");
    if (!card) {
        return std::unexpected(card.error());
    }
    if (!card->is_master()) {
        return std::unexpected(Reasons{
            std::format("{} ({}) belongs to another program", card->path(), card->driver())});
    }
    const auto output = kms::choose_output(
        *card, {.mode = std::format("{}x{}", layout.extent.width, layout.extent.height)});
    if (!output) {
        return std::unexpected(output.error());
    }
    if (std::ranges::find(output->formats, layout.format->fourcc) == output->formats.end()) {
        return std::unexpected(
            Reasons{std::format("{} does not scan out {}", card->driver(), layout.format->name)});
    }
    std::unique_ptr<Display> display(new Display(*std::move(card), *output));
    auto framebuffer = kms::Framebuffer::create(display->card_, buffer, layout);
    if (!framebuffer) {
        return std::unexpected(framebuffer.error());
    }
    display->framebuffer_.emplace(*std::move(framebuffer));
    display->screen_.emplace(display->card_, *output);
    display->screen_->show(*display->framebuffer_);
    return display;
}

Display::Display(kms::Card card, const kms::Output& output)
    : card_(std::move(card)),
      name_(std::format("{} {}", card_.driver(), output.connector_name)),
      former_(card_, output) {}

Display::~Display() {
    if (screen_) {
        static_cast<void>(former_.restore(card_));
    }
}

} // namespace parallax::demo
