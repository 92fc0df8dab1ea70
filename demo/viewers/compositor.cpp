// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include "wayland/connection.hpp"
#include "wayland/dmabuf.hpp"
#include "wayland/output.hpp"
#include "wayland/screenshot.hpp"
#include "wayland/toplevel.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

/// Screenshots until two are equal, at most: a compositor may fade a new window in.
constexpr int most_screenshots = 60;

/// A part of a picture, from its middle: where a compositor has a full-screen window that is
/// smaller than the output (xdg_toplevel.set_fullscreen).
Picture middle_of(const Picture& all, Extent extent) {
    Picture part(extent);
    const std::uint32_t left = (all.extent().width - extent.width) / 2;
    const std::uint32_t top = (all.extent().height - extent.height) / 2;
    for (std::uint32_t y = 0; y < extent.height; ++y) {
        std::ranges::copy(all.row(top + y).subspan(left, extent.width), part.row(y).begin());
    }
    return part;
}

/// Dma-bufs, as one picture, on the compositor's screen, as long as this lives. The members end in
/// the reverse order.
class Shown {
public:
    /// @return why the compositor does not show it, or takes no screenshot; empty if it does.
    Reasons begin(const std::string& compositor, std::span<const DmaBuf> buffers,
                  const ImageLayout& layout, Interrupt unwanted) {
        return fill(connection_, wayland::Connection::open(compositor))
            .or_else([&] { return fill(camera_, wayland::find_screenshooter(*connection_)); })
            .or_else([&] { return fill(taker_, wayland::DmabufTaker::open(*connection_)); })
            .or_else([&] {
                outputs_ = wayland::find_outputs(*connection_);
                return fill(output_, wayland::choose_output(outputs_, layout.extent));
            })
            .or_else([&] { return fill(buffer_, taker_->take(buffers, layout, unwanted)); })
            .or_else([&] {
                return fill(window_, wayland::Toplevel::open(*connection_, {.title = "parallax",
                                                                            .extent = layout.extent,
                                                                            .full = output_}));
            })
            .value_or(Reasons{});
    }

    /// Has the compositor show what is in the memory now.
    void refresh(Interrupt unwanted) {
        window_->show(*buffer_);
        if (!connection_->wait([this] { return window_->may_draw(); },
                               wayland::Connection::patience, unwanted)) {
            throw std::runtime_error(
                "the compositor has not shown the picture: is the screen off, or locked?");
        }
    }

    [[nodiscard]] std::expected<Picture, Reasons> screenshot(Interrupt unwanted) {
        return camera_->screenshot(*output_, unwanted);
    }

private:
    /// Keeps what was opened. @return the reasons, if it was not.
    template <typename Object>
    static std::optional<Reasons> fill(Object& place, std::expected<Object, Reasons> opened) {
        if (!opened) {
            return std::move(opened).error();
        }
        place = *std::move(opened);
        return std::nullopt;
    }

    std::unique_ptr<wayland::Connection> connection_;
    std::unique_ptr<wayland::Screenshooter> camera_;
    std::unique_ptr<wayland::DmabufTaker> taker_;
    std::vector<std::unique_ptr<wayland::Output>> outputs_;
    const wayland::Output* output_ = nullptr; // of the outputs
    std::unique_ptr<wayland::Buffer> buffer_;
    std::unique_ptr<wayland::Toplevel> window_;
};

class CompositorViewer final : public Viewer {
public:
    CompositorViewer(const ViewerOptions& options, Interrupt unwanted)
        : options_(options),
          unwanted_(unwanted) {}

    std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                      const ImageLayout& layout) override {
        if (options_.window && options_.compositor.empty()) {
            return std::unexpected(Reasons{"the picture would cover this window; name another "
                                           "compositor by --compositor"});
        }
        shown_.emplace(); // the former window closes first
        if (Reasons reasons = shown_->begin(options_.compositor, buffers, layout, unwanted_);
            !reasons.empty()) {
            shown_.reset();
            return std::unexpected(std::move(reasons));
        }
        settled_ = false;
        rows_ = rows_layout(Sight::converted, layout);
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        shown_->refresh(unwanted_);
        auto picture = shown_->screenshot(unwanted_);
        for (int i = 1; picture && !settled_ && i < most_screenshots; ++i) {
            auto next = shown_->screenshot(unwanted_);
            settled_ = next && *next == *picture;
            picture = std::move(next);
        }
        if (!picture) {
            return std::unexpected(picture.error());
        }
        const Extent screen = picture->extent();
        if (screen.width < rows_.extent.width || screen.height < rows_.extent.height) {
            return std::unexpected(Reasons{text::format("the screenshot is of {}x{} pixels only",
                                                        screen.width, screen.height)});
        }
        write_pixels(middle_of(*picture, rows_.extent), rows_, rows);
        return {};
    }

private:
    const ViewerOptions& options_;
    Interrupt unwanted_;
    std::optional<Shown> shown_;
    bool settled_ = false;
    ImageLayout rows_;
};

} // namespace

std::unique_ptr<Viewer> open_compositor(const ViewerOptions& options, Interrupt unwanted) {
    return std::make_unique<CompositorViewer>(options, unwanted);
}

} // namespace parallax::demo
