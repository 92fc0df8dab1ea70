// SPDX-License-Identifier: MIT
#pragma once

#include "options/machine.hpp"

#include "parallax/drawn_buffer.hpp"
#include "parallax/vulkan/gpu_turn.hpp"
#include "parallax/vulkan/gpu_view.hpp"
#include "parallax/vulkan/shared_image.hpp"

#include <memory>
#include <optional>

namespace parallax::demo {

/// A dma-buf to be scanned out, and who draws into it.
class Canvas {
public:
    Canvas() = default;
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;
    Canvas(Canvas&&) = delete;
    Canvas& operator=(Canvas&&) = delete;
    virtual ~Canvas() = default;

    virtual void draw(const Picture& picture) = 0;
    /// What the CPU sees in it.
    [[nodiscard]] virtual Picture view() const = 0;
    [[nodiscard]] virtual const DmaBuf& buffer() const = 0;
    [[nodiscard]] virtual const ImageLayout& layout() const = 0;
};

/// The CPU draws through the mapping.
class CpuCanvas final : public Canvas {
public:
    CpuCanvas(Exporter& exporter, Extent extent, const PixelFormat& format)
        : drawn_(exporter, extent, format) {}

    void draw(const Picture& picture) override { drawn_.paint(picture); }
    [[nodiscard]] Picture view() const override { return drawn_.view(); }
    [[nodiscard]] const DmaBuf& buffer() const override { return drawn_.buffer(); }
    [[nodiscard]] const ImageLayout& layout() const override { return drawn_.layout(); }

private:
    DrawnBuffer drawn_;
};

/// The GPU renders the picture's negative. It leaves a fence and is not waited for: the display
/// driver does that in the kernel.
class GpuCanvas final : public Canvas {
public:
    GpuCanvas(const Context& context, SharedImage image)
        : image_(std::move(image)),
          gpu_(context, image_.layout()) {}

    void draw(const Picture& picture) override {
        turn_.reset(); // the frame before the last; over long ago
        image_.paint(picture);
        turn_ = gpu_.write_negative(image_.imported(), image_.buffer());
    }
    [[nodiscard]] Picture view() const override { return image_.cpu_view(); }
    [[nodiscard]] const DmaBuf& buffer() const override { return image_.buffer(); }
    [[nodiscard]] const ImageLayout& layout() const override { return image_.layout(); }

private:
    SharedImage image_;
    GpuView gpu_;
    std::optional<GpuTurn> turn_;
};

} // namespace parallax::demo
