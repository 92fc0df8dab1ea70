// SPDX-License-Identifier: MIT
#pragma once

#include "test_frames.hpp"

#include "parallax/exporter.hpp"
#include "parallax/vulkan/context.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parallax::bench {

/// One way to bring frames that the CPU writes to where the GPU can sample them. Owns the memory.
/// For each frame: write() by the CPU, then begin() and end() recorded around the draw, which is
/// done before the next write().
class FrameWay {
public:
    FrameWay() = default;
    FrameWay(const FrameWay&) = delete;
    FrameWay& operator=(const FrameWay&) = delete;
    virtual ~FrameWay() = default;

    /// The CPU writes @p part of a frame; the rest stays as it was.
    virtual void write(const TestFrames& frames, std::uint32_t number, const vk::Rect2D& part) = 0;

    /// Records what makes the written part visible to sampling: a copy, or a change of owners.
    virtual void begin(const vk::raii::CommandBuffer& commands, const vk::Rect2D& part) = 0;
    virtual void end(const vk::raii::CommandBuffer& commands) = 0;

    /// What the draw samples between begin() and end().
    [[nodiscard]] virtual vk::DescriptorImageInfo view() = 0;

    /// Whether the GPU copies what the CPU wrote, before it can sample it.
    [[nodiscard]] virtual bool copies() const noexcept { return false; }
};

/// A way by its name. @throws std::exception when the machine cannot go it.
struct FrameWayKind {
    std::string name;
    std::function<std::unique_ptr<FrameWay>(const Context& context, const TestFrames& frames)> make;
};

/// A dma-buf, imported: no copy.
[[nodiscard]] std::unique_ptr<FrameWay> imported_way(const Context& context, Exporter& exporter,
                                                     const TestFrames& frames);

/// A staging buffer and vkCmdCopyBufferToImage: what most programs do.
[[nodiscard]] std::unique_ptr<FrameWay> staging_way(const Context& context,
                                                    const TestFrames& frames);

/// The program's own memory, imported with VK_EXT_external_memory_host: no copy.
[[nodiscard]] std::unique_ptr<FrameWay> host_pointer_way(const Context& context,
                                                         const TestFrames& frames);

/// A linear image in memory that Vulkan allocated and the CPU can map: no copy, and no sharing
/// with others either.
[[nodiscard]] std::unique_ptr<FrameWay> host_visible_way(const Context& context,
                                                         const TestFrames& frames);

/// All of them; the imported one once for each exporter.
[[nodiscard]] std::vector<FrameWayKind> frame_ways();

} // namespace parallax::bench
