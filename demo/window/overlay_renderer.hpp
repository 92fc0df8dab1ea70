// SPDX-License-Identifier: MIT
#pragma once

#include "window/panel_renderer.hpp"

#include "offscreen/context.hpp"
#include "offscreen/local_buffer.hpp"
#include "offscreen/local_image.hpp"
#include "offscreen/pipeline.hpp"

#include <array>
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

    /// Records the drawing, within rendering. Buffers grow when there is more to draw than ever
    /// before in this slot, and are kept.
    void draw(const vk::raii::CommandBuffer& commands, std::size_t slot, const ImDrawData& data);

private:
    struct Slot {
        std::optional<LocalBuffer> vertices;
        std::optional<LocalBuffer> indices;
    };

    void fill(Slot& slot, const ImDrawData& data) const;

    const Context& context_;
    Bindings bindings_;
    vk::raii::Pipeline pipeline_;
    std::optional<LocalImage> glyphs_;
    std::array<Slot, frames_in_flight> slots_;
};

} // namespace parallax::demo
