// SPDX-License-Identifier: MIT
#include "video/frame_pool.hpp"

#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/pixels.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <span>
#include <tuple>
#include <utility>

namespace parallax::demo {
namespace {

/// Of a block of 8x8 pixels, so that subsampled planes count in whole.
std::uint32_t block_bytes(std::uint32_t fourcc) {
    const Format& format = format_of(fourcc);
    std::uint32_t bytes = 0;
    for (const FormatPlane& plane : std::span(format.planes).first(format.plane_count)) {
        bytes += 64 / (plane.width * plane.height) * plane.bytes;
    }
    return bytes;
}

/// A byte of memory that nobody has written yet.
std::byte filling(std::size_t place) {
    return static_cast<std::byte>(place * 167 + place / 256);
}

/// The CPU's access to all dma-bufs of a picture.
template <class Access>
class PictureAccess {
public:
    explicit PictureAccess(std::span<const Mapping> mappings) {
        for (const Mapping& mapping : mappings) {
            bytes_.push_back(accesses_.emplace_back(mapping).bytes());
        }
    }

    [[nodiscard]] auto bytes() const { return std::span(bytes_); }

private:
    std::deque<Access> accesses_; // which cannot be moved
    std::vector<std::span<typename Access::Byte>> bytes_;
};

} // namespace

std::vector<std::uint32_t> readable_fourccs() {
    std::vector<std::uint32_t> fourccs;
    std::ranges::transform(formats(), std::back_inserter(fourccs), &Format::fourcc);
    // RGB of as many bits as luma and chroma has fewer for each channel. Hardly a GPU has texels of
    // three bytes.
    std::ranges::stable_sort(fourccs, std::greater(), [](std::uint32_t fourcc) {
        const Format& format = format_of(fourcc);
        return std::tuple(std::has_single_bit(format.bytes()), block_bytes(fourcc),
                          format.is_ycbcr);
    });
    return fourccs;
}

FramePool::FramePool(const Context& context, const v4l2::StreamFormat& format)
    : context_(&context),
      layout_(format.layout),
      per_picture_(format.sizes.size()),
      gpu_(context, layout_) {}

std::expected<FramePool, Reasons> FramePool::allocate(Exporter& exporter, const Context& context,
                                                      const v4l2::StreamFormat& format,
                                                      std::uint32_t count,
                                                      const std::string& name) {
    FramePool pool(context, format);
    for (std::uint32_t index = 0; index < count; ++index) {
        for (std::size_t i = 0; i < pool.per_picture_; ++i) {
            pool.buffers_.push_back(exporter.allocate(format.buffer_size(i)));
            if (pool.buffers_.size() > 1 &&
                pool.buffers_.front().inode() == pool.buffers_.back().inode()) {
                return std::unexpected(Reasons{
                    "this exporter gives the same memory each time, and several are needed: one "
                    "for each buffer (--buffers) and plane"});
            }
            pool.buffers_.back().set_name(name);
            pool.mappings_.push_back(pool.buffers_.back().map());
        }
        if (auto refused = pool.import_next()) {
            return std::unexpected(*std::move(refused));
        }
    }
    return pool;
}

std::expected<void, Reasons> FramePool::follow(const ImageLayout& layout) {
    if (layout == layout_) {
        return {};
    }
    layout_ = layout;
    imported_.clear();
    while (imported_.size() * per_picture_ < buffers_.size()) {
        if (auto refused = import_next()) {
            return std::unexpected(*std::move(refused));
        }
    }
    return {};
}

std::optional<Reasons> FramePool::import_next() {
    auto imported = ImportedYcbcr::create(
        context_->importer(), buffers_of(static_cast<std::uint32_t>(imported_.size())), layout_);
    if (!imported) {
        return imported.error();
    }
    if (imported_.empty() || imported->method() > method_) {
        method_ = imported->method();
        refused_ = imported->refused();
    }
    imported_.push_back(*std::move(imported));
    return std::nullopt;
}

void FramePool::write(std::uint32_t index, const Picture& picture) {
    const PictureAccess<CpuWrite> access(mappings_of(index));
    write_pixels(picture, layout_, access.bytes());
}

void FramePool::fill(std::uint32_t index) {
    const PictureAccess<CpuWrite> access(mappings_of(index));
    for (const std::span<std::byte> bytes : access.bytes()) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = filling(i);
        }
    }
}

bool FramePool::untouched(std::uint32_t index) const {
    const PictureAccess<CpuRead> access(mappings_of(index));
    return std::ranges::all_of(access.bytes(), [](std::span<const std::byte> bytes) {
        std::size_t i = 0;
        return std::ranges::all_of(bytes, [&i](std::byte byte) { return byte == filling(i++); });
    });
}

SampledPicture FramePool::cpu_view(std::uint32_t index) const {
    const PictureAccess<CpuRead> access(mappings_of(index));
    return read_sampled(layout_, access.bytes());
}

SampledPicture FramePool::gpu_view(std::uint32_t index) {
    return gpu_.read(imported_[index], buffers_of(index));
}

std::optional<Diagnosis> FramePool::cause(std::uint32_t index, const SampledPicture& cpu_view,
                                          const SampledPicture& gpu_view) const {
    if (std::ranges::contains(rgb_fourccs(), layout_.fourcc)) {
        return diagnose(cpu_view.picture, layout_, gpu_view.picture);
    }
    if (per_picture_ != 1 || !layout_.format().is_ycbcr) {
        return std::nullopt;
    }
    const CpuRead access(mappings_[index]);
    return diagnose_ycbcr(layout_, access.bytes(), gpu_view.picture);
}

} // namespace parallax::demo
