// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/exporter.hpp"
#include "parallax/mapping.hpp"
#include "parallax/picture.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/import_plan.hpp"
#include "parallax/vulkan/imported_image.hpp"

#include <expected>
#include <memory>
#include <optional>

namespace parallax {

/// One piece of memory with a picture in it, seen from both sides: mapped by the CPU, imported by
/// the GPU. The whole way in one call: ask the driver, plan, allocate to suit, map, import.
///
/// Owns the dma-buf, the mapping and the import. The Context must outlive it.
class SharedImage {
public:
    /// What is to be shared, and which rules are broken on purpose.
    struct Options {
        Extent extent;                           ///< pixels
        const PixelFormat* format = nullptr;     ///< a row of the table, never null
        std::optional<Rung> rung = std::nullopt; ///< this rung of the ladder and no other
        /// Import another buffer of the same size instead of the one that the CPU writes, to prove
        /// that a comparison can fail.
        bool decoy = false;

        // More rules to break on purpose, so that people see what happens. Never in ordinary use.

        /// Tell the driver rows that are 256 bytes longer than those that the CPU writes.
        bool wrong_stride = false;
        /// Export the memory without O_RDWR.
        bool read_only_fd = false;
        /// Leave the FOREIGN acquire and release out.
        bool no_ownership_transfer = false;
    };

    /// @return the image, or every reason why this device cannot import it.
    /// @throws std::system_error when the exporter refuses or the buffer cannot be mapped.
    [[nodiscard]] static std::expected<SharedImage, Reasons>
    create(const Context& context, Exporter& exporter, const Options& options);

    /// How it was imported, and which better ways would not do.
    [[nodiscard]] const ImportPlan& plan() const noexcept { return plan_; }
    /// Where the pixels lie.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return plan_.layout; }
    /// The dma-buf; borrowed.
    [[nodiscard]] const DmaBuf& buffer() const noexcept { return buffer_; }
    /// The CPU's mapping; borrowed.
    [[nodiscard]] const Mapping& mapping() const noexcept { return mapping_; }
    /// The GPU's side; borrowed.
    [[nodiscard]] ImportedImage& imported() noexcept { return *imported_; }

    /// The CPU writes a picture through the mapping, under SYNC. The GPU must not be using the
    /// memory.
    void paint(const Picture& picture);

    /// The CPU view: read through the mapping, under SYNC. The GPU must not be using the memory.
    [[nodiscard]] Picture cpu_view() const;

private:
    SharedImage(ImportPlan plan, DmaBuf buffer, Mapping mapping,
                std::unique_ptr<ImportedImage> imported);

    ImportPlan plan_;
    DmaBuf buffer_;
    Mapping mapping_;
    std::unique_ptr<ImportedImage> imported_;
};

} // namespace parallax
