// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/shared_image.hpp"
#include "parallax/dmabuf/mapping.hpp"

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

namespace parallax::demo {

/// The part of a run that makes a mistake.
enum class Culprit : std::uint8_t {
    import,     ///< the import into Vulkan
    sync,       ///< the CPU, which leaves DMA_BUF_IOCTL_SYNC out
    tiles,      ///< the writer, which writes in tiles and says LINEAR
    late_fence, ///< the reader, which does not wait for a fence in the dma-buf
};

/// A rule of sharing memory, broken on purpose. `parallax render` can break each, the window those
/// with a key (rules.hpp).
struct Mistake {
    std::string_view name;     ///< for --break: "no-sync"
    std::string_view title;    ///< for people: "no SYNC"
    std::string_view expected; ///< one sentence: what should happen
    /// One sentence: why nothing may be seen, and where it is; empty if it shows everywhere.
    std::string_view unseen;
    Culprit culprit = Culprit::import;
    /// As SharedImage::create(), but the GPU imports the memory with the mistake, if that is the
    /// import's.
    std::expected<SharedImage, Reasons> (*share)(const Context& context, Exporter& exporter,
                                                 const SharedImage::Options& options);
};

/// All of them.
[[nodiscard]] std::span<const Mistake> mistakes() noexcept;

/// By name or title; null if there is none of that name.
[[nodiscard]] const Mistake* find_mistake(std::string_view name) noexcept;

/// Maps a dma-buf once more, for its bytes without DMA_BUF_IOCTL_SYNC.
/// @throws std::system_error with mmap's errno.
[[nodiscard]] MappedBytes map_without_sync(const DmaBuf& buffer);

} // namespace parallax::demo
