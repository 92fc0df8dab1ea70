// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/image_layout.hpp"
#include "parallax/kms/screen.hpp"

#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace parallax::demo {

/// A display that shows one dma-buf for as long as this object lives, and then what it showed
/// before. Should this process crash, the kernel brings its console back by itself.
///
/// Owns the card, so nobody else sets modes meanwhile. The memory is the dma-buf's.
class Display {
public:
    /// On the first card with a display, in a mode of the picture's size.
    /// @return the display, which shows it, or why this machine has none that does.
    [[nodiscard]] static std::expected<std::unique_ptr<Display>, Reasons>
    show(const DmaBuf& buffer, const ImageLayout& layout);

    Display(const Display&) = delete;
    Display& operator=(const Display&) = delete;
    Display(Display&&) = delete;
    Display& operator=(Display&&) = delete;
    ~Display();

    /// When it returns, what has been written until now is on the screen: drivers without a display
    /// engine that reads the memory copy it with each commit.
    /// @throws std::system_error.
    void refresh() { screen_->flip_to(*framebuffer_); }

    /// "bochs-drm Virtual-1"
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    Display(kms::Card card, const kms::Output& output);

    kms::Card card_;
    std::string name_;
    kms::FormerState former_;
    std::optional<kms::Framebuffer> framebuffer_;
    std::optional<kms::Screen> screen_; // once it shows something
};

} // namespace parallax::demo
