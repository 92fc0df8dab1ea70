// SPDX-License-Identifier: MIT
#pragma once

#include "window/scene.hpp"

#include "offscreen/context.hpp"
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

/// What the GPU found when it compared the views; it lies in memory as shaders/compare.comp
/// writes it.
struct Findings {
    std::uint32_t different = 0;                                   ///< pixels
    std::array<std::uint32_t, microscope_field.pixels()> texels{}; ///< RGBA
};

/// The GPU's side of one shared image: draws the panels, compares the views pixel by pixel,
/// and runs the Game of Life in the shared memory.
///
/// The GPU view is sampled from the imported memory itself. The CPU view arrives in upload(),
/// bytes that the CPU read through the mapping, and is an ordinary texture; so is what viewers
/// read. What belongs to one frame in flight has its index, the slot.
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

    /// Where the CPU view of a frame goes: rows as they lie in the shared memory.
    [[nodiscard]] std::span<std::byte> upload(std::size_t slot) const;
    /// The same for what a viewer has read.
    [[nodiscard]] std::span<std::byte> viewer_upload(std::size_t viewer, std::size_t slot) const;

    /// Records, in this order: what comes before the drawing, with the microscope at @p place; the
    /// panels, within rendering; what comes after it, a step of Life among it if wanted.
    void begin(const vk::raii::CommandBuffer& commands, std::size_t slot, glm::ivec2 place);
    void draw(const vk::raii::CommandBuffer& commands, std::size_t slot, const Scene& scene) const;
    void end(const vk::raii::CommandBuffer& commands, std::size_t slot, bool step_life);

    /// Why the GPU cannot run Life in this memory; null if it can.
    [[nodiscard]] const char* life_refusal() const noexcept { return life_refusal_; }

    /// What the last use of the slot found; after its submission is done.
    [[nodiscard]] Findings findings(std::size_t slot) const;
    /// The same of what a viewer read, compared with the CPU view.
    [[nodiscard]] Findings viewer_findings(std::size_t viewer, std::size_t slot) const;

private:
    /// What one comparison needs in one frame: its set has the CPU view and the one compared with
    /// it.
    struct Slot {
        LocalBuffer upload;
        LocalBuffer findings;
    };

    /// All that one of compared_ needs.
    struct ViewerTexture {
        LocalImage texture;
        std::vector<Slot> slots;
    };

    [[nodiscard]] LocalImage create_texture() const;
    [[nodiscard]] Slot create_slot() const;
    void upload_view(const vk::raii::CommandBuffer& commands, const Slot& slot,
                     const LocalImage& texture) const;
    void compare(const vk::raii::CommandBuffer& commands, std::uint32_t set, const Slot& slot,
                 glm::ivec2 place, bool with_alpha) const;
    void step_life(const vk::raii::CommandBuffer& commands, std::size_t slot);
    void write_descriptors(std::uint32_t set, const Slot& slot,
                           vk::DescriptorImageInfo compared) const;

    const Context& context_;
    std::vector<Compared> compared_;
    Bindings bindings_; // a set for each slot, and as many again for each viewer
    vk::raii::Pipeline panel_;
    vk::raii::Pipeline compare_;
    vk::raii::Pipeline life_ = nullptr; // made when it can be used
    // Of the attached image.
    SharedImage* image_ = nullptr;
    std::optional<LocalImage> cpu_;
    std::vector<ViewerTexture> viewer_textures_; // as compared_
    std::optional<LocalImage> next_generation_;
    const char* life_refusal_ = nullptr;
    std::vector<Slot> slots_;
};

} // namespace parallax::demo
