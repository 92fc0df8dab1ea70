// SPDX-License-Identifier: MIT
#include "window/shared_canvas.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/painter.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;

/// Scaled as large as it fits, centred on black.
Picture fitted(const Picture& picture, Extent frame) {
    const Extent from = picture.extent();
    const double scale = std::min(static_cast<double>(frame.width) / from.width,
                                  static_cast<double>(frame.height) / from.height);
    const auto side = [scale](std::uint32_t length, std::uint32_t limit) {
        return std::clamp(static_cast<std::uint32_t>(std::lround(length * scale)), 1U, limit);
    };
    const Extent size{.width = side(from.width, frame.width),
                      .height = side(from.height, frame.height)};
    const Picture scaled = resized(picture, size);
    Picture result(frame);
    const std::uint32_t left = (frame.width - size.width) / 2;
    const std::uint32_t top = (frame.height - size.height) / 2;
    for (std::uint32_t y = 0; y < size.height; ++y) {
        std::ranges::copy(scaled.row(y), result.row(top + y).subspan(left).begin());
    }
    return result;
}

/// Bars of all colours that wander over a checked ground: it is seen at once when a frame is old.
void draw_moving_pattern(Picture& picture, std::uint64_t step) {
    const auto shift = static_cast<std::uint32_t>(step * 3);
    const Extent extent = picture.extent();
    for (std::uint32_t y = 0; y < extent.height; ++y) {
        const std::span<Rgba8> row = picture.row(y);
        for (std::uint32_t x = 0; x < extent.width; ++x) {
            const auto ramp = static_cast<std::uint8_t>(x + y + shift);
            const bool light = ((x - shift / 2) / 32 + y / 32) % 2 == 0;
            row[x] = {.r = ramp,
                      .g = static_cast<std::uint8_t>(light ? 160 : 48),
                      .b = static_cast<std::uint8_t>(255 - ramp)};
        }
    }
}

} // namespace

std::expected<SharedCanvas, Reasons> SharedCanvas::create(const Context& context,
                                                          Exporter& exporter,
                                                          const SharedImage::Options& options,
                                                          const Picture& picture) {
    auto image = SharedImage::create(context, exporter, options);
    if (!image) {
        return std::unexpected(image.error());
    }
    SharedCanvas canvas(*std::move(image), options, picture);
    canvas.reload();
    return canvas;
}

SharedCanvas::SharedCanvas(SharedImage image, SharedImage::Options options, const Picture& picture)
    : image_(std::move(image)),
      options_(options),
      picture_(fitted(picture, options.extent)),
      scratch_(options.extent) {}

std::expected<void, Reasons> SharedCanvas::break_rule(const Context& context, Exporter& exporter,
                                                      std::optional<std::size_t> rule) {
    SharedImage::Options options = options_;
    if (rule && rules()[*rule].spoil != nullptr) {
        rules()[*rule].spoil(options);
    }
    auto image = SharedImage::create(context, exporter, options);
    if (!image) {
        return std::unexpected(image.error());
    }
    if (image->mapping().protection() == Protection::read_write) {
        image->paint(image_.cpu_view());
    }
    image_ = *std::move(image);
    rule_ = rule;
    return {};
}

/// Gives @p use_bytes the bytes, and takes the time of each part.
template <Protection access, typename Use>
void SharedCanvas::use(Use use_bytes) {
    if (access == Protection::read_write && !writable()) {
        return;
    }
    const auto timed = [this, &use_bytes](const CpuAccess<access>& turn) {
        const auto start = Clock::now();
        use_bytes(turn.bytes());
        times_.access += Clock::now() - start;
    };
    if (rule_ && rules()[*rule_].without_sync) {
        timed(CpuAccess<access>(image_.mapping(), WithoutSync{}));
        return;
    }
    const auto before = Clock::now();
    const auto access_before = times_.access;
    timed(CpuAccess<access>(image_.mapping())); // START before the use, END after it
    times_.sync += Clock::now() - before - (times_.access - access_before);
}

void SharedCanvas::stroke(const Stroke& stroke, const Brush& brush) {
    use<Protection::read_write>(
        [&](std::span<std::byte> bytes) { draw(stroke, brush, image_.layout(), bytes); });
}

void SharedCanvas::clear() {
    std::ranges::fill(scratch_.pixels(), Rgba8{});
    use<Protection::read_write>(
        [&](std::span<std::byte> bytes) { paint(scratch_, image_.layout(), bytes); });
}

void SharedCanvas::reload() {
    use<Protection::read_write>(
        [&](std::span<std::byte> bytes) { paint(picture_, image_.layout(), bytes); });
}

void SharedCanvas::open(const Picture& picture) {
    picture_ = fitted(picture, options_.extent);
    reload();
}

void SharedCanvas::animate(std::uint64_t step) {
    draw_moving_pattern(scratch_, step);
    use<Protection::read_write>(
        [&](std::span<std::byte> bytes) { paint(scratch_, image_.layout(), bytes); });
}

void SharedCanvas::copy_rows(std::span<std::byte> rows) {
    use<Protection::read>([&](std::span<const std::byte> bytes) {
        const ImageLayout& layout = image_.layout();
        const std::size_t length = layout.size() - layout.offset;
        std::memcpy(rows.data(), bytes.data() + layout.offset, std::min(length, rows.size()));
    });
}

} // namespace parallax::demo
