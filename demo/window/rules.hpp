// SPDX-License-Identifier: MIT
#pragma once

#include "window/controls.hpp"

#include "parallax/vulkan/shared_image.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace parallax::demo {

/// One rule of sharing memory that the window can break on purpose.
struct Rule {
    Action action;             ///< that breaks it
    std::string_view name;     ///< "wrong stride"
    std::string_view expected; ///< one sentence: what should happen
    bool without_sync;         ///< the CPU leaves DMA_BUF_IOCTL_SYNC out
    /// How the shared image is made instead; null if it is made as ever.
    void (*spoil)(SharedImage::Options& options);
};

[[nodiscard]] std::span<const Rule> rules() noexcept;

/// The place in rules() of the one that an action breaks; nothing for other actions.
[[nodiscard]] std::optional<std::size_t> find_rule(Action action) noexcept;
[[nodiscard]] std::optional<std::size_t> find_rule(std::string_view name) noexcept;

} // namespace parallax::demo
