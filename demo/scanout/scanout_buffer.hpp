// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "offscreen/submission.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/drawn_buffer.hpp"

#include <optional>
#include <span>
#include <utility>

namespace parallax::demo {

/// A dma-buf to be scanned out, drawn by the CPU or the GPU.
class ScanoutBuffer {
public:
    ScanoutBuffer() = default;
    ScanoutBuffer(const ScanoutBuffer&) = delete;
    ScanoutBuffer& operator=(const ScanoutBuffer&) = delete;
    ScanoutBuffer(ScanoutBuffer&&) = delete;
    ScanoutBuffer& operator=(ScanoutBuffer&&) = delete;
    virtual ~ScanoutBuffer() = default;

    virtual void draw(const Picture& picture) = 0;
    /// The CPU view.
    [[nodiscard]] virtual Picture cpu_view() const = 0;
    /// The dma-bufs, in the order of PlaneLayout::buffer.
    [[nodiscard]] virtual std::span<const DmaBuf> buffers() const = 0;
    [[nodiscard]] virtual const ImageLayout& layout() const = 0;
};

/// The CPU draws.
class CpuScanoutBuffer final : public ScanoutBuffer {
public:
    explicit CpuScanoutBuffer(DrawnBuffer drawn) : drawn_(std::move(drawn)) {}

    void draw(const Picture& picture) override { drawn_.paint(picture); }
    [[nodiscard]] Picture cpu_view() const override { return drawn_.cpu_view(); }
    [[nodiscard]] std::span<const DmaBuf> buffers() const override { return drawn_.buffers(); }
    [[nodiscard]] const ImageLayout& layout() const override { return drawn_.layout(); }

private:
    DrawnBuffer drawn_;
};

/// The GPU renders the picture's negative, without a wait: the display driver waits for its fence
/// in the kernel.
class GpuScanoutBuffer final : public ScanoutBuffer {
public:
    GpuScanoutBuffer(const Context& context, SharedImage image)
        : image_(std::move(image)),
          gpu_(context, image_.layout()) {}

    void draw(const Picture& picture) override {
        submission_.reset(); // the frame before the last; over long ago
        image_.paint(picture);
        submission_ = gpu_.write_negative(image_.imported(), image_.buffer());
    }
    [[nodiscard]] Picture cpu_view() const override { return image_.cpu_view(); }
    [[nodiscard]] std::span<const DmaBuf> buffers() const override {
        return std::span(&image_.buffer(), 1);
    }
    [[nodiscard]] const ImageLayout& layout() const override { return image_.layout(); }

private:
    SharedImage image_;
    OffscreenRenderer gpu_;
    std::optional<Submission> submission_;
};

} // namespace parallax::demo
