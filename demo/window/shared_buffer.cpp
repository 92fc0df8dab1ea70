// SPDX-License-Identifier: MIT
#include "window/shared_buffer.hpp"

#include "files/picture_file.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/pixels.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;

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

std::expected<SharedBuffer, Reasons> SharedBuffer::create(const Context& context,
                                                          Exporter& exporter,
                                                          const SharedImage::Options& options,
                                                          const Picture& picture) {
    auto image = SharedImage::create(context, exporter, options);
    if (!image) {
        return std::unexpected(image.error());
    }
    if (!image->drawn().why_not_mapped().empty()) {
        return std::unexpected(
            Reasons{"the CPU cannot draw, since it has no mapping of this memory",
                    image->drawn().why_not_mapped()});
    }
    SharedBuffer shared(*std::move(image), options, picture);
    shared.reload();
    return shared;
}

SharedBuffer::SharedBuffer(SharedImage image, SharedImage::Options options, const Picture& picture)
    : image_(std::move(image)),
      refused_(describe(image_.plan().refused)),
      options_(options),
      picture_(centred(picture, options.extent)),
      scratch_(options.extent) {}

std::expected<void, Reasons> SharedBuffer::break_rule(const Context& context, Exporter& exporter,
                                                      std::optional<std::size_t> rule) {
    SharedImage::Options options = options_;
    if (rule) { // nothing but the mistake is to differ
        options.method = image_.plan().method;
    }
    auto image =
        (rule ? rules()[*rule].mistake->share : SharedImage::create)(context, exporter, options);
    if (!image) {
        return std::unexpected(image.error());
    }
    if (image->drawn().writable()) {
        image->paint(image_.cpu_view());
    }
    unsynced_.reset();
    if (rule && rules()[*rule].mistake->culprit == Culprit::sync) {
        unsynced_ = map_without_sync(image->buffer());
    }
    image_ = *std::move(image);
    if (!rule) {
        refused_ = describe(image_.plan().refused);
    }
    rule_ = rule;
    return {};
}

/// Gives @p use_bytes the bytes, and takes the time of each part.
template <Protection access, typename Use>
void SharedBuffer::use(Use use_bytes) {
    if (access == Protection::read_write && !writable()) {
        return;
    }
    const auto timed = [this, &use_bytes](auto bytes) {
        const auto start = Clock::now();
        use_bytes(bytes);
        times_.access += Clock::now() - start;
    };
    if (unsynced_) {
        timed(unsynced_->get());
        return;
    }
    const auto before = Clock::now();
    const auto access_before = times_.access;
    timed(CpuAccess<access>(image_.mapping()).bytes()); // START before the use, END after it
    times_.sync += Clock::now() - before - (times_.access - access_before);
}

void SharedBuffer::draw(std::span<const BrushStroke> strokes) {
    use<Protection::read_write>([&](std::span<std::byte> bytes) {
        for (const BrushStroke& stroke : strokes) {
            demo::draw(stroke, image_.layout(), bytes);
        }
    });
}

void SharedBuffer::clear() {
    std::ranges::fill(scratch_.pixels(), Rgba8{});
    use<Protection::read_write>(
        [&](std::span<std::byte> bytes) { write_pixels(scratch_, image_.layout(), bytes); });
}

void SharedBuffer::reload() {
    use<Protection::read_write>(
        [&](std::span<std::byte> bytes) { write_pixels(picture_, image_.layout(), bytes); });
}

void SharedBuffer::open(const Picture& picture) {
    picture_ = centred(picture, options_.extent);
    reload();
}

void SharedBuffer::animate(std::uint64_t step) {
    draw_moving_pattern(scratch_, step);
    use<Protection::read_write>(
        [&](std::span<std::byte> bytes) { write_pixels(scratch_, image_.layout(), bytes); });
}

void SharedBuffer::copy_rows(std::span<std::byte> rows, const Damage& parts) {
    use<Protection::read>([&](std::span<const std::byte> bytes) {
        const ImageLayout& layout = image_.layout();
        const std::size_t start = layout.planes[0].offset;
        for (const vk::Rect2D& part : parts.parts()) {
            const auto left = static_cast<std::uint32_t>(part.offset.x);
            const auto top = static_cast<std::uint32_t>(part.offset.y);
            const std::size_t length = std::size_t{part.extent.width} * layout.format().bytes();
            for (std::uint32_t y = top; y < top + part.extent.height; ++y) {
                const std::size_t place = layout.offset_of(left, y);
                std::memcpy(rows.data() + (place - start), bytes.data() + place, length);
            }
        }
    });
}

} // namespace parallax::demo
