// SPDX-License-Identifier: MIT
#pragma once

#include "window/overlay_changes.hpp"
#include "window/panel_renderer.hpp"

#include "offscreen/context.hpp"
#include "offscreen/local_buffer.hpp"
#include "offscreen/local_image.hpp"
#include "offscreen/pipeline.hpp"

#include <array>
#include <cstddef>
#include <optional>

struct ImDrawData;

namespace parallax::demo {

/// Draws what Dear ImGui made. Its own Vulkan backend, as Debian compiles it, must be linked with
/// the loader; this program opens the loader at run time and says so where there is none.
class OverlayRenderer {
public:
    OverlayRenderer(const Context& context, vk::Format target);

    /// Takes the fonts that Dear ImGui has now. Nothing that was recorded may be in flight.
    void upload_fonts();

    /// Takes the overlay that is drawn from now on; borrowed until the next call.
    /// @return where it differs from what was drawn before, in pixels.
    [[nodiscard]] Damage take(const ImDrawData& data);

    /// Once for each frame, before its drawing: the GPU has what was taken last. Of the frames
    /// before, one at most is in flight. Buffers grow when there is more to draw than ever before,
    /// and are kept.
    void prepare();

    /// Records the drawing of one part of the window, within rendering.
    void draw(const vk::raii::CommandBuffer& commands, const vk::Rect2D& part) const;

private:
    struct Buffers {
        std::optional<LocalBuffer> vertices;
        std::optional<LocalBuffer> indices;
    };

    void fill(Buffers& buffers) const;

    const Context& context_;
    Bindings bindings_;
    vk::raii::Pipeline pipeline_;
    std::optional<LocalImage> glyphs_;
    OverlayChanges changes_;
    const ImDrawData* data_ = nullptr;
    bool prepared_ = true; // the buffers have data_
    std::array<Buffers, frames_in_flight> buffers_;
    std::size_t current_ = 0; // of buffers_
};

} // namespace parallax::demo
