// SPDX-License-Identifier: MIT
#pragma once

#include "timings.hpp"
#include "upload_path.hpp"

#include "offscreen/image_renderer.hpp"
#include "offscreen/image_target.hpp"

namespace parallax::bench {

/// Frames, pipeline and target for all upload paths. Owns Vulkan objects; the Context must outlive
/// it.
class FrameFixture {
public:
    FrameFixture(const Context& context, Extent extent);

    [[nodiscard]] const Context& context() const noexcept { return context_; }
    [[nodiscard]] const TestFrames& frames() const noexcept { return frames_; }

    /// One frame: the CPU writes @p part of it, and the GPU draws all of it. Waits for the GPU. The
    /// steps are "write", "upload" and "draw" (by the GPU's clock), and "submit": the remaining
    /// time from the CPU's write to the GPU's end.
    void show(UploadPath& path, std::uint32_t number, const vk::Rect2D& part, Timings& timings);

    /// Shows all of frame 1, then @p part of frame 2, and compares the target, pixel by pixel.
    /// @throws std::runtime_error if any pixel differs.
    void verify(UploadPath& path, const vk::Rect2D& part);

private:
    void record(const vk::raii::CommandBuffer& commands, UploadPath& path, const vk::Rect2D& part,
                bool read_back);
    void add_gpu_timings(Timings& timings, Seconds all) const;

    const Context& context_;
    TestFrames frames_;
    ImageTarget target_;
    ImageRenderer renderer_;
    bool has_clock_;
    vk::raii::QueryPool times_;
};

} // namespace parallax::bench
