// SPDX-License-Identifier: MIT
#include "video/frame_pool.hpp"

#include "parallax/dmabuf/cpu_access.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/image/ycbcr.hpp"

#include <algorithm>
#include <functional>
#include <span>
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

} // namespace

std::vector<std::uint32_t> readable_fourccs() {
    std::vector<std::uint32_t> fourccs;
    for (const Format& format : formats()) {
        if (format.is_ycbcr || std::ranges::contains(rgb_fourccs(), format.fourcc)) {
            fourccs.push_back(format.fourcc);
        }
    }
    // RGB of as many bits as luma and chroma has fewer for each channel.
    std::ranges::stable_sort(fourccs, std::greater(), [](std::uint32_t fourcc) {
        return std::pair(block_bytes(fourcc), format_of(fourcc).is_ycbcr);
    });
    return fourccs;
}

FramePool::FramePool(const Context& context, const v4l2::StreamFormat& format)
    : context_(&context),
      layout_(format.layout),
      per_picture_(format.sizes.size()) {
    if (layout_.format().is_ycbcr) {
        ycbcr_ = std::make_unique<YcbcrRenderer>(context, layout_);
    } else {
        rgb_ = std::make_unique<OffscreenRenderer>(context, layout_);
    }
}

std::expected<FramePool, Reasons> FramePool::allocate(Exporter& exporter, const Context& context,
                                                      const v4l2::StreamFormat& format,
                                                      std::uint32_t count,
                                                      const std::string& name) {
    FramePool pool(context, format);
    for (std::uint32_t index = 0; index < count; ++index) {
        for (std::size_t i = 0; i < pool.per_picture_; ++i) {
            pool.buffers_.push_back(exporter.allocate(format.buffer_size(i)));
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
    const DmaBuf& memory = buffer(static_cast<std::uint32_t>(imported_.size()));
    if (ycbcr_) {
        auto imported = ImportedYcbcr::create(context_->importer(), memory, layout_);
        if (!imported) {
            return imported.error();
        }
        const ImportMethod method = imported->method();
        Reasons refused = imported->refused();
        take(*std::move(imported), method, std::move(refused));
    } else {
        auto imported = import_image(context_->importer(), layout_, memory);
        if (!imported) {
            return imported.error();
        }
        take(std::move(imported->image), imported->plan.method, describe(imported->plan.refused));
    }
    return std::nullopt;
}

template <class Imported>
void FramePool::take(Imported&& imported, ImportMethod method, Reasons refused) {
    imported_.emplace_back(std::forward<Imported>(imported));
    if (imported_.size() == 1 || method > method_) {
        method_ = method;
        refused_ = std::move(refused);
    }
}

void FramePool::write(std::uint32_t index, const Picture& picture) {
    const CpuWrite access(mappings_[index * per_picture_]);
    write_pixels(picture, layout_, access.bytes());
}

Picture FramePool::cpu_view(std::uint32_t index) const {
    const CpuRead access(mappings_[index * per_picture_]);
    return ycbcr_ ? read_ycbcr(layout_, access.bytes()) : read_pixels(layout_, access.bytes());
}

Picture FramePool::gpu_view(std::uint32_t index) {
    if (ycbcr_) {
        return ycbcr_->read(std::get<ImportedYcbcr>(imported_[index]), buffer(index));
    }
    return rgb_->read(*std::get<std::unique_ptr<ImportedImage>>(imported_[index]), buffer(index));
}

std::optional<Diagnosis> FramePool::cause(std::uint32_t index, const Picture& cpu_view,
                                          const Picture& gpu_view) const {
    if (!ycbcr_) {
        return diagnose(cpu_view, layout_, gpu_view);
    }
    const CpuRead access(mappings_[index * per_picture_]);
    return diagnose_ycbcr(layout_, access.bytes(), gpu_view);
}

} // namespace parallax::demo
