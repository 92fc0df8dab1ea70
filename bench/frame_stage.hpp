// SPDX-License-Identifier: MIT
#pragma once

#include "frame_way.hpp"
#include "steps.hpp"

#include "parallax/vulkan/image_target.hpp"
#include "parallax/vulkan/view_renderer.hpp"

namespace parallax::bench {

/// What all ways share: the frames, and the pipeline and target that they are drawn with. Owned
/// Vulkan objects; the Context must outlive it.
class FrameStage {
public:
    FrameStage(const Context& context, Extent extent);

    [[nodiscard]] const Context& context() const noexcept { return context_; }
    [[nodiscard]] const TestFrames& frames() const noexcept { return frames_; }

    /// One frame: @p part of it is written by the CPU, and the whole is drawn. Waits for the GPU.
    /// The steps are "write", "upload" and "draw" (by the GPU's clock), and "submit": all the rest
    /// between the CPU's write and the GPU's end.
    void show(FrameWay& way, std::uint32_t number, const vk::Rect2D& part, Steps& steps);

    /// Shows frame 1 whole and then @p part of frame 2, and compares the target, pixel by pixel.
    /// @throws std::runtime_error if the GPU saw anything else.
    void verify(FrameWay& way, const vk::Rect2D& part);

private:
    void record(const vk::raii::CommandBuffer& commands, FrameWay& way, const vk::Rect2D& part,
                bool read_back);
    void add_gpu_steps(Steps& steps, Seconds all) const;

    const Context& context_;
    TestFrames frames_;
    ImageTarget target_;
    ViewRenderer renderer_;
    bool has_clock_;
    vk::raii::QueryPool times_;
};

} // namespace parallax::bench
