// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include "scanout/card.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/kms/screen.hpp"
#include "parallax/text.hpp"

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

/// Shows dma-bufs on a display as one picture; the destructor restores the display's former state.
/// If this process crashes, nothing does, since only `parallax scanout` has a guardian: the kernel
/// shows its console again, if the card has one and no other program has the card open.
///
/// Owns the card, so no other program sets modes meanwhile. The memory is the dma-bufs'.
class Scanout {
public:
    Scanout(kms::Card card, const kms::Output& output, std::span<const DmaBuf> buffers,
            const ImageLayout& layout)
        : card_(std::move(card)),
          name_(text::format("{} {}", card_.driver(), output.connector_name)),
          former_(card_),
          framebuffer_(kms::Framebuffer::create(card_, buffers, layout)) {
        if (framebuffer_) {
            screen_.emplace(card_, output);
            screen_->show(*framebuffer_);
        }
    }
    Scanout(const Scanout&) = delete;
    Scanout& operator=(const Scanout&) = delete;
    Scanout(Scanout&&) = delete;
    Scanout& operator=(Scanout&&) = delete;
    ~Scanout() {
        if (screen_) {
            show_former(former_, card_);
        }
    }

    /// The framebuffer, or the reasons why the display does not show the memory.
    [[nodiscard]] const auto& shown() const noexcept { return framebuffer_; }

    /// Shows all that has been written so far: drivers without a display engine that reads the
    /// memory copy it with each commit.
    void refresh() { screen_->flip_to(*framebuffer_); }

    [[nodiscard]] const kms::Card& card() const noexcept { return card_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    kms::Card card_;
    std::string name_;
    kms::FormerState former_;
    std::expected<kms::Framebuffer, Reasons> framebuffer_;
    std::optional<kms::Screen> screen_; // once it shows something
};

class DisplayViewer final : public Viewer {
public:
    DisplayViewer(const ScreenCamera& camera, Interrupt unwanted)
        : camera_(camera),
          unwanted_(unwanted) {}

    std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                      const ImageLayout& layout) override {
        scanout_.reset(); // restores the former mode before the new one is set
        auto card = open_card("", camera_);
        if (!card) {
            return std::unexpected(card.error());
        }
        if (!card->is_master()) {
            return std::unexpected(Reasons{
                text::format("{} ({}) belongs to another program", card->path(), card->driver())});
        }
        const auto output = kms::choose_output(
            *card, {.mode = text::format("{}x{}", layout.extent.width, layout.extent.height)});
        if (!output) {
            return std::unexpected(output.error());
        }
        if (Reasons reasons = why_not_shown(*card, *output, layout); !reasons.empty()) {
            return std::unexpected(std::move(reasons));
        }
        scanout_.emplace(*std::move(card), *output, buffers, layout);
        if (!scanout_->shown()) {
            return std::unexpected(scanout_->shown().error());
        }
        rows_ = rows_layout(Sight::converted, layout);
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        scanout_->refresh();
        if (!camera_) {
            return std::unexpected(Reasons{text::format(
                "{} shows it, but no camera looks there (--camera)", scanout_->name())});
        }
        if (!camera_.looks_at(scanout_->card())) {
            return std::unexpected(Reasons{looks_elsewhere(camera_, scanout_->card())});
        }
        const auto picture = camera_.screenshot_of(rows_.extent, unwanted_);
        if (!picture) {
            return std::unexpected(picture.error());
        }
        write_pixels(*picture, rows_, rows);
        return {};
    }

private:
    const ScreenCamera& camera_;
    Interrupt unwanted_;
    std::optional<Scanout> scanout_;
    ImageLayout rows_;
};

} // namespace

std::unique_ptr<Viewer> open_display(const ViewerOptions& options, Interrupt unwanted) {
    return std::make_unique<DisplayViewer>(options.camera, unwanted);
}

} // namespace parallax::demo
