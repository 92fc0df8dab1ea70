// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/damage.hpp"
#include "offscreen/local_image.hpp"

#include <optional>
#include <utility>

namespace parallax::demo {

/// The picture of the window, kept from frame to frame: only what is damaged of it is drawn anew.
class Canvas {
public:
    Canvas(const Context& context, vk::Format format) : context_(context), format_(format) {}

    /// Makes it anew, all of it damaged. Nothing that was recorded may be in flight.
    void resize(vk::Extent2D size);

    /// Marks parts to be drawn anew; those outside of the canvas do not count.
    void damage(const Damage& parts) { damaged_.add(parts.within(all())); }
    void damage_all() { damaged_ = Damage(all()); }
    [[nodiscard]] const Damage& damaged() const noexcept { return damaged_; }

    /// Records: clears each damaged part and has @p draw_part record its content, which draws
    /// within that part alone. Nothing is damaged then.
    /// @return what was.
    template <typename DrawPart>
    Damage draw(const vk::raii::CommandBuffer& commands, DrawPart draw_part) {
        if (damaged_.empty()) {
            return {};
        }
        begin(commands);
        for (const vk::Rect2D& part : damaged_.parts()) {
            clear(commands, part);
            draw_part(part);
        }
        end(commands);
        return std::exchange(damaged_, {});
    }

    /// To be copied from, in layout TRANSFER_SRC_OPTIMAL; borrowed.
    [[nodiscard]] vk::Image image() const { return image_->handle(); }

private:
    [[nodiscard]] vk::Rect2D all() const { return {.extent = image_->extent()}; }
    void begin(const vk::raii::CommandBuffer& commands);
    static void clear(const vk::raii::CommandBuffer& commands, const vk::Rect2D& part);
    void end(const vk::raii::CommandBuffer& commands) const;

    const Context& context_;
    vk::Format format_;
    std::optional<LocalImage> image_;
    vk::ImageLayout layout_ = vk::ImageLayout::eUndefined; // between drawings
    Damage damaged_;
};

} // namespace parallax::demo
