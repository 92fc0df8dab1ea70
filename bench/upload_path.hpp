// SPDX-License-Identifier: MIT
#pragma once

#include "source.hpp"
#include "test_frames.hpp"

#include "offscreen/context.hpp"
#include "parallax/dmabuf/exporter.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parallax::bench {

/// A path of frames from the CPU to memory that the GPU samples. Owns the memory. For each frame:
/// write() by the CPU, then begin() and end() recorded around the draw, which must be done before
/// the next write().
class UploadPath {
public:
    UploadPath() = default;
    UploadPath(const UploadPath&) = delete;
    UploadPath& operator=(const UploadPath&) = delete;
    virtual ~UploadPath() = default;

    /// Writes @p part of a frame by the CPU; the rest is kept.
    virtual void write(const TestFrames& frames, std::uint32_t number, const vk::Rect2D& part) = 0;

    /// Records the copy or ownership transfer that makes the written part visible to sampling.
    virtual void begin(const vk::raii::CommandBuffer& commands, const vk::Rect2D& part) = 0;
    virtual void end(const vk::raii::CommandBuffer& commands) = 0;

    /// The image that the draw samples between begin() and end().
    [[nodiscard]] virtual vk::DescriptorImageInfo descriptor() = 0;

    /// True if the GPU copies the frame before it samples it.
    [[nodiscard]] virtual bool copies() const noexcept { return false; }
};

/// A named upload path. @throws std::exception if this machine does not support it.
struct UploadPathKind {
    std::string name;
    std::function<std::unique_ptr<UploadPath>(const Context& context, const TestFrames& frames)>
        make;
};

/// A dma-buf, imported: no copy.
[[nodiscard]] std::unique_ptr<UploadPath> imported_path(const Context& context, Exporter& exporter,
                                                        const TestFrames& frames);

/// A staging buffer and vkCmdCopyBufferToImage, as in most programs.
[[nodiscard]] std::unique_ptr<UploadPath> staging_path(const Context& context,
                                                       const TestFrames& frames);

/// The program's own memory, imported with VK_EXT_external_memory_host: no copy.
[[nodiscard]] std::unique_ptr<UploadPath> host_pointer_path(const Context& context,
                                                            const TestFrames& frames);

/// A linear image in memory that Vulkan allocated and the CPU can map: no copy, but not shareable.
[[nodiscard]] std::unique_ptr<UploadPath> host_visible_path(const Context& context,
                                                            const TestFrames& frames);

/// All of them; the imported one once for each exporter.
[[nodiscard]] std::vector<UploadPathKind> upload_paths(const Sources& sources);

} // namespace parallax::bench
