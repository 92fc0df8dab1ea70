// SPDX-License-Identifier: MIT
#pragma once

#include "diagnosis/diagnosis.hpp"

#include "offscreen/context.hpp"
#include "offscreen/picture_renderer.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/error.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/v4l2/device.hpp"
#include "parallax/vulkan/import/multiplanar.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parallax::demo {

/// The formats that a FramePool can read, the best first: those with more bits for a pixel,
/// and last those of three bytes.
[[nodiscard]] std::vector<std::uint32_t> readable_fourccs();

/// Pictures of one format, which a video device writes or reads: in dma-bufs of an exporter, each
/// mapped by the CPU and imported by the GPU, once. Owns them; the Context must outlive it.
class FramePool {
public:
    /// @param name of the dma-bufs, for lists of them.
    /// @return the pool, or the reasons why the GPU cannot import such a picture.
    /// @throws std::system_error when memory runs out.
    [[nodiscard]] static std::expected<FramePool, Reasons>
    allocate(Exporter& exporter, const Context& context, const v4l2::StreamFormat& format,
             std::uint32_t count, const std::string& name);

    /// Those of each picture, one picture after the other.
    [[nodiscard]] std::span<const DmaBuf> buffers() const noexcept { return buffers_; }

    /// Where the pictures lie in their dma-bufs.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return layout_; }
    /// Follows a device that writes pictures some bytes into their dma-bufs: imports all again if
    /// they lie elsewhere than before.
    /// @return nothing, or the reasons why the GPU cannot import them there.
    [[nodiscard]] std::expected<void, Reasons> follow(const ImageLayout& layout);

    /// The CPU writes a picture.
    /// @throws std::invalid_argument when its extent is not the format's.
    void write(std::uint32_t index, const Picture& picture);
    /// Fills a picture's memory with bytes that make no picture, so that untouched() tells whether
    /// a device has written there since.
    void fill(std::uint32_t index);
    /// True if all these bytes are still there.
    [[nodiscard]] bool untouched(std::uint32_t index) const;
    /// What the CPU reads of a picture.
    [[nodiscard]] SampledPicture cpu_view(std::uint32_t index) const;
    /// What the GPU makes of it. Waits for the GPU.
    [[nodiscard]] SampledPicture gpu_view(std::uint32_t index);
    /// Why the GPU saw something else than the CPU, while the picture is in memory.
    [[nodiscard]] std::optional<Diagnosis> cause(std::uint32_t index,
                                                 const SampledPicture& cpu_view,
                                                 const SampledPicture& gpu_view) const;

    /// The import method of the pictures; the worst if they differ.
    [[nodiscard]] ImportMethod method() const noexcept { return method_; }
    /// Why better methods would not do.
    [[nodiscard]] const Reasons& refused() const noexcept { return refused_; }

private:
    FramePool(const Context& context, const v4l2::StreamFormat& format);

    [[nodiscard]] std::optional<Reasons> import_next();
    [[nodiscard]] std::span<const DmaBuf> buffers_of(std::uint32_t index) const {
        return buffers().subspan(index * per_picture_, per_picture_);
    }
    [[nodiscard]] std::span<const Mapping> mappings_of(std::uint32_t index) const {
        return std::span(mappings_).subspan(index * per_picture_, per_picture_);
    }

    const Context* context_; // borrowed
    ImageLayout layout_;
    std::size_t per_picture_;
    PictureRenderer gpu_;
    std::vector<DmaBuf> buffers_;
    std::vector<Mapping> mappings_;
    std::vector<ImportedYcbcr> imported_;
    ImportMethod method_ = ImportMethod::modifier;
    Reasons refused_;
};

} // namespace parallax::demo
