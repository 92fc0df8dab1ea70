// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/vulkan/import/image.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace parallax {

/// One piece of memory with a picture in it, seen from both sides: mapped by the CPU, imported by
/// the GPU. The whole way in one call: ask the driver, plan, allocate to suit, map, import. A
/// PictureExporter chooses the layout itself.
///
/// Owns the dma-buf, the mapping and the import. The Context must outlive it.
class SharedImage {
public:
    /// What is to be shared.
    struct Options {
        Extent extent;                                     ///< pixels
        std::uint32_t fourcc = 0;                          ///< DRM_FORMAT_..., of packed_fourccs()
        std::optional<ImportMethod> method = std::nullopt; ///< this one and no other
        std::string_view name = "parallax picture"; ///< of the dma-buf, see DmaBuf::set_name()
    };

    /// Of what was planned, allocated and imported already: maps the buffer.
    /// @throws std::system_error when the buffer cannot be mapped.
    SharedImage(ImportPlan plan, DmaBuf&& buffer, std::unique_ptr<ImportedImage> imported);
    /// The same. Memory with another access need not allow mmap.
    SharedImage(ImportPlan plan, PictureMemory&& memory, std::unique_ptr<ImportedImage> imported);

    /// @return the image, or every reason why this device cannot import it.
    /// @throws std::system_error when the exporter refuses or the buffer cannot be mapped,
    ///         VulkanError when the device is lost or its memory or the host's runs out.
    [[nodiscard]] static std::expected<SharedImage, Reasons>
    create(const Context& context, Exporter& exporter, const Options& options);

    /// How it was imported, and which better ways would not do.
    [[nodiscard]] const ImportPlan& plan() const noexcept { return plan_; }
    /// Where the pixels lie.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return plan_.layout; }
    /// The dma-buf; borrowed.
    [[nodiscard]] const DmaBuf& buffer() const noexcept { return drawn_.buffer(); }
    /// The CPU's side of it; borrowed.
    [[nodiscard]] const DrawnBuffer& drawn() const noexcept { return drawn_; }
    /// The CPU's mapping; borrowed.
    /// @throws as DrawnBuffer::mapping().
    [[nodiscard]] const Mapping& mapping() const { return drawn_.mapping(); }
    /// The GPU's side; borrowed.
    [[nodiscard]] ImportedImage& imported() noexcept { return *imported_; }
    /// Has the GPU see another import from here on.
    void see_instead(std::unique_ptr<ImportedImage> other) { imported_ = std::move(other); }

    /// The CPU writes a picture, as DrawnBuffer::paint(). The GPU must not be using the memory.
    void paint(const Picture& picture) { drawn_.paint(picture); }

    /// The CPU view, as DrawnBuffer::cpu_view(). The GPU must not be using the memory.
    [[nodiscard]] Picture cpu_view() const { return drawn_.cpu_view(); }
    /// The same with its samples, if they are more than the picture.
    [[nodiscard]] SampledPicture view() const { return drawn_.view(); }

private:
    ImportPlan plan_;
    DrawnBuffer drawn_;
    std::unique_ptr<ImportedImage> imported_;
};

} // namespace parallax
