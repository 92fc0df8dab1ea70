// SPDX-License-Identifier: MIT
#pragma once

#include "report/verdict.hpp"

#include "offscreen/context.hpp"
#include "offscreen/multiplanar_renderer.hpp"
#include "offscreen/picture_renderer.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/vulkan/import/multiplanar.hpp"

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parallax::demo {

/// A picture of luma and chroma as the GPU has imported it, in both ways. Owns the imports.
struct PlaneImports {
    std::optional<ImportedYcbcr> planes;        ///< an image a plane, which our shader converts
    std::unique_ptr<ImportedMultiplanar> whole; ///< one image, which the sampler converts
    Reasons refused = {};                       ///< why one of them is missing, or is not the best

    /// @return the imports, or the reasons why there is none of both.
    /// @throws as these do.
    [[nodiscard]] static std::expected<PlaneImports, Reasons> create(const Context& context,
                                                                     const DrawnBuffer& drawn);

    /// "an image a plane (modifier); one image of 2 planes, linear tiling", for the verdict.
    [[nodiscard]] std::string text() const;
};

/// The checks of a picture of luma and chroma that CPU and GPU share. Borrows all that it is made
/// with. The members throw as those of these do.
class PlaneChecks {
public:
    PlaneChecks(const Context& context, DrawnBuffer& drawn, PlaneImports& imports);

    /// The CPU writes, and the GPU looks in each way that it has imported the memory. Samples and
    /// our conversion must be equal; the sampler's may be as far off as sampler_bound() says.
    /// @param again in the names of the checks: "" or "_again".
    [[nodiscard]] std::vector<Check> cpu_writes(const Picture& picture, const std::string& again);

    /// The GPU writes each plane, and the CPU reads.
    /// @return nothing where it cannot write into the memory.
    [[nodiscard]] std::optional<Check> gpu_writes();

    /// The last views: the CPU's, the GPU's by planes, and by one image.
    [[nodiscard]] const SampledPicture& cpu_view() const noexcept { return cpu_view_; }
    [[nodiscard]] const std::optional<Picture>& view_by_planes() const noexcept { return planes_; }
    [[nodiscard]] const std::optional<Picture>& view_by_sampler() const noexcept { return whole_; }

private:
    DrawnBuffer& drawn_;
    PlaneImports& imports_;
    std::optional<PictureRenderer> by_planes_;
    std::optional<MultiplanarRenderer> by_sampler_;
    SampledPicture cpu_view_;
    std::optional<Picture> planes_;
    std::optional<Picture> whole_;
};

} // namespace parallax::demo
