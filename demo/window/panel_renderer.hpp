// SPDX-License-Identifier: MIT
#pragma once

#include "window/scene.hpp"

#include "offscreen/context.hpp"
#include "offscreen/damage.hpp"
#include "offscreen/local_buffer.hpp"
#include "offscreen/local_image.hpp"
#include "offscreen/pipeline.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/vulkan/import/image.hpp"

#include <glm/vec2.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace parallax::demo {

/// Frames that are in flight at most: while the GPU draws one, the CPU prepares the next.
inline constexpr std::size_t frames_in_flight = 2;

/// Texels that the microscope shows.
inline constexpr Extent microscope_field{.width = 9, .height = 9};

/// The result of the GPU's comparison of two views, in the layout of shaders/compare.comp.
struct Findings {
    std::uint32_t different = 0;                                   ///< pixels
    std::array<std::uint32_t, microscope_field.pixels()> texels{}; ///< RGBA
};

/// The GPU's side of one shared image: draws the panels, compares the views pixel by pixel,
/// and runs the Game of Life in the shared memory.
///
/// The GPU view is sampled from the imported memory itself. The CPU view arrives in upload(),
/// bytes that the CPU read through the mapping, and is an ordinary texture; so is what viewers
/// read. Both are kept: what has not changed is neither uploaded nor compared again. What belongs
/// to one frame in flight has its index, the slot.
class PanelRenderer {
public:
    /// What a viewer reads, and is compared with the CPU view like the GPU's.
    struct Compared {
        Panel panel;
        bool has_alpha; ///< else alpha is not compared
    };

    /// @param compared what viewers may read; each is meant below by its place in the list.
    PanelRenderer(const Context& context, vk::Format target, std::vector<Compared> compared);

    /// Panel another shared image from now on; it must outlive its use here. Nothing that was
    /// recorded before may be in flight.
    void attach(SharedImage& image);

    /// The CPU view: rows as they lie in the shared memory. Nothing that was recorded may be in
    /// flight while it is written.
    [[nodiscard]] std::span<std::byte> upload() const;
    /// The same for what a viewer has read.
    [[nodiscard]] std::span<std::byte> viewer_upload(std::size_t viewer) const;

    /// What a frame has to take in.
    struct Changes {
        Damage memory; ///< pixels in which the CPU view, or the GPU's, may have changed
        std::array<bool, most_viewers> uploads{};  ///< viewers with another picture
        std::array<bool, most_viewers> compares{}; ///< viewers to be compared with the CPU view
    };

    /// Records, in this order: what comes before the drawing, with the microscope at @p place; the
    /// panels, within rendering, as often as needed; what comes after it, a step of Life among it
    /// if wanted.
    void begin(const vk::raii::CommandBuffer& commands, std::size_t slot, glm::ivec2 place,
               const Changes& changes);
    void draw(const vk::raii::CommandBuffer& commands, const Scene& scene) const;
    void end(const vk::raii::CommandBuffer& commands, bool step_life);

    /// Why the GPU cannot run Life in this memory; null if it can.
    [[nodiscard]] const char* life_refusal() const noexcept { return life_refusal_; }

    /// What the last use of the slot found; after its submission is done.
    [[nodiscard]] Findings findings(std::size_t slot) const;
    /// The same of what a viewer read, compared with the CPU view.
    [[nodiscard]] Findings viewer_findings(std::size_t viewer, std::size_t slot) const;

private:
    /// A view that the CPU writes.
    struct Uploaded {
        LocalBuffer rows;
        LocalImage texture;
    };

    /// Of the CPU view with another one.
    struct Comparison {
        LocalBuffer state; ///< Findings, and the number of differences in each group of pixels
        std::vector<LocalBuffer> findings; ///< of each slot
    };

    [[nodiscard]] vk::Rect2D whole() const;
    [[nodiscard]] Uploaded create_uploaded() const;
    [[nodiscard]] Comparison create_comparison() const;
    void upload_parts(const vk::raii::CommandBuffer& commands, const Uploaded& view,
                      const Damage& parts) const;
    void compare(const vk::raii::CommandBuffer& commands, std::uint32_t set, std::size_t slot,
                 glm::ivec2 place, bool with_alpha, const Damage& parts) const;
    void step_life(const vk::raii::CommandBuffer& commands);
    void write_descriptors(std::uint32_t set, vk::DescriptorImageInfo compared) const;

    const Context& context_;
    std::vector<Compared> compared_;
    Bindings bindings_; // a set for the GPU view, and one for each viewer
    vk::raii::Pipeline panel_;
    vk::raii::Pipeline compare_;
    vk::raii::Pipeline life_ = nullptr; // made when it can be used
    // Of the attached image.
    SharedImage* image_ = nullptr;
    bool fresh_ = true; // nothing has been uploaded or compared
    std::optional<Uploaded> cpu_;
    std::vector<Uploaded> viewers_;       // as compared_
    std::vector<Comparison> comparisons_; // as the sets
    std::optional<LocalImage> next_generation_;
    const char* life_refusal_ = nullptr;
};

} // namespace parallax::demo
