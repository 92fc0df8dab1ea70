// SPDX-License-Identifier: MIT
#pragma once

#include "window/controls.hpp"

#include "offscreen/shared_image.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace parallax::demo {

/// One rule of sharing memory that the window can break on purpose.
struct Rule {
    Action action;             ///< that breaks it
    std::string_view name;     ///< "wrong stride"
    std::string_view expected; ///< one sentence: what should happen
    bool without_sync;         ///< the CPU leaves DMA_BUF_IOCTL_SYNC out
    /// Makes the shared image: SharedImage::create(), or the same with the mistake.
    std::expected<SharedImage, Reasons> (*share)(const Context& context, Exporter& exporter,
                                                 const SharedImage::Options& options);
};

[[nodiscard]] std::span<const Rule> rules() noexcept;

/// Maps a dma-buf once more, for its bytes without DMA_BUF_IOCTL_SYNC.
/// @throws std::system_error with mmap's errno.
[[nodiscard]] MappedBytes map_without_sync(const DmaBuf& buffer);

/// The place in rules() of the one that an action breaks; nothing for other actions.
[[nodiscard]] std::optional<std::size_t> find_rule(Action action) noexcept;
[[nodiscard]] std::optional<std::size_t> find_rule(std::string_view name) noexcept;

} // namespace parallax::demo
